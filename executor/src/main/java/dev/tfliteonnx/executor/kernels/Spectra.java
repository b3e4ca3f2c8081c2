package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Key;
import java.util.Optional;

/**
 * Fourier transforms by their definition, in double precision; complex numbers are pairs in a last axis of extent 2.
 * Source: DFT-20 (and 17, with the axis as an option), STFT-17.
 */
final class Spectra {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Long> INVERSE = Key.ofInt("inverse");
    private static final Key<Long> ONE_SIDED = Key.ofInt("onesided");

    private Spectra() {}

    /**
     * DFT: [..., n, ..., 1 or 2] → [..., bins, ..., 2]; one-sided and inverse, half a spectrum [..., bins, ..., 2] to a real
     * signal [..., n, ..., 1].
     */
    static Array dft(Call call) {
        Array x = call.in(0);
        long given = call.optional(2).map(Array::integer).orElseGet(() -> call.option(AXIS, -2L));
        int axis = Dims.axis(given, x.rank());
        boolean inverse = call.flag(INVERSE);
        boolean half = call.flag(ONE_SIDED);
        int natural = half && inverse ? 2 * (x.dim(axis) - 1) : x.dim(axis);
        int length = call.optional(1).map(a -> Math.toIntExact(a.integer())).orElse(natural);
        int bins = half && !inverse ? length / 2 + 1 : length;
        int parts = half && inverse ? 1 : 2;
        int inner = Dims.count(x.dims(), axis + 1, x.rank() - 1);
        int outer = Dims.count(x.dims(), 0, axis);
        double[] in = x.doubles();
        double[] out = new double[outer * bins * inner * parts];
        for (int i = 0; i < outer * inner; i++) {
            int from = i / inner * x.dim(axis) * inner + i % inner;
            double[][] line = line(in, from, inner, new int[] {x.dim(axis), length, x.dim(-1)});
            if (half && inverse) {
                mirror(line);
            }
            double[][] spectrum = transform(line, bins, inverse);
            for (int k = 0; k < bins * parts; k++) {
                out[((i / inner * bins + k / parts) * inner + i % inner) * parts + k % parts] =
                        spectrum[k % parts][k / parts];
            }
        }
        int[] dims = Dims.with(Dims.with(x.dims(), axis, bins), x.rank() - 1, parts);
        return Array.ofDoubles(x.type(), dims, out);
    }

    /**
     * The real and imaginary parts along an axis.
     *
     * @param sizes how many there are, how many are wanted, and 2 if they have imaginary parts
     */
    private static double[][] line(double[] in, int from, int step, int[] sizes) {
        double[][] line = new double[2][sizes[1]];
        for (int k = 0; k < Math.min(sizes[0], sizes[1]); k++) {
            int at = (from + k * step) * sizes[2];
            line[0][k] = in[at];
            line[1][k] = sizes[2] == 2 ? in[at + 1] : 0;
        }
        return line;
    }

    /** Fills the second half of the spectrum of a real signal from its first half. */
    private static void mirror(double[][] line) {
        int n = line[0].length;
        for (int k = n / 2 + 1; k < n; k++) {
            line[0][k] = line[0][n - k];
            line[1][k] = -line[1][n - k];
        }
    }

    private static double[][] transform(double[][] line, int bins, boolean inverse) {
        int n = line[0].length;
        double[] cos = new double[n];
        double[] sin = new double[n];
        for (int i = 0; i < n; i++) {
            cos[i] = Math.cos(2 * Math.PI * i / n);
            sin[i] = (inverse ? 1 : -1) * Math.sin(2 * Math.PI * i / n);
        }
        double scale = inverse ? 1.0 / n : 1;
        double[][] out = new double[2][bins];
        for (int k = 0; k < bins; k++) {
            double re = 0;
            double im = 0;
            for (int i = 0; i < n; i++) {
                int angle = (int) ((long) i * k % n);
                re += line[0][i] * cos[angle] - line[1][i] * sin[angle];
                im += line[0][i] * sin[angle] + line[1][i] * cos[angle];
            }
            out[0][k] = re * scale;
            out[1][k] = im * scale;
        }
        return out;
    }

    /** STFT: signal [N, length, 1 or 2], step, window [n] → [N, frames, bins, 2]. */
    static Array stft(Call call) {
        Array x = call.in(0);
        int step = Math.toIntExact(call.in(1).integer());
        Optional<double[]> window = call.optional(2).map(Array::doubles);
        int length = call.optional(3).map(a -> Math.toIntExact(a.integer())).orElseGet(() -> window.map(w -> w.length)
                .orElse(x.dim(1)));
        int parts = x.rank() == 3 ? x.dim(2) : 1;
        int frames = (x.dim(1) - length) / step + 1;
        int bins = call.option(ONE_SIDED, 1L) != 0 ? length / 2 + 1 : length;
        double[] in = x.doubles();
        double[] out = new double[x.dim(0) * frames * bins * 2];
        for (int f = 0; f < x.dim(0) * frames; f++) {
            double[][] line = new double[2][length];
            for (int i = 0; i < length; i++) {
                double weight = window.isPresent() && i < window.get().length ? window.get()[i] : 1;
                int at = (f / frames * x.dim(1) + f % frames * step + i) * parts;
                line[0][i] = in[at] * weight;
                line[1][i] = parts == 2 ? in[at + 1] * weight : 0;
            }
            double[][] spectrum = transform(line, bins, false);
            for (int k = 0; k < bins; k++) {
                out[(f * bins + k) * 2] = spectrum[0][k];
                out[(f * bins + k) * 2 + 1] = spectrum[1][k];
            }
        }
        return Array.ofDoubles(x.type(), new int[] {x.dim(0), frames, bins, 2}, out);
    }
}
