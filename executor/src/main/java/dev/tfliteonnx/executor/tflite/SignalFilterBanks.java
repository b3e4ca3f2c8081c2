package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongUnaryOperator;

/** Custom operators of TFLite Micro on the energies of bands, in integers. */
final class SignalFilterBanks {
    /** Fraction bits of a ratio of signal to noise. */
    private static final int SNR_BITS = 12;

    /** Fraction bits of what gain control gives. */
    private static final int GAIN_BITS = 6;

    /** {@code ln 2} in steps of 2⁻¹⁶. */
    private static final long LN2 = 45426;

    private SignalFilterBanks() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("SignalFilterBank", c -> List.of(filterBank(c)))
                .custom("SignalFilterBankSquareRoot", c -> List.of(squareRoot(c)))
                .custom("SignalFilterBankSpectralSubtraction", SignalFilterBanks::spectralSubtraction)
                .custom("SignalPCAN", c -> List.of(gainControl(c)))
                .custom("SignalFilterBankLog", c -> List.of(log(c)))
                .custom("SignalEnergy", c -> List.of(energy(c)))
                .custom("SignalFftAutoScale", SignalFilterBanks::autoScale);
    }

    private static Array map(TfliteCall call, LongUnaryOperator f) {
        Array x = call.in(0);
        return Array.ofLongs(
                call.outType(), x.dims(), Arrays.stream(x.longs()).map(f).toArray());
    }

    private static long word(long x) {
        return x & 0xFFFFFFFFL;
    }

    private static int bitLength(long x) {
        return Long.SIZE - Long.numberOfLeadingZeros(x);
    }

    /**
     * SignalFilterBank: energies [bins], weights and counterweights of bins, first bins, first weights and widths
     * [channels + 1] → energies [channels]. A bin counts by its weight for one channel and by its counterweight for the
     * next. Source: {@code signal/src/filter_bank.cc}.
     */
    static Array filterBank(TfliteCall call) {
        int channels = CustomOptions.flex(call, flex -> (int) flex.integer("num_channels", 0));
        long[] x = call.in(0).longs();
        long[] weights = call.in(1).longs();
        long[] counterweights = call.in(2).longs();
        int[] bins = call.in(3).ints();
        int[] places = call.in(4).ints();
        int[] widths = call.in(5).ints();
        long[] out = new long[channels];
        for (int i = 0; i <= channels; i++) {
            for (int j = 0; j < widths[i]; j++) {
                if (i > 0) {
                    out[i - 1] += weights[places[i] + j] * x[bins[i] + j];
                }
                if (i < channels) {
                    out[i] += counterweights[places[i] + j] * x[bins[i] + j];
                }
            }
        }
        return Array.ofLongs(call.outType(), new int[] {channels}, out);
    }

    /** SignalFilterBankSquareRoot: roots, rounded, then shifted right. Source: {@code signal/src/square_root_64.cc}. */
    static Array squareRoot(TfliteCall call) {
        int bits = Math.toIntExact(call.in(1).integer());
        return map(call, x -> {
            long root = (long) Math.sqrt((double) x);
            while (root * root > x) {
                root--;
            }
            while ((root + 1) * (root + 1) <= x) {
                root++;
            }
            boolean up = x - root * root > root && root != 0xFFFF;
            return (up ? root + 1 : root) >> bits;
        });
    }

    /** How noise is subtracted; factors are for even and for odd channels. */
    private record Subtraction(
            long[] smoothing, long[] retaining, boolean clamps, long remaining, int smoothingBits, int bits) {}

    /**
     * SignalFilterBankSpectralSubtraction: [n] less its noise, at least a share of it; the noise as it is estimated from
     * now on. Source: {@code signal/src/filter_bank_spectral_subtraction.cc}.
     */
    static List<Array> spectralSubtraction(TfliteCall call) {
        Subtraction how = CustomOptions.flex(
                call,
                flex -> new Subtraction(
                        new long[] {flex.integer("smoothing", 0), flex.integer("alternate_smoothing", 0)},
                        new long[] {
                            flex.integer("one_minus_smoothing", 0), flex.integer("alternate_one_minus_smoothing", 0)
                        },
                        flex.flag("clamping", false),
                        flex.integer("min_signal_remaining", 0),
                        (int) flex.integer("smoothing_bits", 0),
                        (int) flex.integer("spectral_subtraction_bits", 0)));
        long[] x = call.in(0).longs();
        long[] before = call.kept(long[].class).orElseGet(() -> new long[x.length]);
        long[] noises = new long[x.length];
        long[] out = new long[x.length];
        for (int i = 0; i < out.length; i++) {
            long scaled = word(x[i] << how.smoothingBits());
            long sum = scaled * how.smoothing()[i % 2] + before[i] * how.retaining()[i % 2];
            long noise = word(sum >> how.bits());
            long estimate = Math.min(noise, scaled);
            noises[i] = how.clamps() ? estimate : noise;
            long least = word(x[i] * how.remaining() >> how.bits());
            out[i] = Math.max(scaled - estimate >> how.smoothingBits(), least);
        }
        call.keep(noises);
        int[] dims = call.in(0).dims();
        return List.of(
                Array.ofLongs(call.outType(), dims, out),
                Array.ofLongs(call.in(0).type(), dims, noises.clone()));
    }

    /**
     * SignalPCAN: [n], noise [n], a table of gains → [n] times the gain for its noise, small values shrunk. The table holds
     * parabolas, three numbers and a gap for each power of two of the noise. Source: {@code signal/src/pcan_argc_fixed.cc}.
     */
    static Array gainControl(TfliteCall call) {
        int shift = CustomOptions.flex(call, flex -> (int) flex.integer("snr_shift", 0));
        long[] x = call.in(0).longs();
        long[] noises = call.in(1).longs();
        long[] table = call.in(2).longs();
        long[] out = new long[x.length];
        for (int i = 0; i < out.length; i++) {
            long ratio = word(x[i] * gain(noises[i], table) >> shift);
            out[i] = ratio < 2L << SNR_BITS
                    ? ratio * ratio >> 2 + 2 * SNR_BITS - GAIN_BITS
                    : (ratio >> SNR_BITS - GAIN_BITS) - (1L << GAIN_BITS);
        }
        return Array.ofLongs(call.outType(), call.in(0).dims(), out);
    }

    private static long gain(long noise, long[] table) {
        if (noise <= 2) {
            return table[(int) noise];
        }
        int interval = bitLength(noise);
        int start = Math.max(4 * interval - 6, 0);
        long fraction = (noise << 11 >> interval) % (1 << 10);
        long curved = table[start + 2] * fraction >> 5;
        long rise = (curved + (table[start + 1] << 5)) * fraction;
        return (short) ((rise + (1 << 14) >> 15) + table[start]);
    }

    /**
     * SignalFilterBankLog: natural logarithms of [n] times a power of two, scaled; 0 for what is at most 1. Source:
     * {@code signal/src/filter_bank_log.cc}, {@code signal/src/log.cc}.
     */
    static Array log(TfliteCall call) {
        int bits = CustomOptions.flex(call, flex -> (int) flex.integer("input_correction_bits", 0));
        long scale = CustomOptions.flex(call, flex -> flex.integer("output_scale", 0));
        return map(call, given -> {
            long x = word(given << bits);
            if (x <= 1) {
                return 0;
            }
            int whole = bitLength(x) - 1;
            long fraction = (x << 16 >> whole) - (1 << 16);
            int step = (int) (fraction >> 9);
            long rest = fraction - ((long) step << 9);
            long between = (excess(step + 1) - excess(step)) * rest >> 16;
            long log2 = ((long) whole << 16) + fraction + excess(step) + between;
            long natural = log2 * LN2 + (1 << 15) >> 16;
            return Math.min(word(natural * scale + (1 << 15)) >> 16, Short.MAX_VALUE);
        });
    }

    /** {@code log2(1 + i/128) − i/128} in steps of 2⁻¹⁶; 0 at both ends. */
    private static long excess(int i) {
        return i >= 128 ? 0 : Math.round((Math.log1p(i / 128.0) / Math.log(2) - i / 128.0) * (1 << 16));
    }

    /** SignalEnergy: a spectrum [2·n] → energies [n], 0 outside of the bins asked for. Source: {@code signal/src/energy.cc}. */
    static Array energy(TfliteCall call) {
        long start = CustomOptions.flex(call, flex -> flex.integer("start_index", 0));
        long end = CustomOptions.flex(call, flex -> flex.integer("end_index", 0));
        long[] x = call.in(0).longs();
        long[] out = new long[x.length / 2];
        for (int i = (int) Math.max(0, start); i < Math.min(out.length, end); i++) {
            out[i] = x[2 * i] * x[2 * i] + x[2 * i + 1] * x[2 * i + 1];
        }
        return Array.ofLongs(call.outType(), new int[] {out.length}, out);
    }

    /**
     * SignalFftAutoScale: numbers shifted left as far as the greatest magnitude admits; how far. Source:
     * {@code signal/src/fft_auto_scale.cc}, whose search goes wrong after a sample of −32768.
     */
    static List<Array> autoScale(TfliteCall call) {
        long most = Arrays.stream(call.in(0).longs()).map(Math::abs).max().orElse(0);
        int bits = most == 0 ? 0 : Math.max(0, 15 - bitLength(most));
        return List.of(map(call, x -> x << bits), Array.ofLongs(call.out(1).type(), new int[0], bits));
    }
}
