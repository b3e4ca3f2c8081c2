package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.FlexOptions;
import java.util.List;

/**
 * The channels of TFLite Micro's audio front end: energies are gathered in bands, their roots taken, noise subtracted,
 * gains controlled and logarithms taken, all in integers. Energies from 2⁶² on are not told apart.
 */
final class SignalFilterBanks {
    /** Fraction bits of a ratio of signal to noise. */
    private static final int SNR_BITS = 12;

    /** Fraction bits of what gain control gives. */
    private static final int GAIN_BITS = 6;

    /** {@code log2(1 + i/128) − i/128} in steps of 2⁻¹⁶. */
    private static final long[] LOG_EXCESS = logExcess();

    /** {@code ln 2} in steps of 2⁻¹⁶. */
    private static final long LN2 = 45426;

    private SignalFilterBanks() {}

    private static Integers integers(Onnx onnx) {
        return new Integers(onnx, DataType.INT64);
    }

    /**
     * Energies {@code [bins]}, weights and counterweights of bins, first bins, first weights and widths {@code
     * [channels+1]} → energies {@code [channels]}. A bin counts by its weight for one channel and by its counterweight
     * for the next.
     *
     * <p>Source: {@code signal/src/filter_bank.cc}; ONNX MatMul-13 of int64.
     */
    static List<Value> filterBank(TflOp op, Onnx onnx) {
        int channels = CustomOptions.flex(op, flex -> (int) flex.integer("num_channels", 0));
        int bins = Math.toIntExact(op.size(0, 0));
        long[][] parts = {op.longs(1), op.longs(2), op.longs(3), op.longs(4), op.longs(5)};
        long[] matrix = new long[Math.multiplyExact(bins, channels)];
        try {
            for (int i = 0; i <= channels; i++) {
                for (int j = 0; j < parts[4][i]; j++) {
                    int at = (int) (parts[2][i] + j) * channels + i;
                    int weight = (int) parts[3][i] + j;
                    if (i > 0) {
                        matrix[at - 1] += parts[0][weight];
                    }
                    if (i < channels) {
                        matrix[at] += parts[1][weight];
                    }
                }
            }
        } catch (IndexOutOfBoundsException e) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL, "its channels lie outside of the " + bins + " bins", "export anew");
        }
        Tensor weights = Tensor.ofIntegers(DataType.INT64, Shape.of(bins, channels), matrix);
        return List.of(onnx.op("MatMul", integers(onnx).of(op.raw(0)), onnx.constant(weights)));
    }

    /**
     * {@code x [n]}, bits → roots of {@code x}, rounded, then shifted right by the bits.
     *
     * <p>Source: {@code signal/src/square_root_64.cc} and {@code square_root_32.cc}; the root of a double is put right
     * by comparing squares.
     */
    static List<Value> squareRoot(TflOp op, Onnx onnx) {
        Integers integers = integers(onnx);
        Value x = integers.of(op.raw(0));
        Value guess = integers.of(onnx.op("Floor", onnx.op("Sqrt", onnx.cast(x, DataType.FLOAT64))));
        Value tooGreat = integers.of(onnx.op("Greater", onnx.mul(guess, guess), x));
        Value atMost = onnx.sub(guess, tooGreat);
        Value next = integers.plus(atMost, 1);
        Value root = onnx.add(atMost, integers.of(onnx.op("LessOrEqual", onnx.mul(next, next), x)));
        Value above = onnx.op("Greater", onnx.sub(x, onnx.mul(root, root)), root);
        Value full = onnx.op("Equal", root, onnx.scalarLike(root, 0xFFFF));
        Value up = integers.of(onnx.op("And", above, onnx.op("Not", full)));
        return List.of(integers.shiftedRight(onnx.add(root, up), op.raw(1)));
    }

    /** How noise is subtracted. */
    private record Subtraction(
            long[] smoothing, long[] retaining, boolean clamps, long remaining, int smoothingBits, int bits) {
        static Subtraction read(FlexOptions flex) {
            return new Subtraction(
                    new long[] {flex.integer("smoothing", 0), flex.integer("alternate_smoothing", 0)},
                    new long[] {flex.integer("one_minus_smoothing", 0), flex.integer("alternate_one_minus_smoothing", 0)
                    },
                    flex.flag("clamping", false),
                    flex.integer("min_signal_remaining", 0),
                    (int) flex.integer("smoothing_bits", 0),
                    (int) flex.integer("spectral_subtraction_bits", 0));
        }

        boolean isSound() {
            return smoothingBits >= 0 && smoothingBits < 32 && bits >= 0 && bits < 32;
        }

        /** The first factor for even channels, the second for odd ones. */
        static long[] alternating(long[] factors, int channels) {
            long[] all = new long[channels];
            for (int i = 0; i < channels; i++) {
                all[i] = factors[i % 2];
            }
            return all;
        }
    }

    /**
     * {@code x [n]} → {@code x} less its noise, at least a share of {@code x}; the noise as it is estimated from now on,
     * which persists from one run to the next, in int64.
     *
     * <p>Source: {@code signal/src/filter_bank_spectral_subtraction.cc}.
     */
    static List<Value> spectralSubtraction(TflOp op, Onnx onnx) {
        Subtraction how = CustomOptions.flex(op, Subtraction::read);
        if (!how.isSound()) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "it shifts by more than 31 bits", "export the model anew");
        }
        int channels = Math.toIntExact(op.size(0, 0));
        Integers integers = integers(onnx);
        Value x = integers.of(op.raw(0));
        Value scaled = integers.word(integers.times(x, 1L << how.smoothingBits));
        Value before = op.state(1, Tensor.splat(DataType.INT64, Shape.of(channels), 0));
        Value fresh = onnx.mul(scaled, integers.vector(Subtraction.alternating(how.smoothing, channels)));
        Value kept = onnx.mul(before, integers.vector(Subtraction.alternating(how.retaining, channels)));
        Value noise = integers.word(integers.shiftedRight(onnx.add(fresh, kept), how.bits));
        Value estimate = integers.least(noise, scaled);
        Value persists = how.clamps ? estimate : noise;
        op.setState(1, persists);
        Value least = integers.word(integers.shiftedRight(integers.times(x, how.remaining), how.bits));
        Value left = integers.shiftedRight(onnx.sub(scaled, estimate), how.smoothingBits);
        return List.of(integers.greatest(left, least), persists);
    }

    /**
     * {@code x [n]}, noise {@code [n]}, a table of gains → {@code x} times the gain for its noise, small values shrunk.
     * The table holds parabolas, three numbers and a gap for each power of two of the noise.
     *
     * <p>Source: {@code signal/src/pcan_argc_fixed.cc}.
     */
    static List<Value> pcan(TflOp op, Onnx onnx) {
        int shift = CustomOptions.flex(op, flex -> (int) flex.integer("snr_shift", 0));
        if (shift < 0 || shift > 31) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "snr_shift is " + shift, "export the model anew");
        }
        Integers integers = integers(onnx);
        Value gain = gain(integers, integers.of(op.raw(1)), integers.of(op.raw(2)));
        Value ratio = integers.word(integers.shiftedRight(onnx.mul(integers.of(op.raw(0)), gain), shift));
        Value square = integers.shiftedRight(onnx.mul(ratio, ratio), 2 + 2 * SNR_BITS - GAIN_BITS);
        Value line = integers.plus(integers.shiftedRight(ratio, SNR_BITS - GAIN_BITS), -(1L << GAIN_BITS));
        Value small = onnx.op("Less", ratio, onnx.scalarLike(ratio, 2L << SNR_BITS));
        return List.of(onnx.where(small, square, line));
    }

    private static Value gain(Integers integers, Value noise, Value table) {
        Onnx onnx = integers.onnx();
        Value interval = integers.bitLength(noise);
        Value start = integers.greatest(integers.plus(integers.times(interval, 4), -6), onnx.scalarLike(noise, 0));
        Value aligned = integers.shiftedRight(integers.times(noise, 1L << 11), interval);
        Value fraction = onnx.op("Mod", aligned, onnx.scalarLike(aligned, 1 << 10));
        Value bend = onnx.gather(table, integers.plus(start, 2), 0);
        Value slope = onnx.gather(table, integers.plus(start, 1), 0);
        Value curved = integers.shiftedRight(onnx.mul(bend, fraction), 5);
        Value rise = onnx.mul(onnx.add(curved, integers.times(slope, 1 << 5)), fraction);
        Value rounded = integers.shiftedRight(integers.plus(rise, 1 << 14), 15);
        Value between = integers.wrapped(onnx.add(rounded, onnx.gather(table, start, 0)), DataType.INT16);
        Value first = onnx.gather(table, integers.least(noise, onnx.scalarLike(noise, 2)), 0);
        return onnx.where(onnx.op("LessOrEqual", noise, onnx.scalarLike(noise, 2)), first, between);
    }

    /**
     * {@code x [n]} → natural logarithms of {@code x} times a power of two, scaled; 0 for what is at most 1.
     *
     * <p>Source: {@code signal/src/filter_bank_log.cc} and {@code log.cc}: the excess of the logarithm over a straight
     * line, in 128 steps for each power of two.
     */
    static List<Value> log(TflOp op, Onnx onnx) {
        int bits = CustomOptions.flex(op, flex -> (int) flex.integer("input_correction_bits", 0));
        long scale = CustomOptions.flex(op, flex -> flex.integer("output_scale", 0));
        if (bits < 0 || bits > 31) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "input_correction_bits is " + bits, "export the model anew");
        }
        Integers integers = integers(onnx);
        Value x = integers.word(integers.times(integers.of(op.raw(0)), 1L << bits));
        Value sound = integers.greatest(x, onnx.scalarLike(x, 2));
        Value whole = integers.plus(integers.bitLength(sound), -1);
        Value power = integers.power(whole);
        Value fraction = onnx.div(integers.times(onnx.sub(sound, power), 1 << 16), power);
        Value step = integers.shiftedRight(fraction, 9);
        Value excess = onnx.gather(integers.vector(LOG_EXCESS), step, 0);
        Value next = onnx.gather(integers.vector(LOG_EXCESS), integers.plus(step, 1), 0);
        Value rest = onnx.sub(fraction, integers.times(step, 1 << 9));
        Value between = integers.shiftedRight(onnx.mul(onnx.sub(next, excess), rest), 16);
        Value line = onnx.add(integers.times(whole, 1 << 16), fraction);
        Value log2 = onnx.add(line, onnx.add(excess, between));
        Value natural = integers.shiftedRight(integers.plus(integers.times(log2, LN2), 1 << 15), 16);
        Value scaled = integers.word(integers.plus(integers.times(natural, scale), 1 << 15));
        Value most = integers.least(integers.shiftedRight(scaled, 16), onnx.scalarLike(x, Short.MAX_VALUE));
        Value some = onnx.op("Greater", x, onnx.scalarLike(x, 1));
        return List.of(onnx.where(some, most, onnx.scalarLike(x, 0)));
    }

    private static long[] logExcess() {
        long[] table = new long[130];
        for (int i = 0; i < 128; i++) {
            table[i] = Math.round((Math.log1p(i / 128.0) / Math.log(2) - i / 128.0) * (1 << 16));
        }
        return table;
    }
}
