package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.onnx.Inference.Call;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Shapes of what slides a window over {@code [N,C,…]}, of matrix products and of recurrent operators. */
final class WindowRules {
    private WindowRules() {}

    static void addTo(Map<String, Function<Call, List<TypedShape>>> rules) {
        rules.put("Conv", c -> Inference.one(c.type(0), window(c, kernel(c), c.shape(1), 0)));
        rules.put("ConvInteger", c -> Inference.one(DataType.INT32, window(c, kernel(c), c.shape(1), 0)));
        rules.put("ConvTranspose", c -> Inference.one(c.type(0), transposed(c)));
        // the places have the channels of what is spread where the weights of a convolution have theirs
        rules.put("MaxUnpool", c -> Inference.one(c.type(0), transposed(c)));
        rules.put("MaxPool", c -> pool(c));
        rules.put("AveragePool", c -> pool(c));
        rules.put("GlobalAveragePool", c -> Inference.one(c.type(0), global(c.shape(0))));
        rules.put("GlobalMaxPool", c -> Inference.one(c.type(0), global(c.shape(0))));
        rules.put("MatMul", c -> Inference.one(c.type(0), product(c.shape(0), c.shape(1))));
        rules.put("MatMulInteger", c -> Inference.one(DataType.INT32, product(c.shape(0), c.shape(1))));
        rules.put("Gemm", c -> Inference.one(c.type(0), gemm(c)));
        rules.put("Einsum", c -> Inference.one(c.type(0), Shape.UNKNOWN));
        rules.put("LSTM", c -> recurrent(c));
        rules.put("GRU", c -> recurrent(c));
        rules.put("RNN", c -> recurrent(c));
    }

    private static Ints kernel(Call c) {
        return c.attributes().find(OnnxOps.KERNEL_SHAPE).orElseGet(() -> {
            Shape w = c.shape(1);
            long[] sizes = new long[w.rank() - 2];
            for (int i = 0; i < sizes.length; i++) {
                sizes[i] = w.size(i + 2);
            }
            return Ints.of(sizes);
        });
    }

    private static long at(Call c, dev.tfliteonnx.ir.Key<Ints> key, int i, long otherwise) {
        return c.attributes().find(key).map(v -> v.get(i)).orElse(otherwise);
    }

    /** The shape with the channels of {@code weights}' given axis, or the input's own if the rank is unknown. */
    private static Shape window(Call c, Ints kernel, Shape weights, int channelAxis) {
        Shape x = c.shape(0);
        if (!x.isRanked()) {
            return x;
        }
        int n = kernel.size();
        List<Dim> out = new ArrayList<>();
        out.add(x.dim(0));
        out.add(weights.isRanked() ? weights.dim(channelAxis) : x.dim(1));
        boolean same = c.attributes().get(OnnxOps.AUTO_PAD, "NOTSET").startsWith("SAME");
        boolean ceil = c.attributes().get(OnnxOps.CEIL_MODE, 0L) != 0;
        for (int i = 0; i < n; i++) {
            long stride = at(c, OnnxOps.STRIDES, i, 1);
            if (!x.isFixed(i + 2)) {
                out.add(Dim.unknown());
                continue;
            }
            long size = x.size(i + 2);
            long effective = (kernel.get(i) - 1) * at(c, OnnxOps.DILATIONS, i, 1) + 1;
            long pads = at(c, OnnxOps.PADS, i, 0) + at(c, OnnxOps.PADS, i + n, 0);
            long span = size + pads - effective + (ceil ? stride - 1 : 0);
            out.add(Dim.of(same ? (size + stride - 1) / stride : Math.max(0, Math.floorDiv(span, stride) + 1)));
        }
        return Shape.ofDims(out);
    }

    private static List<TypedShape> pool(Call c) {
        Shape shape = window(c, c.attributes().get(OnnxOps.KERNEL_SHAPE), Shape.UNKNOWN, 0);
        return List.of(new TypedShape(c.type(0), shape), new TypedShape(DataType.INT64, shape));
    }

    private static Shape transposed(Call c) {
        Shape x = c.shape(0);
        if (!x.isRanked() || !c.shape(1).isRanked()) {
            return Shape.UNKNOWN;
        }
        Ints kernel = kernel(c);
        int n = kernel.size();
        long groups = c.attributes().get(OnnxOps.GROUP, 1L);
        List<Dim> out = new ArrayList<>();
        out.add(x.dim(0));
        out.add(c.shape(1).isFixed(1) ? Dim.of(c.shape(1).size(1) * groups) : Dim.unknown());
        for (int i = 0; i < n; i++) {
            if (!x.isFixed(i + 2)) {
                out.add(Dim.unknown());
                continue;
            }
            long effective = (kernel.get(i) - 1) * at(c, OnnxOps.DILATIONS, i, 1) + 1;
            long pads = at(c, OnnxOps.PADS, i, 0) + at(c, OnnxOps.PADS, i + n, 0);
            out.add(Dim.of((x.size(i + 2) - 1) * at(c, OnnxOps.STRIDES, i, 1)
                    + at(c, OnnxOps.OUTPUT_PADDING, i, 0)
                    + effective
                    - pads));
        }
        return Shape.ofDims(out);
    }

    private static Shape global(Shape x) {
        if (!x.isRanked()) {
            return x;
        }
        Shape out = x;
        for (int i = 2; i < x.rank(); i++) {
            out = out.with(i, Dim.of(1));
        }
        return out;
    }

    private static Shape product(Shape a, Shape b) {
        if (!a.isRanked() || !b.isRanked()) {
            return Shape.UNKNOWN;
        }
        if (a.rank() < 2 || b.rank() < 2) {
            List<Dim> out = new ArrayList<>(a.dims().subList(0, Math.max(0, a.rank() - 1)));
            if (b.rank() >= 2) {
                out.addAll(0, b.dims().subList(0, a.rank() == 1 ? b.rank() - 2 : 0));
                out.add(b.dim(-1));
            }
            return Shape.ofDims(out);
        }
        Shape batch = Shape.broadcast(
                        Shape.ofDims(a.dims().subList(0, a.rank() - 2)),
                        Shape.ofDims(b.dims().subList(0, b.rank() - 2)))
                .orElseThrow(() -> new IllegalArgumentException(a + " and " + b + " cannot be multiplied"));
        List<Dim> out = new ArrayList<>(batch.dims());
        out.add(a.dim(-2));
        out.add(b.dim(-1));
        return Shape.ofDims(out);
    }

    private static Shape gemm(Call c) {
        Shape a = c.shape(0);
        Shape b = c.shape(1);
        if (!a.isRanked() || !b.isRanked()) {
            return Shape.ofRank(2);
        }
        Dim m = a.dim(c.attributes().get(OnnxOps.TRANS_A, 0L) == 0 ? 0 : 1);
        Dim n = b.dim(c.attributes().get(OnnxOps.TRANS_B, 0L) == 0 ? 1 : 0);
        return Shape.ofDims(List.of(m, n));
    }

    private static List<TypedShape> recurrent(Call c) {
        Shape x = c.shape(0);
        Dim directions = c.shape(1).isRanked() ? c.shape(1).dim(0) : Dim.unknown();
        Dim hidden = c.attributes().find(OnnxOps.HIDDEN_SIZE).map(Dim::of).orElse(Dim.unknown());
        Dim time = x.isRanked() ? x.dim(0) : Dim.unknown();
        Dim batch = x.isRanked() ? x.dim(1) : Dim.unknown();
        TypedShape all = new TypedShape(c.type(0), Shape.ofDims(List.of(time, directions, batch, hidden)));
        TypedShape last = new TypedShape(c.type(0), Shape.ofDims(List.of(directions, batch, hidden)));
        return List.of(all, last, last);
    }
}
