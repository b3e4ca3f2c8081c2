package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import java.util.Arrays;
import java.util.List;

/** The custom operators SignalRfft and SignalIrfft of TFLite Micro: floats in double precision, integers as kissfft does. */
final class SignalSpectra {
    private SignalSpectra() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("SignalRfft", c -> List.of(forward(c))).custom("SignalIrfft", c -> List.of(inverse(c)));
    }

    private static int length(TfliteCall call) {
        int length = CustomOptions.flex(call, flex -> (int) flex.integer("fft_length", 0));
        if (length < 4 || Integer.bitCount(length) != 1) {
            throw new IllegalArgumentException("fft_length is " + length);
        }
        return length;
    }

    /**
     * SignalRfft: [..., n] → its spectrum [..., 2·(length / 2 + 1)], real and imaginary parts in turn; the signal goes on
     * with zeros. Source: {@code signal/micro/kernels/rfft.cc}.
     */
    static Array forward(TfliteCall call) {
        int length = length(call);
        Array x = call.in(0);
        int given = x.dim(-1);
        int rows = x.size() / given;
        int[] dims = Dims.with(x.dims(), x.rank() - 1, length + 2);
        if (x.type().isFloat()) {
            double[] out = new double[rows * (length + 2)];
            for (int row = 0; row < rows; row++) {
                double[] re = Arrays.copyOf(Arrays.copyOfRange(x.doubles(), row * given, (row + 1) * given), length);
                double[] im = new double[length];
                ComplexNumbers.transform(re, im);
                for (int k = 0; k <= length / 2; k++) {
                    out[row * (length + 2) + 2 * k] = re[k];
                    out[row * (length + 2) + 2 * k + 1] = im[k];
                }
            }
            return Array.ofDoubles(x.type(), dims, out);
        }
        FixedFft fft = new FixedFft(x.type(), length / 2, false);
        long[] out = new long[rows * (length + 2)];
        for (int row = 0; row < rows; row++) {
            long[] line = Arrays.copyOf(Arrays.copyOfRange(x.longs(), row * given, (row + 1) * given), length);
            System.arraycopy(fft.real(line), 0, out, row * (length + 2), length + 2);
        }
        return Array.ofLongs(x.type(), dims, out);
    }

    /**
     * SignalIrfft: a spectrum [..., 2·(length / 2 + 1)] → [..., length], divided by the length. Source:
     * {@code signal/micro/kernels/irfft.cc}.
     */
    static Array inverse(TfliteCall call) {
        int length = length(call);
        Array x = call.in(0);
        int given = length + 2;
        int rows = x.size() / given;
        int[] dims = Dims.with(x.dims(), x.rank() - 1, length);
        if (x.type().isFloat()) {
            double[] in = x.doubles();
            double[] out = new double[rows * length];
            for (int row = 0; row < rows; row++) {
                double[] re = new double[length];
                double[] im = new double[length];
                for (int k = 0; k < length; k++) {
                    boolean mirrored = k > length / 2;
                    int at = row * given + 2 * (mirrored ? length - k : k);
                    boolean isReal = k == 0 || k == length / 2;
                    re[k] = in[at];
                    im[k] = isReal ? 0 : mirrored ? in[at + 1] : -in[at + 1];
                }
                ComplexNumbers.transform(re, im);
                for (int i = 0; i < length; i++) {
                    out[row * length + i] = re[i] / length;
                }
            }
            return Array.ofDoubles(x.type(), dims, out);
        }
        FixedFft fft = new FixedFft(x.type(), length / 2, true);
        long[] out = new long[rows * length];
        for (int row = 0; row < rows; row++) {
            long[] line = Arrays.copyOfRange(x.longs(), row * given, (row + 1) * given);
            System.arraycopy(fft.fromReal(line), 0, out, row * length, length);
        }
        return Array.ofLongs(x.type(), dims, out);
    }
}
