package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;

/** Operators that make tensors from a few numbers or from a shape. */
final class Generators {
    private Generators() {}

    /**
     * A sparse constant without its gaps, which it lost when it was read. Source: {@code kernels/densify.cc}, which takes
     * nothing else.
     */
    static List<Value> densify(TflOp op, Onnx onnx) {
        if (op.constant(0).isEmpty()) {
            throw op.notConstant(0);
        }
        return List.of(op.in(0));
    }

    /** Zeros of the shape of the operand. Source: {@code kernels/zeros_like.cc}; ONNX ConstantOfShape-9, or a constant. */
    static List<Value> zerosLike(TflOp op, Onnx onnx) {
        Shape shape = op.shape(0);
        DataType type = op.in(0).type();
        if (shape.isStatic() && shape.elementCount() <= Tensor.SMALL) {
            return List.of(onnx.constant(Tensor.splat(type, shape, 0)));
        }
        Attributes zero = Attributes.of(OnnxOps.VALUE, Tensor.splat(type, Shape.of(1), 0));
        return List.of(onnx.op("ConstantOfShape", zero, Extents.of(op, onnx, 0).all()));
    }

    /**
     * Start, limit, delta → start, start + delta, … up to limit, which is left out.
     *
     * <p>Source: {@code kernels/range.cc}, which finds the count in the type of the operands; ONNX Range-11, or a
     * constant.
     */
    static List<Value> range(TflOp op, Onnx onnx) {
        boolean known = op.constant(0).isPresent()
                && op.constant(1).isPresent()
                && op.constant(2).isPresent();
        if (known) {
            Tensor all = op.out().type().isFloat() ? reals(op) : integers(op);
            if (all.elementCount() <= Tensor.SMALL) {
                return List.of(onnx.constant(all));
            }
        }
        Value start = onnx.reshape(op.in(0));
        Value limit = onnx.reshape(op.in(1));
        Value delta = onnx.reshape(op.in(2));
        return List.of(
                op.out().type().isFloat() ? reals(onnx, start, limit, delta) : onnx.op("Range", start, limit, delta));
    }

    /** As many numbers as a division in their type says: ONNX Runtime divides in float64, and makes some too many here. */
    private static Value reals(Onnx onnx, Value start, Value limit, Value delta) {
        Value count = onnx.op("Ceil", onnx.op("Abs", onnx.div(onnx.sub(limit, start), delta)));
        Value more = onnx.op("Range", start, onnx.add(limit, onnx.add(delta, delta)), delta);
        Value end = onnx.reshape(onnx.cast(count, DataType.INT64), 1);
        return onnx.op("Slice", more, onnx.ints(0), end, onnx.ints(0));
    }

    private static Tensor reals(TflOp op) {
        float next = (float) op.constant(0).orElseThrow().toDoubles()[0];
        float limit = (float) op.constant(1).orElseThrow().toDoubles()[0];
        float delta = (float) op.constant(2).orElseThrow().toDoubles()[0];
        int n = (int) Math.ceil(Math.abs((limit - next) / delta));
        float[] values = new float[Math.min(n, Tensor.SMALL + 1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = next;
            next += delta;
        }
        return Tensor.ofFloats(Shape.of(values.length), values);
    }

    private static Tensor integers(TflOp op) {
        long start = op.longs(0)[0];
        long delta = op.longs(2)[0];
        long span = Math.abs(op.longs(1)[0] - start);
        long n = (span + Math.abs(delta) - 1) / Math.abs(delta);
        long[] values = new long[(int) Math.min(n, Tensor.SMALL + 1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = start + i * delta;
        }
        return Tensor.ofIntegers(op.out().type(), Shape.of(values.length), values);
    }
}
