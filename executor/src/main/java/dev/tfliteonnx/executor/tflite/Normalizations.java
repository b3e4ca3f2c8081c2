package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;

/** Rows of the last axis brought to length 1. */
final class Normalizations {
    private Normalizations() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("L2_NORMALIZATION", Normalizations::l2Normalization);
    }

    /**
     * L2_NORMALIZATION of floats, and of 8-bit integers to steps of 2⁻⁷. Source: {@code reference/l2normalization.h},
     * {@code reference/integer_ops/l2normalization.h}.
     */
    static Array l2Normalization(TfliteCall call) {
        Array x = call.in(0);
        int depth = x.dim(-1);
        if (x.type().isFloat()) {
            return floats(x, depth);
        }
        int[] in = Integers.of(x, call.quant(0).zeroPoint());
        int[] out = new int[in.length];
        boolean unsigned = x.type() == DataType.UINT8;
        for (int from = 0; from < in.length; from += depth) {
            int sum = 0;
            for (int i = from; i < from + depth; i++) {
                sum += in[i] * in[i];
            }
            Fixed.Multiplier inverse = Fixed.inverseRoot(sum);
            Fixed.Multiplier scaled = new Fixed.Multiplier(inverse.multiplier(), inverse.shift() + 7);
            for (int i = from; i < from + depth; i++) {
                int y = unsigned ? 128 + inverse.times(128 * in[i]) : scaled.times(in[i]);
                out[i] = Integers.clamp(y, x.type());
            }
        }
        return Integers.array(x.type(), x.dims(), out);
    }

    private static Array floats(Array x, int depth) {
        float[] in = x.floats();
        float[] out = new float[in.length];
        for (int from = 0; from < in.length; from += depth) {
            float sum = 0;
            for (int i = from; i < from + depth; i++) {
                sum += in[i] * in[i];
            }
            float length = Math.max((float) Math.sqrt(sum), 1e-6f);
            for (int i = from; i < from + depth; i++) {
                out[i] = in[i] / length;
            }
        }
        return new Array(DataType.FLOAT32, x.dims(), out);
    }
}
