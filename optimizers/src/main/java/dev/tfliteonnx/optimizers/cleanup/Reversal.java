package dev.tfliteonnx.optimizers.cleanup;

import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Optional;

/** Slices that give an axis from its last index to its first. */
public final class Reversal {
    private Reversal() {}

    /** The axis that a value is a reversal of another on, counted from the first. */
    public static Optional<Integer> axis(Value value) {
        Node slice = value.producer().filter(p -> p.is("Slice")).orElse(null);
        if (slice == null || !value.shape().isRanked()) {
            return Optional.empty();
        }
        Optional<long[]> starts = Content.longs(slice.input(1));
        Optional<long[]> ends = Content.longs(slice.input(2));
        Optional<long[]> axes = Content.longs(slice.input(3)).filter(a -> a.length == 1);
        boolean backward = Content.all(slice.input(4), s -> s == -1);
        boolean whole =
                starts.filter(s -> s[0] == -1 || s[0] >= Integer.MAX_VALUE).isPresent()
                        && ends.filter(e -> e[0] <= -Integer.MAX_VALUE).isPresent();
        int rank = value.shape().rank();
        return backward && whole ? axes.map(a -> (int) (a[0] < 0 ? a[0] + rank : a[0])) : Optional.empty();
    }

    /** What a value is a reversal of on an axis. */
    public static Optional<Value> source(Value value, int axis) {
        return axis(value).filter(a -> a == axis).flatMap(a -> value.producer().map(p -> p.input(0)));
    }

    /** A value with an axis from its last index to its first. */
    public static Value of(Onnx onnx, Value value, int axis) {
        long[] minus = {-1};
        return onnx.slice(value, minus, new long[] {Long.MIN_VALUE}, new long[] {axis}, minus);
    }

    /** A reversal that a reversal behind a Transpose or Reshape undoes. */
    static Rule twice() {
        return new Rule(
                "reverse-of-reverse",
                "A reversal of the axis that was reversed before, where axes were only moved in between, undoes both.",
                "x → Slice {reverse} → Transpose → Slice {reverse} → y\n=> x → Transpose → y",
                op("Slice").where("reverses the axis that was reversed before", v -> undone(v)
                        .isPresent()),
                m -> undone(m.output())
                        .map(slice -> moved(m.onnx(), m.root().input(0), slice))
                        .orElseThrow());
    }

    private static Value moved(Onnx onnx, Value through, Value reversed) {
        Value x = reversed.producer().orElseThrow().input(0);
        if (through == reversed) {
            return x;
        }
        Node move = through.producer().orElseThrow();
        Value[] inputs = move.inputs().toArray(Value[]::new);
        inputs[0] = x;
        return onnx.op(move.op().name(), move.attributes(), inputs);
    }

    /** The reversal that another one undoes. */
    private static Optional<Value> undone(Value last) {
        Optional<Integer> axis = axis(last);
        Value through = last.producer().map(p -> p.input(0)).orElse(Value.ABSENT);
        if (axis.isEmpty()) {
            return Optional.empty();
        }
        if (axis(through).equals(axis)) {
            return Optional.of(through);
        }
        return through.producer()
                .filter(p -> through.hasOneUse() && (p.is("Transpose") || p.is("Reshape")))
                .map(p -> p.input(0))
                .filter(v ->
                        axis(v).filter(a -> carries(through, v, a, axis.get())).isPresent());
    }

    /** Whether an axis of what is moved becomes an axis of the result. */
    private static boolean carries(Value result, Value source, int from, int to) {
        Node move = result.producer().orElseThrow();
        Shape a = source.shape();
        Shape b = result.shape();
        if (move.is("Transpose")) {
            Optional<Ints> order = move.attributes().find(OnnxOps.PERM);
            return order.filter(o -> o.get(to) == from).isPresent();
        }
        return a.isRanked()
                && b.isRanked()
                && !a.dim(from).is(1)
                && a.dim(from).equals(b.dim(to))
                && wide(a, a.rank()) == wide(b, b.rank())
                && wide(a, from) == wide(b, to)
                && sameWide(a, b);
    }

    /** How many axes before this one have an extent other than 1. */
    private static long wide(Shape shape, int axis) {
        return shape.dims().subList(0, axis).stream().filter(d -> !d.is(1)).count();
    }

    private static boolean sameWide(Shape a, Shape b) {
        return !a.dims().contains(Dim.unknown())
                && a.dims().stream()
                        .filter(d -> !d.is(1))
                        .toList()
                        .equals(b.dims().stream().filter(d -> !d.is(1)).toList());
    }
}
