package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.onnx.Inference.Call;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;

/** Shapes of what moves, joins, cuts and indexes tensors. */
final class ShapeRules {
    private ShapeRules() {}

    static void addTo(Map<String, Function<Call, List<TypedShape>>> rules) {
        rules.put("Transpose", c -> same(c, transposed(c)));
        rules.put("Reshape", c -> same(c, reshaped(c)));
        rules.put("Flatten", c -> same(c, Shape.ofRank(2)));
        rules.put("Squeeze", c -> same(c, squeezed(c)));
        rules.put("Unsqueeze", c -> same(c, unsqueezed(c)));
        rules.put("Concat", c -> same(c, joined(c)));
        rules.put("Split", ShapeRules::split);
        rules.put("Slice", c -> same(c, sliced(c)));
        rules.put("Pad", c -> same(c, padded(c)));
        rules.put("Tile", c -> same(c, tiled(c)));
        rules.put("Expand", c -> same(c, expanded(c)));
        rules.put("Gather", c -> same(c, gathered(c)));
        rules.put("GatherElements", c -> same(c, c.shape(1)));
        rules.put("GatherND", c -> same(c, gatheredNd(c)));
        rules.put(
                "Shape",
                c -> Inference.one(
                        DataType.INT64,
                        c.shape(0).isRanked() ? Shape.of(c.shape(0).rank()) : Shape.ofRank(1)));
        rules.put("Size", c -> Inference.one(DataType.INT64, Shape.SCALAR));
        rules.put(
                "ConstantOfShape",
                c -> Inference.one(
                        c.attributes().find(OnnxOps.VALUE).map(Tensor::type).orElse(DataType.FLOAT32),
                        ofConstant(c, 0)));
        rules.put("Range", c -> Inference.one(c.type(0), Shape.ofRank(1)));
        rules.put("OneHot", c -> Inference.one(c.type(2), oneHot(c)));
        rules.put("EyeLike", c -> Inference.one(Inference.type(c, OnnxOps.DTYPE, c.type(0)), c.shape(0)));
        rules.put("SpaceToDepth", c -> same(c, blocks(c, true)));
        rules.put("DepthToSpace", c -> same(c, blocks(c, false)));
        rules.put("Resize", c -> same(c, resized(c)));
        rules.put("GridSample", c -> same(c, sampled(c)));
        rules.put(
                "DFT",
                c -> same(c, c.shape(0).isRanked() ? Shape.ofRank(c.shape(0).rank()) : Shape.UNKNOWN));
        rules.put("LabelEncoder", c -> same(c, c.shape(0)));
    }

    private static List<TypedShape> same(Call c, Shape shape) {
        return Inference.one(c.type(0), shape);
    }

    private static Shape transposed(Call c) {
        Shape x = c.shape(0);
        return c.attributes()
                .find(OnnxOps.PERM)
                .map(p -> x.permuted(p.toIntArray()))
                .orElseGet(() -> {
                    List<Dim> out = new ArrayList<>(x.dims());
                    Collections.reverse(out);
                    return Shape.ofDims(out);
                });
    }

    /** The shape that a constant vector spells; of that rank if it is not constant; else unknown. */
    private static Shape ofConstant(Call c, int input) {
        return c.constant(input).map(Shape::of).orElseGet(() -> {
            Shape s = c.shape(input);
            return s.hasRank(1) && s.isFixed(0) ? Shape.ofRank((int) s.size(0)) : Shape.UNKNOWN;
        });
    }

    private static Shape reshaped(Call c) {
        Optional<long[]> wanted = c.constant(1);
        if (wanted.isEmpty()) {
            return ofConstant(c, 1);
        }
        boolean zeroIsZero = c.attributes().get(OnnxOps.ALLOWZERO, 0L) != 0;
        Shape x = c.shape(0);
        List<Dim> out = new ArrayList<>();
        long known = 1;
        int open = -1;
        for (long d : wanted.get()) {
            if (d == -1) {
                open = out.size();
                out.add(Dim.unknown());
            } else {
                Dim dim = d != 0 || zeroIsZero
                        ? Dim.of(d)
                        : x.isRanked() && out.size() < x.rank() ? x.dim(out.size()) : Dim.unknown();
                known = dim instanceof Dim.Fixed f && known >= 0 ? known * f.size() : -1;
                out.add(dim);
            }
        }
        if (open >= 0 && known > 0 && x.isStatic()) {
            out.set(open, Dim.of(x.elementCount() / known));
        }
        if (known >= 0 && open < 0 && x.isStatic() && x.elementCount() != known) {
            throw new IllegalArgumentException(c.in(0) + " cannot be reshaped to " + Shape.ofDims(out));
        }
        return Shape.ofDims(out);
    }

    private static Shape squeezed(Call c) {
        Shape x = c.shape(0);
        Optional<long[]> axes = c.constant(1);
        if (!x.isRanked() || axes.isEmpty()) {
            return Shape.UNKNOWN;
        }
        TreeSet<Integer> gone = new TreeSet<>(Collections.reverseOrder());
        for (long a : axes.get()) {
            gone.add((int) (a < 0 ? a + x.rank() : a));
        }
        List<Dim> out = new ArrayList<>(x.dims());
        gone.forEach(a -> out.remove((int) a));
        return Shape.ofDims(out);
    }

    private static Shape unsqueezed(Call c) {
        Shape x = c.shape(0);
        Optional<long[]> axes = c.constant(1);
        if (!x.isRanked() || axes.isEmpty()) {
            return Shape.UNKNOWN;
        }
        int rank = x.rank() + axes.get().length;
        TreeSet<Integer> added = new TreeSet<>();
        for (long a : axes.get()) {
            added.add((int) (a < 0 ? a + rank : a));
        }
        List<Dim> out = new ArrayList<>(x.dims());
        added.forEach(a -> out.add(a, Dim.of(1)));
        return Shape.ofDims(out);
    }

    private static Shape joined(Call c) {
        Shape out = Shape.UNKNOWN;
        for (int i = 0; i < c.in().size(); i++) {
            if (c.shape(i).isRanked()) {
                out = out.isRanked() ? out : Shape.ofRank(c.shape(i).rank());
            }
        }
        if (!out.isRanked()) {
            return out;
        }
        int axis = c.axis(0, out.rank());
        long sum = 0;
        for (int i = 0; i < c.in().size(); i++) {
            Shape x = c.shape(i);
            boolean fixed = x.isRanked() && x.isFixed(axis);
            sum = fixed && sum >= 0 ? sum + x.size(axis) : -1;
            if (x.isRanked()) {
                out = Shape.merge(out, x.with(axis, Dim.unknown()))
                        .orElseThrow(() -> new IllegalArgumentException("inputs of Concat differ: " + c.in()));
            }
        }
        return out.with(axis, sum >= 0 ? Dim.of(sum) : Dim.unknown());
    }

    private static List<TypedShape> split(Call c) {
        Shape x = c.shape(0);
        List<TypedShape> out = new ArrayList<>();
        for (int i = 0; i < c.outputs(); i++) {
            Shape part = x;
            if (x.isRanked()) {
                int axis = c.axis(0, x.rank());
                int at = i;
                Dim dim = c.in(1).isPresent()
                        ? c.constant(1).map(v -> Dim.of(v[at])).orElse(Dim.unknown())
                        : x.isFixed(axis) ? Dim.of(part(x.size(axis), c.outputs(), i)) : Dim.unknown();
                part = x.with(axis, dim);
            }
            out.add(c.like(0, part));
        }
        return out;
    }

    private static long part(long size, int parts, int i) {
        long each = (size + parts - 1) / parts;
        return Math.max(0, Math.min(each, size - each * i));
    }

    private static Shape sliced(Call c) {
        Shape x = c.shape(0);
        if (!x.isRanked()) {
            return x;
        }
        Optional<long[]> axes =
                c.in(3).isPresent() ? c.constant(3) : c.constant(1).map(s -> range(s.length));
        if (axes.isEmpty()) {
            return Shape.ofRank(x.rank());
        }
        Optional<long[]> starts = c.constant(1);
        Optional<long[]> ends = c.constant(2);
        Optional<long[]> steps = c.in(4).isPresent() ? c.constant(4) : Optional.of(ones(axes.get().length));
        Shape out = x;
        for (int i = 0; i < axes.get().length; i++) {
            int axis = (int) (axes.get()[i] < 0 ? axes.get()[i] + x.rank() : axes.get()[i]);
            Dim dim = Dim.unknown();
            if (x.isFixed(axis) && starts.isPresent() && ends.isPresent() && steps.isPresent()) {
                dim = Dim.of(extent(x.size(axis), starts.get()[i], ends.get()[i], steps.get()[i]));
            }
            out = out.with(axis, dim);
        }
        return out;
    }

    private static long extent(long size, long start, long end, long step) {
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? size : size - 1;
        long from = Math.max(low < 0 ? 0 : low, Math.min(high, start < 0 ? Math.max(start, -size) + size : start));
        long to = Math.max(low, Math.min(high, end < 0 ? Math.max(end, -size - 1) + size : end));
        long span = step > 0 ? to - from + step - 1 : to - from + step + 1;
        return Math.max(0, span / step);
    }

    private static long[] range(int n) {
        long[] out = new long[n];
        for (int i = 0; i < n; i++) {
            out[i] = i;
        }
        return out;
    }

    private static long[] ones(int n) {
        long[] out = new long[n];
        java.util.Arrays.fill(out, 1);
        return out;
    }

    private static Shape padded(Call c) {
        Shape x = c.shape(0);
        Optional<long[]> pads = c.constant(1);
        if (!x.isRanked() || pads.isEmpty() || c.in(3).isPresent()) {
            return x.isRanked() ? Shape.ofRank(x.rank()) : x;
        }
        Shape out = x;
        for (int i = 0; i < x.rank(); i++) {
            if (x.isFixed(i)) {
                out = out.with(i, Dim.of(x.size(i) + pads.get()[i] + pads.get()[i + x.rank()]));
            } else if (pads.get()[i] + pads.get()[i + x.rank()] != 0) {
                out = out.with(i, Dim.unknown());
            }
        }
        return out;
    }

    private static Shape tiled(Call c) {
        Shape x = c.shape(0);
        Optional<long[]> repeats = c.constant(1);
        if (!x.isRanked() || repeats.isEmpty()) {
            return x.isRanked() ? Shape.ofRank(x.rank()) : x;
        }
        Shape out = x;
        for (int i = 0; i < x.rank(); i++) {
            long n = repeats.get()[i];
            if (n != 1) {
                out = out.with(i, x.isFixed(i) ? Dim.of(x.size(i) * n) : Dim.unknown());
            }
        }
        return out;
    }

    private static Shape expanded(Call c) {
        if (c.constant(1).isEmpty()) {
            Shape to = ofConstant(c, 1);
            boolean ranked = to.isRanked() && c.shape(0).isRanked();
            return ranked ? Shape.ofRank(Math.max(to.rank(), c.shape(0).rank())) : Shape.UNKNOWN;
        }
        return Shape.broadcast(c.shape(0), ofConstant(c, 1))
                .orElseThrow(() -> new IllegalArgumentException(c.in(0) + " does not expand"));
    }

    private static Shape gathered(Call c) {
        Shape x = c.shape(0);
        if (!x.isRanked() || !c.shape(1).isRanked()) {
            return Shape.UNKNOWN;
        }
        int axis = c.axis(0, x.rank());
        List<Dim> out = new ArrayList<>(x.dims().subList(0, axis));
        out.addAll(c.shape(1).dims());
        out.addAll(x.dims().subList(axis + 1, x.rank()));
        return Shape.ofDims(out);
    }

    private static Shape gatheredNd(Call c) {
        Shape x = c.shape(0);
        Shape indices = c.shape(1);
        if (!x.isRanked() || !indices.isRanked() || !indices.isFixed(-1)) {
            return Shape.UNKNOWN;
        }
        int batch = (int) (long) c.attributes().get(OnnxOps.BATCH_DIMS, 0L);
        List<Dim> out = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
        out.addAll(x.dims().subList(batch + (int) indices.size(-1), x.rank()));
        return Shape.ofDims(out);
    }

    private static Shape oneHot(Call c) {
        if (!c.shape(0).isRanked()) {
            return Shape.UNKNOWN;
        }
        List<Dim> out = new ArrayList<>(c.shape(0).dims());
        int axis = c.axis(-1, out.size() + 1);
        out.add(axis, c.constant(1).map(v -> Dim.of(v[0])).orElse(Dim.unknown()));
        return Shape.ofDims(out);
    }

    private static Shape blocks(Call c, boolean toDepth) {
        Shape x = c.shape(0);
        if (!x.isStatic()) {
            return x.isRanked() ? Shape.ofRank(x.rank()) : x;
        }
        long b = c.attributes().get(OnnxOps.BLOCKSIZE);
        return toDepth
                ? Shape.of(x.size(0), x.size(1) * b * b, x.size(2) / b, x.size(3) / b)
                : Shape.of(x.size(0), x.size(1) / (b * b), x.size(2) * b, x.size(3) * b);
    }

    private static Shape resized(Call c) {
        Shape x = c.shape(0);
        if (c.constant(3).isPresent()) {
            return Shape.of(c.constant(3).get());
        }
        return x.isRanked() ? Shape.ofRank(x.rank()) : x;
    }

    private static Shape sampled(Call c) {
        if (!c.shape(0).isRanked() || !c.shape(1).isRanked()) {
            return Shape.UNKNOWN;
        }
        List<Dim> out = new ArrayList<>(c.shape(0).dims().subList(0, 2));
        out.addAll(c.shape(1).dims().subList(1, c.shape(1).rank() - 1));
        return Shape.ofDims(out);
    }
}
