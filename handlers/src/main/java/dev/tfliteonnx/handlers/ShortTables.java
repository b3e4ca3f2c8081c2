package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.InterpolatedSigmoid;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Sigmoid and tanh of 16-bit integers. TFLite interpolates them in a table of 256 entries, which is up to two steps off
 * the true function; all its results make a constant of 128 KiB, of which an ONNX Gather-13 takes the same ones. The
 * stored number is the index: Gather counts negative ones from the end.
 */
final class ShortTables {
    /** How many 16-bit integers there are. */
    private static final int ALL = 1 << 16;

    private ShortTables() {}

    /**
     * The logistic function: of 16-bit integers by its table, of all else by another handler. The result has the scale
     * 2⁻¹⁵.
     *
     * <p>Source: {@code SigmoidPrepare} in {@code kernels/activations.cc},
     * {@code kernels/internal/reference/integer_ops/logistic.h}.
     */
    static OpHandler logistic(OpHandler other) {
        return (op, onnx) -> {
            if (!isStoredIn16Bits(op, 0)) {
                return other.lower(op, onnx);
            }
            float scale = op.source(0).quant().orElseThrow().scale();
            return List.of(lookUp(onnx, op.raw(0), ALL, InterpolatedSigmoid.of(scale, 0)::logistic));
        };
    }

    /**
     * The hyperbolic tangent: of 16-bit integers by its table, of all else by another handler. The result has the scale
     * 2⁻¹⁵.
     *
     * <p>Source: {@code TanhPrepare} in {@code kernels/activations.cc},
     * {@code kernels/internal/reference/integer_ops/tanh.h}.
     */
    static OpHandler tanh(OpHandler other) {
        return (op, onnx) -> {
            if (!isStoredIn16Bits(op, 0)) {
                return other.lower(op, onnx);
            }
            float scale = op.source(0).quant().orElseThrow().scale();
            return List.of(lookUp(onnx, op.raw(0), ALL, InterpolatedSigmoid.of(scale, 1)::tanh));
        };
    }

    /**
     * Whether the operator takes and gives quantized integers of 16 bits.
     *
     * @param x which operand
     */
    static boolean isStoredIn16Bits(TflOp op, int x) {
        return op.quant(x).isPresent()
                && op.source(x).type() == DataType.INT16
                && op.out().type() == DataType.INT16
                && op.out().quant().isPresent();
    }

    /**
     * A function of integers by a table of all its values.
     *
     * @param x integers from {@code −count / 2} up to {@code count / 2 − 1}, or from {@code −count + 1} up to 0
     * @param function gives results of 16 bits; its argument is in the range of {@code x}
     */
    static Value lookUp(Onnx onnx, Value x, int count, IntUnaryOperator function) {
        boolean signed = x.type() == DataType.INT16;
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            boolean fromEnd = signed ? i >= count / 2 : i > 0;
            values[i] = function.applyAsInt(fromEnd ? i - count : i);
        }
        Value table = onnx.constant(onnx.base() + "/table", Tensor.ofIntegers(DataType.INT16, Shape.of(count), values));
        return onnx.gather(table, onnx.cast(x, DataType.INT32), 0);
    }
}
