package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.QuantParams;
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

    /** A function of real numbers in single precision. */
    @FunctionalInterface
    interface RealFunction {
        float of(float x);
    }

    /**
     * A factor as kernels store it, by a multiplier of 31 bits and a shift.
     *
     * @param multiplier at least 2³⁰ and below 2³¹, or what that is below 0
     * @param shift the power of two that is left
     */
    record Multiplier(int multiplier, int shift) {
        static Multiplier of(double factor) {
            int shift = Math.getExponent(factor) + 1;
            long fixed = (long) away(Math.scalb(factor, 31 - shift));
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

        /** The multiplier rounded to 15 bits, which is what is left of it where the accumulator has 64 bits. */
        int upper() {
            return multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
        }

        /** The factor that {@link #upper} leaves. */
        double reduced() {
            return Math.scalb((double) upper(), shift - 15);
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

    /**
     * The table of a function of 16-bit numbers, in single precision.
     *
     * <p>Source: {@code LUTPopulateInt16} in {@code kernels/internal/common.h}.
     */
    static int[] table(QuantParams in, QuantParams out, RealFunction function) {
        float low = in.scale() * (Short.MIN_VALUE - in.zeroPoint());
        float high = in.scale() * (Short.MAX_VALUE - in.zeroPoint());
        float least = out.scale() * (Short.MIN_VALUE - out.zeroPoint());
        float greatest = out.scale() * (Short.MAX_VALUE - out.zeroPoint());
        float step = (high - low) / STEPS;
        float inverse = (float) (1 << 16) / (greatest - least);
        int[] table = new int[STEPS + 1];
        for (int i = 0; i < STEPS; i++) {
            float here = (float) away(function.of(low + i * step) * inverse);
            float middle = (float) away(function.of(low + i * step + step / 2) * inverse);
            float next = function.of(low + (i + 1) * step) * inverse;
            float error = (float) away((next + here) / 2) - middle;
            table[i] = saturated(here - (float) away(error / 2));
        }
        table[STEPS] = saturated(away(function.of(high) * inverse));
        return table;
    }

    /** The product of two numbers in steps of 2⁻³¹, in steps of 2⁻³¹, rounded half up. */
    static long product(long a, long b) {
        return (a * b + (1 << 30)) >> 31;
    }

    /**
     * 2⁶² over {@code x}, which is from 2³¹ to 2³², by three steps of Newton's method.
     *
     * <p>Source: {@code one_over_one_plus_x_for_x_in_0_1} in gemmlowp's {@code fixedpoint/fixedpoint.h}.
     */
    static long reciprocal(long x) {
        long half = x >> 1;
        long y = 1515870810 + product(half, -1010580540);
        for (int i = 0; i < 3; i++) {
            y += product(y, (1 << 29) - product(half, y)) << 2;
        }
        return Math.min(y << 1, Integer.MAX_VALUE);
    }

    /**
     * One over the root of a whole number that is not negative; 0 counts as 1.
     *
     * <p>Source: {@code GetInvSqrtQuantizedMultiplierExp} in {@code kernels/internal/common.h}.
     */
    static Multiplier inverseRoot(long x) {
        if (x <= 1) {
            return new Multiplier(Integer.MAX_VALUE, 0);
        }
        int shift = 11;
        long in = x;
        for (; in >= 1 << 29; in /= 4) {
            shift++;
        }
        for (; in < 1 << 27; in *= 4) {
            shift--;
        }
        long half = quotient(in >> 1, 1);
        long y = 1 << 28;
        for (int i = 0; i < 5; i++) {
            long cube = product(product(y, y), y) << 6;
            y = (product((1 << 28) + (1 << 27), y) - product(half, cube)) << 3;
        }
        long root = product(y, 1518500250) << Math.max(-shift, 0);
        return new Multiplier((int) root, -Math.max(shift, 0));
    }

    /** {@code x} over 2 to the power of {@code places}, rounded half away from zero. */
    static long quotient(long x, int places) {
        long half = places == 0 ? 0 : (1L << (places - 1)) - (x < 0 ? 1 : 0);
        return (x + half) >> places;
    }

    /** To the nearest whole number, halves away from zero. */
    static double away(double x) {
        return Math.copySign(Math.floor(Math.abs(x) + 0.5), x);
    }

    private static int saturated(double x) {
        return (int) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, x));
    }

    /** The entry for a 16-bit number, on the straight line between two of the table. */
    static int interpolated(int[] table, int x) {
        int at = 256 + (x >> 7);
        // the kernel keeps 16 bits of the slope and of the result
        int slope = (short) (table[at + 1] - table[at]);
        return (short) (table[at] + ((slope * (x & 0x7F) + 64) >> 7));
    }
}
