package dev.tfliteonnx.handlers;

import dev.tfliteonnx.handlers.FixedPoint.RealFunction;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.InterpolatedSigmoid;
import java.util.List;
import java.util.function.Function;

/**
 * Functions of 16-bit integers. TFLite interpolates them in a table of some hundred entries, which is steps off the true
 * function; all its results make a constant of 128 KiB, of which an ONNX Gather-13 takes the same ones. The stored number
 * is the index: Gather counts negative ones from the end.
 */
final class ShortTables {
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
            return List.of(Steps.lookUp(onnx, op.raw(0), DataType.INT16, InterpolatedSigmoid.of(scale, 0)::logistic));
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
            return List.of(Steps.lookUp(onnx, op.raw(0), DataType.INT16, InterpolatedSigmoid.of(scale, 1)::tanh));
        };
    }

    /** One handler for what is stored in 16 bits, another for all else. */
    static OpHandler orElse(OpHandler ofShorts, OpHandler other) {
        return (op, onnx) -> (isStoredIn16Bits(op, 0) ? ofShorts : other).lower(op, onnx);
    }

    /** A function of real numbers: of 16-bit integers by its table, of all else by another handler. */
    static OpHandler real(Function<TflOp, RealFunction> function, OpHandler other) {
        return orElse(ExactTables.real(function), other);
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
}
