package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;

/**
 * The values of a Loop's body as {@link Row}s: what a round makes of the step that it reads and of what is carried. What
 * is carried on is an atom of its own, so that a cell state is not written out again in what is computed from it.
 */
final class Body {
    /** Rows of more atoms are not written out: no recurrent operator has them, and bodies of anything else may be deep. */
    private static final int LARGEST = 500;

    private final Map<Value, Optional<Row>> rows = new HashMap<>();
    private final Map<Value, Integer> carried = new HashMap<>();
    private final Set<Value> inside = new HashSet<>();
    private final Graph graph;
    private final Counters counters;
    private final Dim rounds;

    Body(Node loop, Counters counters, Dim rounds) {
        this.graph = loop.attributes().get(OnnxOps.BODY);
        this.counters = counters;
        this.rounds = rounds;
        inside.addAll(graph.inputs());
        graph.nodes().forEach(n -> inside.addAll(n.outputs()));
        for (int i = 2; i < graph.inputs().size(); i++) {
            Value input = graph.inputs().get(i);
            int index = i - 2;
            rows.put(input, row(input).map(r -> new Row(r, List.of(Sum.of(new Atom.State(index, width(input)))))));
            carried.putIfAbsent(graph.outputs().get(i - 1), index);
        }
    }

    private static Optional<List<Dim>> row(Value value) {
        boolean hasRows = value.type() == DataType.FLOAT32
                && value.shape().isRanked()
                && value.shape().rank() > 0
                && value.shape().isFixed(-1);
        return hasRows ? Row.examples(value.shape()) : Optional.empty();
    }

    private static int width(Value value) {
        return Math.toIntExact(value.shape().size(-1));
    }

    /** What a value is, if it is a row for each example. */
    Optional<Row> of(Value value) {
        Optional<Row> before = rows.get(value);
        if (before != null) {
            return before;
        }
        Integer next = carried.get(value);
        Optional<Row> found = next == null
                ? definition(value)
                : row(value).map(r -> new Row(r, List.of(Sum.of(new Atom.Next(next, width(value))))));
        rows.put(value, found);
        return found;
    }

    /** How a value is computed. */
    Optional<Row> definition(Value value) {
        if (value.isConstant()) {
            return value.constant().flatMap(Body::constant);
        }
        Optional<Row> found = value.producer()
                .filter(p -> inside.contains(value) && p.op().domain().isEmpty())
                .flatMap(p -> computed(p, value))
                .filter(r -> agrees(r, value.shape()) && r.size() <= LARGEST);
        return found.isPresent()
                ? found
                : row(value).map(r -> new Row(r, List.of(Sum.of(new Atom.Other(value, width(value))))));
    }

    private static boolean agrees(Row row, Shape shape) {
        Optional<List<Dim>> examples = Row.examples(shape);
        return (examples.isEmpty() || examples.get().equals(row.examples()) || row.isConstant())
                && shape.isRanked()
                && (shape.rank() == 0 || !shape.isFixed(-1) || shape.size(-1) == row.width());
    }

    /** A constant whose rows are all the same. */
    private static Optional<Row> constant(Tensor tensor) {
        if (tensor.type() != DataType.FLOAT32 || tensor.elementCount() == 0 || !Content.isSmall(tensor)) {
            return Optional.empty();
        }
        double[] all = tensor.toDoubles();
        int width =
                tensor.shape().rank() == 0 ? 1 : Math.toIntExact(tensor.shape().size(-1));
        for (int i = width; i < all.length; i++) {
            if (all[i] != all[i - width]) {
                return Optional.empty();
            }
        }
        Sum sum = Sum.constant(width, Scale.of(Arrays.copyOf(all, width)));
        List<Dim> examples = Row.examples(tensor.shape()).orElse(List.of());
        return Optional.of(new Row(examples, List.of(sum)));
    }

    private Optional<Row> computed(Node node, Value value) {
        String name = node.op().name();
        if (Curve.OPERATORS.contains(name)) {
            return of(node.input(0)).map(r -> r.map(s -> Sum.of(new Atom.Curved(curve(node), s))));
        }
        return switch (name) {
            case "Add" -> each(node, Sum::plus);
            case "Sub" -> each(node, (a, b) -> a.plus(b.scaled(Scale.of(-1))));
            case "Mul" -> each(node, Sum::times);
            case "Div" ->
                Content.single(node.input(1)).filter(d -> d != 0).flatMap(d -> of(node.input(0))
                        .map(r -> r.map(s -> s.scaled(Scale.of(1 / d)))));
            case "Neg" -> of(node.input(0)).map(r -> r.map(s -> s.scaled(Scale.of(-1))));
            case "Clip" -> clip(node);
            case "Gemm" -> gemm(node);
            case "MatMul" -> product(node.input(0), node.input(1), false);
            case "Identity", "Reshape", "Squeeze", "Unsqueeze" -> reshaped(node);
            case "Split" -> split(node, value);
            case "Concat" -> joined(node);
            case "Slice" -> slice(node);
            case "Gather" -> gather(node);
            default -> Optional.empty();
        };
    }

    private static Curve curve(Node node) {
        String name = node.op().name();
        float alpha = name.equals("Elu") ? 1 : name.equals("LeakyRelu") ? 0.01f : 0.2f;
        Curve curve = new Curve(name, node.attributes().get(OnnxOps.ALPHA, alpha), 0.5f);
        float beta = node.attributes().get(OnnxOps.BETA, curve.beta());
        return new Curve(name, curve.hasAlpha() ? curve.alpha() : 0, curve.hasBeta() ? beta : 0);
    }

    private Optional<Row> each(Node node, BinaryOperator<Sum> f) {
        return of(node.input(0)).flatMap(a -> of(node.input(1)).flatMap(b -> a.with(b, f)));
    }

    private Optional<Row> clip(Node node) {
        Optional<Double> low = Content.single(node.input(1));
        Optional<Double> high = Content.single(node.input(2));
        if (low.isEmpty() || high.isEmpty()) {
            return Optional.empty();
        }
        Curve clip = new Curve(Curve.CLIP, low.get().floatValue(), high.get().floatValue());
        return of(node.input(0)).map(r -> r.map(s -> Sum.of(new Atom.Curved(clip, s))));
    }

    private Optional<Row> gemm(Node node) {
        boolean plain = node.attributes().get(OnnxOps.ALPHA, 1f) == 1
                && node.attributes().get(OnnxOps.BETA, 1f) == 1
                && node.attributes().get(OnnxOps.TRANS_A, 0L) == 0;
        boolean transposed = node.attributes().get(OnnxOps.TRANS_B, 0L) == 1;
        Optional<Row> product = plain ? product(node.input(0), node.input(1), transposed) : Optional.empty();
        return node.input(2).isPresent()
                ? product.flatMap(p -> of(node.input(2)).flatMap(c -> p.with(c, Sum::plus)))
                : product;
    }

    private Optional<Row> product(Value left, Value right, boolean transposed) {
        Optional<Matrix> whole = Stored.of(right).map(s -> Matrix.of(s, transposed));
        Optional<Row> row = of(left);
        if (whole.isEmpty()
                || row.isEmpty()
                || row.get().width() != whole.get().rows().size()) {
            return Optional.empty();
        }
        Sum sum = Sum.constant(whole.get().columns().size(), Scale.ZERO);
        int at = 0;
        for (Sum block : row.get().blocks()) {
            Matrix part = whole.get().rows(at, at + block.width());
            sum = sum.plus(Sum.of(new Atom.Product(block, part)));
            at += block.width();
        }
        return Optional.of(new Row(row.get().examples(), List.of(sum)));
    }

    private Optional<Row> reshaped(Node node) {
        Shape from = node.input(0).shape();
        Shape to = node.output().shape();
        boolean keepsRows = from.isRanked()
                && to.isRanked()
                && from.rank() > 0
                && to.rank() > 0
                && to.isFixed(-1)
                && from.dim(-1).equals(to.dim(-1));
        return keepsRows ? of(node.input(0)).filter(r -> keepsExamples(r, to)) : Optional.empty();
    }

    private static boolean keepsExamples(Row row, Shape to) {
        return Row.examples(to).filter(row.examples()::equals).isPresent();
    }

    private Optional<Row> split(Node node, Value value) {
        if (!isLast(node.attributes().get(OnnxOps.AXIS, 0L), node.input(0))) {
            return Optional.empty();
        }
        int from = 0;
        for (Value part : node.outputs()) {
            if (!part.isPresent() || !part.shape().isRanked() || !part.shape().isFixed(-1)) {
                return Optional.empty();
            }
            int to = from + width(part);
            if (part == value) {
                int start = from;
                return of(node.input(0)).filter(r -> to <= r.width()).map(r -> r.columns(start, to));
            }
            from = to;
        }
        return Optional.empty();
    }

    private static boolean isLast(long axis, Value of) {
        return of.shape().isRanked() && (axis == -1 || axis == of.shape().rank() - 1);
    }

    private Optional<Row> joined(Node node) {
        if (!isLast(node.attributes().get(OnnxOps.AXIS), node.input(0))) {
            return Optional.empty();
        }
        List<Sum> blocks = new ArrayList<>();
        Optional<List<Dim>> examples = Optional.empty();
        for (Value part : node.inputs()) {
            Row row = of(part).orElse(null);
            if (row == null || !row.examples().equals(examples.orElse(row.examples()))) {
                return Optional.empty();
            }
            examples = Optional.of(row.examples());
            blocks.addAll(row.blocks());
        }
        return examples.map(e -> new Row(e, blocks));
    }

    private Optional<Row> slice(Node node) {
        Optional<Ranges> ranges = Ranges.of(node, counters);
        if (ranges.isEmpty() || ranges.get().axes().size() != 1) {
            return Optional.empty();
        }
        Value from = node.input(0);
        int axis = ranges.get().axes().get(0);
        Counters.Line start = ranges.get().starts().get(0);
        Counters.Line end = ranges.get().ends().get(0);
        if (axis == 0 && end.minus(start).equals(new Counters.Line(0, 1))) {
            Optional<Row> step = step(from, start);
            if (step.isPresent()) {
                return step;
            }
        }
        if (!isLast(axis, from)
                || start.slope() != 0
                || end.slope() != 0
                || row(from).isEmpty()) {
            return Optional.empty();
        }
        long width = width(from);
        long first = start.base() < 0 ? start.base() + width : start.base();
        long last = end.base() < 0 ? end.base() + width : Math.min(end.base(), width);
        return first >= 0 && first < last ? of(from).map(r -> r.columns((int) first, (int) last)) : Optional.empty();
    }

    private Optional<Row> gather(Node node) {
        boolean first = node.attributes().get(OnnxOps.AXIS, 0L) == 0;
        return first ? counters.single(node.input(1)).flatMap(at -> step(node.input(0), at)) : Optional.empty();
    }

    /** The element of a sequence of as many as there are rounds, one in each round. */
    private Optional<Row> step(Value sequence, Counters.Line at) {
        Shape shape = sequence.shape();
        boolean isSequence = !inside.contains(sequence)
                && sequence.type() == DataType.FLOAT32
                && shape.hasRank(3)
                && shape.isFixed(2)
                && shape.dim(0).equals(rounds);
        boolean reverse =
                rounds instanceof Dim.Fixed n && n.size() > 1 && at.equals(new Counters.Line(-1, n.size() - 1));
        if (!isSequence || !(reverse || at.equals(new Counters.Line(1, 0)))) {
            return Optional.empty();
        }
        Atom step = new Atom.Step(sequence, at, width(sequence));
        Shape element = Shape.ofDims(shape.dims().subList(1, 3));
        return Row.examples(element).map(e -> new Row(e, List.of(Sum.of(step))));
    }
}
