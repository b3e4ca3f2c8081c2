package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import java.util.List;

/** The custom operators AudioSpectrogram and Mfcc, in double precision. */
final class AudioFeatures {
    private AudioFeatures() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("AudioSpectrogram", c -> List.of(spectrogram(c))).custom("Mfcc", c -> List.of(mfcc(c)));
    }

    /** How a spectrogram is made. */
    private record Frames(int window, int stride, boolean squared) {}

    /**
     * AudioSpectrogram: samples [n, channels] → magnitudes [channels, frames, 1 + p / 2] under a periodic Hann window, p
     * being the power of two that holds it. Source: {@code kernels/audio_spectrogram.cc}, {@code internal/spectrogram.cc}.
     */
    static Array spectrogram(TfliteCall call) {
        Frames options = CustomOptions.flex(
                call,
                flex -> new Frames(
                        (int) flex.integer("window_size", 0),
                        (int) flex.integer("stride", 0),
                        flex.flag("magnitude_squared", false)));
        int window = options.window();
        if (window < 2 || window > 1 << 24 || options.stride() < 1) {
            throw new IllegalArgumentException("its options are " + options);
        }
        float[] x = call.in(0).floats();
        int samples = call.in(0).dim(0);
        int channels = call.in(0).dim(1);
        int frames = samples < window ? 0 : 1 + (samples - window) / options.stride();
        int length = Integer.highestOneBit(2 * window - 1);
        int bins = 1 + length / 2;
        float[] y = new float[channels * frames * bins];
        for (int frame = 0; frame < channels * frames; frame++) {
            double[] re = new double[length];
            double[] im = new double[length];
            for (int i = 0; i < window; i++) {
                double hann = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / window);
                re[i] = hann * x[(frame % frames * options.stride() + i) * channels + frame / frames];
            }
            ComplexNumbers.transform(re, im);
            for (int k = 0; k < bins; k++) {
                float energy = (float) (re[k] * re[k] + im[k] * im[k]);
                y[frame * bins + k] = options.squared() ? energy : (float) Math.sqrt(energy);
            }
        }
        return Array.ofFloats(DataType.FLOAT32, new int[] {channels, frames, bins}, y);
    }

    /** How cepstral coefficients are made. */
    private record Cepstrum(long upper, long lower, int bands, int coefficients) {}

    /**
     * Mfcc: squared magnitudes [channels, frames, bins] and the sample rate → coefficients [channels, frames, n]. Source:
     * {@code kernels/mfcc.cc}, {@code internal/mfcc_mel_filterbank.cc}, {@code internal/mfcc_dct.cc}.
     */
    static Array mfcc(TfliteCall call) {
        Cepstrum options = CustomOptions.flex(
                call,
                flex -> new Cepstrum(
                        flex.integer("upper_frequency_limit", 0),
                        flex.integer("lower_frequency_limit", 0),
                        (int) flex.integer("filterbank_channel_count", 0),
                        (int) flex.integer("dct_coefficient_count", 0)));
        if (options.coefficients() < 1 || options.coefficients() > options.bands()) {
            throw new IllegalArgumentException("its options are " + options);
        }
        double[] x = call.in(0).doubles();
        int bins = call.in(0).dim(2);
        int rows = x.length / bins;
        long rate = call.in(1).integer();
        int n = options.coefficients();
        float[] y = new float[rows * n];
        for (int row = 0; row < rows; row++) {
            double[] energies = bands(options, x, row * bins, 0.5 * rate / (bins - 1));
            for (int i = 0; i < n; i++) {
                double sum = 0;
                for (int j = 0; j < energies.length; j++) {
                    double cosine = Math.cos(i * (Math.PI / options.bands()) * (j + 0.5));
                    sum += Math.sqrt(2.0 / options.bands()) * cosine * Math.log(Math.max(1e-12, energies[j]));
                }
                y[row * n + i] = (float) sum;
            }
        }
        int[] dims = {call.in(0).dim(0), call.in(0).dim(1), n};
        return Array.ofFloats(DataType.FLOAT32, dims, y);
    }

    /** What falls into each band; a bin parts among the bands whose centres lie beside it on the mel scale. */
    private static double[] bands(Cepstrum options, double[] x, int at, double step) {
        double low = mel(options.lower());
        double spacing = (mel(options.upper()) - low) / (options.bands() + 1);
        double[] out = new double[options.bands()];
        int last = (int) (options.upper() / step);
        int band = 0;
        for (int bin = (int) (1.5 + options.lower() / step); bin <= last; bin++) {
            double mel = mel(bin * step);
            while (band < out.length && low + spacing * (band + 1) < mel) {
                band++;
            }
            double magnitude = Math.sqrt(x[at + bin]);
            double falling = magnitude * (low + spacing * (band + 1) - mel) / spacing;
            if (band > 0) {
                out[band - 1] += falling;
            }
            if (band < out.length) {
                out[band] += magnitude - falling;
            }
        }
        return out;
    }

    private static double mel(double hertz) {
        return 1127 * Math.log1p(hertz / 700);
    }
}
