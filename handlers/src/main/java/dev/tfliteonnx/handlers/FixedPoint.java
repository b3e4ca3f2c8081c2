package dev.tfliteonnx.handlers;

import java.util.function.DoubleUnaryOperator;

/**
 * The integer arithmetic of TFLite's kernels.
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
            if (fixed == 1L << 31) {
                fixed = 1 << 30;
                shift++;
            }
            // smaller factors leave nothing of 31 bits
            return shift < -31 ? new Multiplier(0, 0) : new Multiplier((int) fixed, shift);
        }

        /** {@code x} times the factor, rounded to 31 bits below the point half up, then to none half away from zero. */
        int times(int x) {
            return (int) quotient(product(x << Math.max(shift, 0), multiplier), Math.max(-shift, 0));
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

    /** The product of two numbers in steps of 2⁻³¹, in steps of 2⁻³¹, rounded half up. */
    static long product(long a, long b) {
        return (a * b + (1 << 30)) >> 31;
    }

    /** {@code x} over 2 to the power of {@code places}, rounded half away from zero. */
    static long quotient(long x, int places) {
        long half = places == 0 ? 0 : (1L << (places - 1)) - (x < 0 ? 1 : 0);
        return (x + half) >> places;
    }

    static double away(double x) {
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
