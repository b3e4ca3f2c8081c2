package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.Arrays;

/**
 * Biases of convolutions and matrix products.
 *
 * <p>TFLite's integer kernels add the bias to the accumulator as it is. So it stands for
 * {@code scale(x) · scale(w) · q}, whatever scale is stored with it.
 */
final class Biases {
    private Biases() {}

    /**
     * The bias as real numbers.
     *
     * @param bias which operand it is; absent if the operand is
     * @param x which operand the input is
     * @param w which operand the weights are
     */
    static Value of(TflOp op, Onnx onnx, int bias, int x, int w) {
        if (!op.has(bias)) {
            return Value.ABSENT;
        }
        if (op.source(bias).type().isFloat()
                || op.source(x).quant().isEmpty()
                || op.source(w).quant().isEmpty()) {
            return op.in(bias);
        }
        QuantParams weights = Rescaling.params(op, x, w);
        float inputScale = op.source(x).quant().get().scale();
        float[] scales = weights.scales();
        for (int i = 0; i < scales.length; i++) {
            scales[i] = (float) ((double) inputScale * scales[i]);
        }
        QuantParams params = QuantParams.perAxis(scales, new long[scales.length], 0);
        if (op.constant(bias).isEmpty()) {
            return Quantization.dequantize(onnx, onnx.cast(op.raw(bias), DataType.INT32), params);
        }
        Tensor tensor = op.constant(bias).get();
        String name = op.source(bias).name();
        boolean fits = tensor.type() == DataType.INT32
                || Arrays.stream(tensor.toLongs()).allMatch(v -> v == (int) v);
        if (op.computesInFloat() || !fits) {
            return onnx.constant(name, tensor.dequantized(params));
        }
        return Quantization.dequantize(onnx, onnx.constant(name, tensor.cast(DataType.INT32)), params);
    }
}
