package dev.tfliteonnx.handlers;

import java.util.function.DoubleUnaryOperator;

/**
 * The integer arithmetic of TFLite's kernels, as far as results of 16 bits show it.
 *
 * <p>Source: {@code kernels/internal/quantization_util.cc}, {@code kernels/internal/common.cc} and
 * {@code kernels/internal/common.h}.
 */
final class FixedPoint {
    /** Steps of a table that 16-bit kernels interpolate in; it has one entry more. */
    private static final int STEPS = 512;

    private FixedPoint() {}

    /**
     * A factor as kernels store it, by a multiplier of 31 bits and a shift.
     *
     * @param multiplier at least 2³⁰, below 2³¹
     * @param shift the power of two that is left
     */
    record Multiplier(int multiplier, int shift) {
        static Multiplier of(double factor) {
            int shift = Math.getExponent(factor) + 1;
            long fixed = Math.round(Math.scalb(factor, 31 - shift));
            return fixed == 1L << 31 ? new Multiplier(1 << 30, shift + 1) : new Multiplier((int) fixed, shift);
        }

        /** {@code x} times the factor, rounded to 31 bits below the point, then to none, each time half away from zero. */
        int times(int x) {
            long product = ((long) x << Math.max(shift, 0)) * multiplier;
            long high = (product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / (1L << 31);
            int places = Math.max(-shift, 0);
            long rest = high & ((1L << places) - 1);
            long half = (((1L << places) - 1) >> 1) + (high < 0 ? 1 : 0);
            return (int) ((high >> places) + (rest > half ? 1 : 0));
        }

        /** The factor that is left of it where the accumulator has 64 bits: the multiplier is rounded to 15 bits. */
        double reduced() {
            int high = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
            return Math.scalb((double) high, shift - 15);
        }
    }

    /**
     * The table of a function, biased so that straight lines between its entries err to both sides. The results are in
     * steps of 2⁻¹⁵.
     *
     * @param low the argument that the least 16-bit number stands for
     * @param high the argument that the greatest 16-bit number stands for
     */
    static int[] table(double low, double high, DoubleUnaryOperator function) {
        double step = (high - low) / STEPS;
        double scale = 1 << 15;
        int[] table = new int[STEPS + 1];
        for (int i = 0; i < STEPS; i++) {
            double here = Math.round(function.applyAsDouble(low + i * step) * scale);
            double next = function.applyAsDouble(low + (i + 1) * step) * scale;
            double middle = Math.round(function.applyAsDouble(low + i * step + step / 2) * scale);
            double error = away((next + here) / 2) - middle;
            table[i] = saturated(here - away(error / 2));
        }
        table[STEPS] = saturated(away(function.applyAsDouble(high) * scale));
        return table;
    }

    private static double away(double x) {
        return Math.copySign(Math.floor(Math.abs(x) + 0.5), x);
    }

    private static int saturated(double x) {
        return (int) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, x));
    }

    /** The entry for a 16-bit number, on the straight line between two of the table. */
    static int interpolated(int[] table, int x) {
        int at = 256 + (x >> 7);
        return table[at] + (((table[at + 1] - table[at]) * (x & 0x7F) + 64) >> 7);
    }
}
