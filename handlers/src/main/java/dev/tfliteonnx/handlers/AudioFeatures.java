package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.FlexOptions;
import java.util.List;

/** The custom operators AudioSpectrogram and Mfcc. */
final class AudioFeatures {
    private static final Key<Long> ONESIDED = Key.ofInt("onesided");

    /** The least energy of which a logarithm is taken. */
    private static final double FLOOR = 1e-12;

    private AudioFeatures() {}

    /** How a spectrogram is made. */
    private record Frames(long window, long stride, boolean squared) {
        static Frames read(FlexOptions flex) {
            return new Frames(
                    flex.integer("window_size", 0), flex.integer("stride", 0), flex.flag("magnitude_squared", false));
        }
    }

    /**
     * {@code samples [n,channels]} → magnitudes {@code [channels,frames,1 + p/2]}, p being the power of two that holds
     * the window.
     *
     * <p>Source: {@code kernels/audio_spectrogram.cc} and {@code kernels/internal/spectrogram.cc}, which compute in
     * double precision; a periodic Hann window, then ONNX DFT-20.
     */
    static List<Value> spectrogram(TflOp op, Onnx onnx) {
        Frames options = CustomOptions.flex(op, Frames::read);
        long w = options.window;
        if (w < 2 || w > Tensor.SMALL || options.stride < 1 || op.size(0, 0) < w) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its options are " + options + " for " + op.shape(0), "");
        }
        long frames = 1 + (op.size(0, 0) - w) / options.stride;
        long power = w == 1 ? 1 : Long.highestOneBit(w - 1) << 1;
        Value starts = onnx.constant(integers(frames, options.stride).reshaped(Shape.of(frames, 1)));
        Value places = onnx.add(starts, onnx.constant(integers(w, 1)));
        Value framed = onnx.gather(onnx.transpose(op.in(0), 1, 0), places, 1);
        Value windowed = onnx.mul(framed, onnx.constant(hann((int) w)));
        Value padded = power == w ? windowed : onnx.op("Pad", windowed, onnx.ints(0, 0, 0, 0, 0, power - w));
        Value spectrum = onnx.op(
                "DFT",
                Attributes.of(ONESIDED, 1L),
                onnx.unsqueeze(padded, 3),
                Value.ABSENT,
                onnx.constant(Tensor.scalar(DataType.INT64, 2)));
        Value energy = onnx.reduce("ReduceSum", onnx.mul(spectrum, spectrum), false, 3);
        return List.of(options.squared ? energy : onnx.op("Sqrt", energy));
    }

    private static Tensor integers(long n, long step) {
        long[] values = new long[Math.toIntExact(n)];
        java.util.Arrays.setAll(values, i -> i * step);
        return Tensor.ofLongs(values);
    }

    private static Tensor hann(int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = (float) (0.5 - 0.5 * Math.cos(2 * Math.PI * i / n));
        }
        return Tensor.ofFloats(Shape.of(n), values);
    }

    /** How cepstral coefficients are made. */
    private record Cepstrum(long upper, long lower, int channels, int coefficients) {
        static Cepstrum read(FlexOptions flex) {
            return new Cepstrum(
                    flex.integer("upper_frequency_limit", 0),
                    flex.integer("lower_frequency_limit", 0),
                    (int) flex.integer("filterbank_channel_count", 0),
                    (int) flex.integer("dct_coefficient_count", 0));
        }
    }

    /**
     * Squared magnitudes {@code [channels,frames,bins]}, sample rate → cepstral coefficients
     * {@code [channels,frames,coefficients]}.
     *
     * <p>Source: {@code kernels/mfcc.cc}, {@code kernels/internal/mfcc_mel_filterbank.cc}, {@code mfcc_dct.cc}; ONNX
     * Sqrt-13, MatMul-13 by triangles on the mel scale, Log-13, MatMul-13 by cosines.
     */
    static List<Value> mfcc(TflOp op, Onnx onnx) {
        Cepstrum options = CustomOptions.flex(op, Cepstrum::read);
        int bins = (int) op.size(0, 2);
        long rate = op.longs(1)[0];
        boolean sound = options.channels > 0
                && options.coefficients > 0
                && options.coefficients <= options.channels
                && options.lower >= 0
                && options.upper > options.lower
                && bins > 1
                && (long) bins * options.channels <= 1 << 24
                && rate > 0
                && options.upper * 2 * (bins - 1) / rate < bins;
        if (!sound) {
            String reason = "its options are " + options + " for " + bins + " bins at " + rate + " Hz";
            throw op.refuse(DiagnosticCode.INVALID_MODEL, reason, "");
        }
        Value bands = onnx.op("MatMul", onnx.op("Sqrt", op.in(0)), onnx.constant(triangles(options, bins, rate)));
        Value energy = onnx.op("Log", onnx.op("Max", bands, onnx.scalarLike(bands, FLOOR)));
        return List.of(onnx.op("MatMul", energy, onnx.constant(cosines(options))));
    }

    /** The share of each bin in each band, {@code [bins,channels]}: bins between two centres part among both. */
    private static Tensor triangles(Cepstrum options, int bins, long rate) {
        double low = mel((double) options.lower);
        double spacing = (mel((double) options.upper) - low) / (options.channels + 1);
        double step = 0.5 * rate / (bins - 1);
        int first = (int) (1.5 + options.lower / step);
        int last = Math.min(bins - 1, (int) (options.upper / step));
        float[] shares = new float[bins * options.channels];
        for (int bin = first; bin <= last; bin++) {
            double at = (mel(bin * step) - low) / spacing;
            // the number of the last centre below the bin, −1 for none
            int band = (int) Math.max(-1, Math.min(options.channels - 1, Math.ceil(at) - 2));
            double falling = band + 2 - at;
            if (band >= 0) {
                shares[bin * options.channels + band] += (float) falling;
            }
            if (band + 1 < options.channels) {
                shares[bin * options.channels + band + 1] += (float) (1 - falling);
            }
        }
        return Tensor.ofFloats(Shape.of(bins, options.channels), shares);
    }

    private static double mel(double hertz) {
        return 1127 * Math.log1p(hertz / 700);
    }

    private static Tensor cosines(Cepstrum options) {
        int n = options.channels;
        float[] values = new float[n * options.coefficients];
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < options.coefficients; i++) {
                values[j * options.coefficients + i] =
                        (float) (Math.sqrt(2.0 / n) * Math.cos(i * Math.PI / n * (j + 0.5)));
            }
        }
        return Tensor.ofFloats(Shape.of(n, options.coefficients), values);
    }
}
