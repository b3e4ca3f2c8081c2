package dev.tfliteonnx.handlers;

import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;

/** Element-wise operators of two tensors of 8-bit integers, exact; shapes broadcast as in NumPy. */
final class ExactArithmetic {
    /** How far operands are shifted to the left before they are rescaled. */
    private static final int SHIFT = 20;

    private ExactArithmetic() {}

    /**
     * Sum or difference: both operands are brought to common fine steps, of which a table has all there are.
     *
     * <p>Source: {@code kernels/add.cc}, {@code kernels/sub.cc}, {@code kernels/internal/reference/integer_ops/add.h}.
     */
    static OpHandler sum(String name) {
        return (op, onnx) -> {
            double twice = 2 * Math.max(scale(op, 0), scale(op, 1));
            Value x = onnx.op(name, fine(op, onnx, 0, twice), fine(op, onnx, 1, twice));
            double out = op.out().quant().orElseThrow().scale();
            return List.of(
                    Steps.store(op, onnx, x, List.of(Multiplier.of(twice / ((1 << SHIFT) * out))), Shape.SCALAR));
        };
    }

    private static float scale(TflOp op, int i) {
        return op.source(i).quant().orElseThrow().scale();
    }

    private static Value fine(TflOp op, Onnx onnx, int i, double twice) {
        int zero = (int) op.source(i).quant().orElseThrow().zeroPoint();
        Multiplier multiplier = Multiplier.of(scale(op, i) / twice);
        return Steps.lookUp(onnx, op.raw(i), DataType.INT32, q -> multiplier.times((q - zero) << SHIFT));
    }

    /** The product. Source: {@code kernels/mul.cc}, {@code kernels/internal/reference/integer_ops/mul.h}. */
    static List<Value> mul(TflOp op, Onnx onnx) {
        Value product = onnx.mul(Steps.centred(op, onnx, 0), Steps.centred(op, onnx, 1));
        float factor =
                scale(op, 0) * scale(op, 1) / op.out().quant().orElseThrow().scale();
        return List.of(Steps.store(op, onnx, product, List.of(Multiplier.of(factor)), Shape.SCALAR));
    }

    /** The greater or lesser of stored numbers. Source: {@code kernels/maximum_minimum.cc}, which never rescales. */
    static OpHandler choice(String name) {
        return (op, onnx) -> {
            Value a = onnx.cast(op.raw(0), DataType.INT32);
            Value b = onnx.cast(op.raw(1), DataType.INT32);
            return List.of(onnx.cast(onnx.op(name, a, b), op.out().type()));
        };
    }

    /** {@code x ≥ 0 ? x : alpha · x}. Source: {@code PreluPrepare} in {@code kernels/activations.cc}, {@code reference/prelu.h}. */
    static List<Value> prelu(TflOp op, Onnx onnx) {
        Value x = Steps.centred(op, onnx, 0);
        float out = op.out().quant().orElseThrow().scale();
        Multiplier above = Multiplier.of(scale(op, 0) / out);
        Multiplier below = Multiplier.of(scale(op, 0) * scale(op, 1) / out);
        long zero = op.out().quant().orElseThrow().zeroPoint();
        Value kept = Steps.rescaled(onnx, x, List.of(above), Shape.SCALAR, zero);
        Value product = onnx.mul(x, Steps.centred(op, onnx, 1));
        Value bent = Steps.rescaled(onnx, product, List.of(below), Shape.SCALAR, zero);
        Value positive = onnx.op("GreaterOrEqual", x, onnx.scalar(DataType.INT32, 0));
        return List.of(Steps.clamped(op, onnx, onnx.where(positive, kept, bent)));
    }
}
