package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Slices and single elements of a value that lie side by side along an axis and leave nothing out become the parts of one
 * Split.
 *
 * <p>Source: {@code gather_fusion.cc}; what ONNX Runtime 1.30 was measured to make of slices.
 */
public final class SlicesToSplit implements GraphPass {
    /** A part of a value, by its first index and the first behind it. */
    private record Part(Node node, int axis, long from, long to) {
        boolean isElement() {
            return node.is("Gather") && !node.input(1).shape().hasRank(1);
        }
    }

    @Override
    public String name() {
        return "slices-to-split";
    }

    @Override
    public String summary() {
        return "Slices that lie side by side and leave nothing out become one Split.";
    }

    @Override
    public String drawing() {
        return "x → Slice(0, 1) → y, x → Slice(1, 3) → z\n=> x → Split(1, 2) → y, z";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        List<Value> values = new ArrayList<>(graph.inputs());
        graph.nodes().stream().filter(n -> n.outputs().size() == 1).forEach(n -> values.add(n.output()));
        int split = 0;
        for (Value x : values) {
            List<Part> parts = parts(x, graph);
            if (parts.size() > 1) {
                split(x, parts, graph);
                split++;
            }
        }
        if (split > 0) {
            context.fired(name(), split);
        }
        return split > 0;
    }

    /** What reads a value, in the order of the axis; empty unless it is parts that make up the whole. */
    private static List<Part> parts(Value x, Graph graph) {
        boolean shape = x.producer().filter(n -> n.is("Shape")).isPresent();
        if (shape || x.isGraphOutput() || !x.isPresent() || x.uses().size() < 2) {
            return List.of();
        }
        List<Part> parts = new ArrayList<>();
        for (Use use : x.uses()) {
            Optional<Part> part = graph.nodes().contains(use.user()) && use.input() == 0
                    ? part(use.user(), x.shape())
                    : Optional.empty();
            if (part.isEmpty()) {
                return List.of();
            }
            parts.add(part.get());
        }
        parts.sort(Comparator.comparingLong(Part::from));
        int axis = parts.get(0).axis;
        long at = 0;
        for (Part part : parts) {
            if (part.axis != axis || part.from != at || part.to <= part.from) {
                return List.of();
            }
            at = part.to;
        }
        return x.shape().isFixed(axis) && x.shape().size(axis) == at ? parts : List.of();
    }

    private static Optional<Part> part(Node node, Shape x) {
        boolean cuts = node.op().domain().isEmpty() && (node.is("Gather") || node.is("Slice"));
        return !cuts || !x.isRanked() ? Optional.empty() : node.is("Gather") ? element(node, x) : slice(node, x);
    }

    private static Optional<Part> element(Node node, Shape x) {
        int axis = axis(node.attributes().get(OnnxOps.AXIS, 0L), x);
        Optional<Long> index = Content.longs(node.input(1))
                .filter(i -> i.length == 1 && x.isFixed(axis))
                .map(i -> i[0] < 0 ? i[0] + x.size(axis) : i[0]);
        return index.map(i -> new Part(node, axis, i, i + 1));
    }

    private static Optional<Part> slice(Node node, Shape x) {
        Optional<Long> start = only(node.input(1));
        Optional<Long> end = only(node.input(2));
        Optional<Long> at = only(node.input(3));
        boolean unit = !node.input(4).isPresent()
                || only(node.input(4)).filter(s -> s == 1).isPresent();
        if (start.isEmpty() || end.isEmpty() || at.isEmpty() || !unit) {
            return Optional.empty();
        }
        int axis = axis(at.get(), x);
        if (!x.isFixed(axis)) {
            return Optional.empty();
        }
        long size = x.size(axis);
        return Optional.of(new Part(node, axis, clamp(start.get(), size), clamp(end.get(), size)));
    }

    private static Optional<Long> only(Value value) {
        return Content.longs(value).filter(v -> v.length == 1).map(v -> v[0]);
    }

    private static int axis(long axis, Shape x) {
        return (int) (axis < 0 ? axis + x.rank() : axis);
    }

    private static long clamp(long index, long size) {
        return Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }

    private void split(Value x, List<Part> parts, Graph graph) {
        Edit edit = graph.edit(name());
        Node first = parts.get(0).node;
        int axis = parts.get(0).axis;
        Onnx onnx = new Onnx(edit, x.name() + "/parts", first.origin());
        long[] extents = parts.stream().mapToLong(p -> p.to - p.from).toArray();
        List<Value> values = onnx.split(x, axis, extents);
        for (int i = 0; i < values.size(); i++) {
            Part part = parts.get(i);
            Value value = values.get(i);
            edit.replace(part.node.output(), part.isElement() ? onnx.squeeze(value, axis) : value);
        }
        edit.apply();
    }
}
