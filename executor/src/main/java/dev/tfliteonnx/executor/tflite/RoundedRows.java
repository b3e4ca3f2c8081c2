package dev.tfliteonnx.executor.tflite;

import java.util.Arrays;

/**
 * Float activations rounded to 8 bits while an operator runs whose weights are integers, each row by itself. Source:
 * {@code PortableSymmetricQuantizeFloats} and {@code PortableAsymmetricQuantizeFloats} in
 * {@code kernels/internal/reference/portable_tensor_utils.cc}.
 *
 * @param values the integers, row by row
 * @param scales of the rows
 * @param zeros what stands for 0 in each row
 */
record RoundedRows(int[] values, float[] scales, int[] zeros) {
    /** Rounds rows of equal length; if not {@code asymmetric}, to −127 … 127 with 0 for 0. */
    static RoundedRows of(float[] x, int rows, boolean asymmetric) {
        RoundedRows rounded = new RoundedRows(new int[x.length], new float[rows], new int[rows]);
        Arrays.fill(rounded.scales, 1);
        for (int row = 0; row < rows; row++) {
            if (asymmetric) {
                rounded.asymmetric(x, row);
            } else {
                rounded.symmetric(x, row);
            }
        }
        return rounded;
    }

    /** The number of elements of a row. */
    int length() {
        return scales.length == 0 ? 0 : values.length / scales.length;
    }

    /** The integers less what stands for 0. */
    int[] centered() {
        int[] out = values.clone();
        int length = length();
        for (int i = 0; i < out.length; i++) {
            out[i] -= zeros[i / length];
        }
        return out;
    }

    private void symmetric(float[] x, int row) {
        int from = row * length();
        int to = from + length();
        float range = 0;
        for (int i = from; i < to; i++) {
            range = Math.max(range, Math.abs(x[i]));
        }
        if (range == 0) {
            return;
        }
        scales[row] = range / 127;
        float inverse = 127 / range;
        for (int i = from; i < to; i++) {
            values[i] = Math.max(-127, Math.min(127, (int) Fixed.round(x[i] * inverse)));
        }
    }

    private void asymmetric(float[] x, int row) {
        int from = row * length();
        int to = from + length();
        double low = 0;
        double high = 0;
        for (int i = from; i < to; i++) {
            low = Math.min(low, x[i]);
            high = Math.max(high, x[i]);
        }
        if (low == high) {
            return;
        }
        double scale = (high - low) / 255;
        boolean fromLow = 128 + Math.abs(low / scale) < 127 + Math.abs(high / scale);
        double zero = fromLow ? -128 - low / scale : 127 - high / scale;
        zeros[row] = (int) Math.max(-128, Math.min(127, Fixed.round(zero)));
        scales[row] = (float) scale;
        float inverse = 1 / scales[row];
        for (int i = from; i < to; i++) {
            values[i] = Math.max(-128, Math.min(127, (int) Fixed.round(zeros[row] + x[i] * inverse)));
        }
    }
}
