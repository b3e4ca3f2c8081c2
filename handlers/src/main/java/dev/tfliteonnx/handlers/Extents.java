package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.Arrays;

/** The extents of a value, of which some may be known only when the model runs: int64 vectors of one element each. */
final class Extents {
    private final Onnx onnx;
    private final Value x;
    private final Shape shape;
    private Value runtime = Value.ABSENT;

    private Extents(Onnx onnx, Value x, Shape shape) {
        this.onnx = onnx;
        this.x = x;
        this.shape = shape;
    }

    /** The extents of an operand, whose rank must be known. */
    static Extents of(TflOp op, Onnx onnx, int operand) {
        return new Extents(onnx, op.raw(operand), op.shape(operand));
    }

    /** The extents of a value, whose rank must be known. */
    static Extents of(Onnx onnx, Value x) {
        return new Extents(onnx, x, x.shape());
    }

    /** One extent: a constant if it is known. */
    Value at(int axis) {
        if (shape.isFixed(axis)) {
            return onnx.ints(shape.size(axis));
        }
        return onnx.gather(runtimeShape(), onnx.constant(Tensor.ofLongs(axis)), 0);
    }

    /** The extents of the axes from one on up to another, the end excluded. */
    Value[] range(int from, int to) {
        Value[] out = new Value[to - from];
        for (int i = from; i < to; i++) {
            out[i - from] = at(i);
        }
        return out;
    }

    /** All extents as one vector: a constant if all are known. */
    Value all() {
        return shape.isStatic() ? onnx.ints(shape.sizes()) : runtimeShape();
    }

    private Value runtimeShape() {
        if (!runtime.isPresent()) {
            runtime = onnx.shapeOf(x);
        }
        return runtime;
    }

    /** {@code a · b}, at conversion if both are constants. */
    static Value times(Onnx onnx, Value a, long b) {
        return b == 1
                ? a
                : a.constant().map(t -> onnx.ints(t.toLongs()[0] * b)).orElseGet(() -> onnx.mul(a, onnx.ints(b)));
    }

    /** {@code a / b} without remainder, at conversion if both are constants. */
    static Value over(Onnx onnx, Value a, long b) {
        return b == 1
                ? a
                : a.constant().map(t -> onnx.ints(t.toLongs()[0] / b)).orElseGet(() -> onnx.div(a, onnx.ints(b)));
    }

    /** {@code a + b}, at conversion if both are constants. */
    static Value plus(Onnx onnx, Value a, long b) {
        return b == 0
                ? a
                : a.constant().map(t -> onnx.ints(t.toLongs()[0] + b)).orElseGet(() -> onnx.add(a, onnx.ints(b)));
    }

    /** The vectors joined: a constant if all are. */
    static Value join(Onnx onnx, Value... parts) {
        boolean known = Arrays.stream(parts).allMatch(Value::isConstant);
        if (known) {
            return onnx.ints(longs(parts));
        }
        return onnx.concat(0, Arrays.stream(parts).filter(p -> !isEmpty(p)).toArray(Value[]::new));
    }

    private static boolean isEmpty(Value part) {
        return part.constant().filter(t -> t.elementCount() == 0).isPresent();
    }

    /** A value under the shape that these extents spell; one of them that is not known is left for ONNX to find. */
    static Value reshape(Onnx onnx, Value x, Value... extents) {
        long open = Arrays.stream(extents).filter(e -> !e.isConstant()).count();
        boolean empty = Arrays.stream(extents)
                .filter(Value::isConstant)
                .anyMatch(e -> e.constant().orElseThrow().toLongs()[0] == 0);
        if (open == 0 || (open == 1 && !empty)) {
            return onnx.reshape(x, longs(extents));
        }
        return onnx.op("Reshape", x, onnx.concat(0, extents));
    }

    private static long[] longs(Value... extents) {
        return Arrays.stream(extents)
                .flatMapToLong(
                        e -> Arrays.stream(e.constant().map(Tensor::toLongs).orElse(new long[] {-1})))
                .toArray();
    }

    /** A tensor of one number whose shape is a vector. */
    static Value filled(Onnx onnx, DataType type, double number, Value shape) {
        return shape.constant()
                .map(t -> onnx.constant(Tensor.splat(type, Shape.of(t.toLongs()), number)))
                .orElseGet(() -> onnx.op("Expand", onnx.scalar(type, number), shape));
    }
}
