package dev.tfliteonnx.optimizers.fusion;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * A tensor that was divided by a root of the mean of squares over axes, of itself or of its distance from its mean. Means
 * may be sums by their number, with or without their axes, and reshaped in between so that only extents of 1 move.
 *
 * @param x what was normalized
 * @param axes the axes that means were taken over; those of extent 1 are never among them
 * @param centred whether the distance from the mean was taken first
 * @param epsilon what was added to the mean of squares
 */
record Normalized(Value x, BitSet axes, boolean centred, float epsilon) {
    /** A mean over axes of something. */
    private record Mean(Value of, BitSet axes) {}

    /** The root of the mean of squares of something, and what was added under it. */
    private record Deviation(Value of, BitSet axes, float epsilon) {}

    /** What a value of float32 is the normalized form of. */
    static Optional<Normalized> of(Value y) {
        Node node = y.producer()
                .filter(n -> n.op().domain().isEmpty() && y.type() == DataType.FLOAT32)
                .orElse(null);
        if (node == null) {
            return Optional.empty();
        }
        return switch (node.op().name()) {
            case "Mul" ->
                scaled(node.input(0), gain(node.input(1))).or(() -> scaled(node.input(1), gain(node.input(0))));
            case "Div" -> scaled(node.input(0), deviation(node.input(1), node.input(1)));
            case "Add" -> shifted(node.input(0), node.input(1), -1).or(() -> shifted(node.input(1), node.input(0), -1));
            case "Sub" -> shifted(node.input(0), node.input(1), 1);
            case "LayerNormalization" -> ofNode(node);
            default -> Optional.empty();
        };
    }

    private static Optional<Normalized> scaled(Value value, Optional<Deviation> by) {
        return by.filter(d -> d.of == value).map(d -> centre(value, d.axes)
                .map(x -> new Normalized(x, d.axes, true, d.epsilon))
                .orElseGet(() -> new Normalized(value, d.axes, false, d.epsilon)));
    }

    /** {@code x·g − mean·g}; the second product stands with a sign. */
    private static Optional<Normalized> shifted(Value first, Value second, int sign) {
        Node product = computed(first, "Mul").orElse(null);
        Product offset = Product.of(flat(second));
        for (int i = 0; product != null && offset.constant() == sign && i < 2; i++) {
            Value x = product.input(1 - i);
            Value gain = product.input(i);
            Optional<Deviation> by = gain(gain)
                    .filter(d -> centre(d.of, d.axes).filter(c -> c == x).isPresent())
                    .filter(d -> isMeanTimes(offset.factors(), new Mean(x, d.axes), gain))
                    .filter(d -> isAligned(second, new Mean(x, d.axes)));
            if (by.isPresent()) {
                return by.map(d -> new Normalized(x, d.axes, true, d.epsilon));
            }
        }
        return Optional.empty();
    }

    private static boolean isMeanTimes(List<Value> factors, Mean wanted, Value gain) {
        for (int i = 0; factors.size() == 2 && i < 2; i++) {
            boolean same = flat(factors.get(i)) == flat(gain);
            if (same && mean(factors.get(1 - i)).filter(wanted::equals).isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Deviation> gain(Value gain) {
        return computed(flat(gain), "Reciprocal").flatMap(n -> deviation(gain, n.input(0)));
    }

    /** The deviation that a root is, if the operand that came of it meets what it was taken of where it belongs. */
    private static Optional<Deviation> deviation(Value operand, Value root) {
        Node sum = computed(flat(root), "Sqrt")
                .flatMap(n -> computed(flat(n.input(0)), "Add"))
                .orElse(null);
        if (sum == null) {
            return Optional.empty();
        }
        int constant = Content.single(sum.input(0)).isPresent() ? 0 : 1;
        Optional<Double> epsilon = Content.single(sum.input(constant));
        Optional<Mean> mean = mean(sum.input(1 - constant)).filter(m -> isAligned(operand, m));
        if (epsilon.isEmpty() || mean.isEmpty()) {
            return Optional.empty();
        }
        Product square = Product.of(mean.get().of);
        Value base = square.factors().get(0);
        return square.is(1, base, base)
                ? Optional.of(new Deviation(base, mean.get().axes, epsilon.get().floatValue()))
                : Optional.empty();
    }

    /** What a value is the distance from its mean of, over these axes. */
    private static Optional<Value> centre(Value difference, BitSet axes) {
        return computed(difference, "Sub")
                .filter(n -> mean(n.input(1))
                        .filter(m -> m.equals(new Mean(n.input(0), axes)) && isAligned(n.input(1), m))
                        .isPresent())
                .map(n -> n.input(0));
    }

    private static Optional<Normalized> ofNode(Node node) {
        Value x = node.input(0);
        if (!x.shape().isStatic() || node.input(2).isPresent() || !Content.all(node.input(1), s -> s == 1)) {
            return Optional.empty();
        }
        long axis = node.attributes().get(OnnxOps.AXIS, -1L);
        BitSet axes = new BitSet();
        axes.set((int) (axis < 0 ? axis + x.shape().rank() : axis), x.shape().rank());
        return Optional.of(new Normalized(
                x, withoutUnits(axes, x.shape()), true, node.attributes().get(OnnxOps.EPSILON, 1e-5f)));
    }

    private static Optional<Mean> mean(Value value) {
        Product product = Product.of(flat(value));
        Node reduction = product.single().flatMap(v -> flat(v).producer()).orElse(null);
        if (reduction == null || !reduction.input(0).shape().isStatic()) {
            return Optional.empty();
        }
        Value x = reduction.input(0);
        BitSet axes = withoutUnits(reducedAxes(reduction), x.shape());
        double count = axes.stream().mapToDouble(a -> x.shape().size(a)).reduce(1, (a, b) -> a * b);
        double wanted = reduction.is("ReduceSum") ? 1 / count : 1;
        return !axes.isEmpty() && Product.about(product.constant(), wanted)
                ? Optional.of(new Mean(x, axes))
                : Optional.empty();
    }

    /** The axes that a node takes sums or means over; none if it does something else. */
    private static BitSet reducedAxes(Node node) {
        int rank = node.input(0).shape().rank();
        BitSet axes = new BitSet();
        if (node.is("GlobalAveragePool")) {
            axes.set(2, rank);
        } else if (node.is("ReduceMean") || node.is("ReduceSum")) {
            for (long axis : Content.longs(node.input(1)).orElse(new long[0])) {
                axes.set((int) (axis < 0 ? axis + rank : axis));
            }
        }
        return axes;
    }

    private static BitSet withoutUnits(BitSet axes, Shape shape) {
        BitSet real = new BitSet();
        axes.stream().filter(a -> !shape.dim(a).is(1)).forEach(real::set);
        return real;
    }

    /** Whether a value that has one element for each mean meets what the means were taken of where it belongs. */
    private static boolean isAligned(Value value, Mean mean) {
        Shape kept = mean.of.shape();
        for (int axis : mean.axes.stream().toArray()) {
            kept = kept.with(axis, Dim.of(1));
        }
        Shape shape = value.shape();
        int missing = shape.isStatic() ? kept.rank() - shape.rank() : -1;
        return missing >= 0
                && kept.dims().subList(missing, kept.rank()).equals(shape.dims())
                && kept.dims().subList(0, missing).stream().allMatch(d -> d.is(1));
    }

    private static Optional<Node> computed(Value value, String op) {
        return value.producer().filter(n -> n.is(op));
    }

    /** The value before the last reshapes that add or remove extents of 1 and nothing else. */
    private static Value flat(Value value) {
        Node node = value.producer().orElse(null);
        boolean moves = node != null
                && (node.is("Reshape") || node.is("Squeeze") || node.is("Unsqueeze"))
                && solid(node.input(0).shape())
                        .filter(d -> solid(value.shape()).filter(d::equals).isPresent())
                        .isPresent();
        return moves && node != null ? flat(node.input(0)) : value;
    }

    private static Optional<List<Dim>> solid(Shape shape) {
        return shape.isStatic()
                ? Optional.of(shape.dims().stream().filter(d -> !d.is(1)).toList())
                : Optional.empty();
    }

    /** The first of the axes, if they are all from there on; extents of 1 count as either. */
    Optional<Integer> first() {
        Shape shape = x.shape();
        int first = axes.nextSetBit(0);
        for (int i = first; i < shape.rank(); i++) {
            if (!axes.get(i) && !shape.dim(i).is(1)) {
                return Optional.empty();
            }
        }
        return Optional.of(first);
    }
}
