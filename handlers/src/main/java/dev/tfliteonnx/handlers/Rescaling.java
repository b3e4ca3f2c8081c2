package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;

/**
 * The weights of operators on 16-bit activations. If the accumulator has 64 bits, it is rescaled to the result by a
 * multiplier of only 15 bits. What that is off the product of the scales, up to half a step of the result, is put into
 * the scales of the weights.
 *
 * <p>Source: {@code MultiplyByQuantizedMultiplier} of an int64 in {@code kernels/internal/common.cc}. An int32 bias makes
 * the accumulator int32 ({@code kernels/conv.cc}); FULLY_CONNECTED rescales in float.
 */
final class Rescaling {
    private Rescaling() {}

    /**
     * The weights as real numbers.
     *
     * @param x which operand the input is
     * @param w which operand the weights are
     * @param perm the order that their axes are brought into; empty if they stay
     */
    static Value weights(TflOp op, Onnx onnx, int x, int w, int... perm) {
        if (!isCoarse(op, x, w)) {
            return perm.length == 0 ? op.in(w) : op.in(w, perm);
        }
        QuantParams params = params(op, x, w);
        if (perm.length == 0) {
            return Quantization.dequantize(onnx, op.raw(w), params);
        }
        Value moved = op.constant(w).isPresent()
                ? onnx.constant(op.source(w).name(), op.constant(w).get().permuted(perm))
                : onnx.transpose(op.raw(w), perm);
        return Quantization.dequantize(onnx, moved, params.permuted(perm));
    }

    /** The parameters of the weights as the kernel makes use of them. */
    static QuantParams params(TflOp op, int x, int w) {
        QuantParams own = op.source(w).quant().orElseThrow();
        if (!isCoarse(op, x, w)) {
            return own;
        }
        double in = op.source(x).quant().orElseThrow().scale();
        double out = op.out().quant().orElseThrow().scale();
        float[] scales = own.scales();
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) (FixedPoint.Multiplier.of(in * scales[i] / out).reduced() * out / in);
        }
        return own.isPerTensor()
                ? QuantParams.perTensor(scales[0], own.zeroPoint())
                : QuantParams.perAxis(scales, own.zeroPoints(), own.axis());
    }

    /** Whether the accumulator has 64 bits, so that it is rescaled by a multiplier of only 15 bits. */
    static boolean isCoarse(TflOp op, int x, int w) {
        int bias = op.inputs() - 1;
        return ShortTables.isStoredIn16Bits(op, x)
                && !op.name().equals("FULLY_CONNECTED")
                && !(op.has(bias) && op.source(bias).type() == DataType.INT32)
                && op.source(w).type() != DataType.FLOAT32
                && op.source(w).quant().filter(q -> q.blockSize() == 0).isPresent();
    }
}
