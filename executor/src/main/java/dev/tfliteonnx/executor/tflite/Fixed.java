package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import java.util.function.DoubleUnaryOperator;

/**
 * The integer arithmetic of TFLite's kernels, rounding twice as its builds do by default.
 *
 * <p>Source: {@code kernels/internal/common.cc}, {@code kernels/internal/common.h},
 * {@code kernels/internal/quantization_util.cc} and {@code fixedpoint/fixedpoint.h} of gemmlowp.
 */
final class Fixed {
    private Fixed() {}

    /**
     * A factor as kernels store it.
     *
     * @param multiplier 0, or at least 2³⁰ and below 2³¹
     * @param shift the power of two that is left
     */
    record Multiplier(int multiplier, int shift) {
        static Multiplier of(double factor) {
            if (factor == 0) {
                return new Multiplier(0, 0);
            }
            int shift = Math.getExponent(factor) + 1;
            long fixed = Math.round(Math.scalb(factor, 31 - shift));
            if (fixed == 1L << 31) {
                fixed /= 2;
                shift++;
            }
            return shift < -31 ? new Multiplier(0, 0) : new Multiplier((int) fixed, shift);
        }

        /** {@code x} times the factor. */
        int times(int x) {
            return shift > 0 ? high(x << shift, multiplier) : dividedByPower(high(x, multiplier), -shift);
        }

        /** {@code x} times the factor, with a multiplier of 15 bits. */
        int times(long x) {
            int places = 15 - shift;
            return (int) ((x * reduced() + (1L << (places - 1))) >> places);
        }

        /** The multiplier in steps of 2⁻¹⁵. */
        int reduced() {
            return multiplier < 0x7FFF0000 - 1 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
        }
    }

    /** The upper half of twice the product, rounded half away from zero. */
    static int high(int a, int b) {
        if (a == Integer.MIN_VALUE && b == Integer.MIN_VALUE) {
            return Integer.MAX_VALUE;
        }
        long product = (long) a * b;
        return (int) ((product + (product >= 0 ? 1 << 30 : 1 - (1 << 30))) / (1L << 31));
    }

    /** As {@link #high}, of 16-bit numbers. */
    static int highShort(int a, int b) {
        if (a == Short.MIN_VALUE && b == Short.MIN_VALUE) {
            return Short.MAX_VALUE;
        }
        int product = a * b;
        return (product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15);
    }

    /** Divides by a power of two, rounding half away from zero. */
    static int dividedByPower(int x, int places) {
        int mask = (int) ((1L << places) - 1);
        int threshold = (mask >> 1) + (x < 0 ? 1 : 0);
        return (x >> places) + ((x & mask) > threshold ? 1 : 0);
    }

    /** Multiplies by a power of two and saturates. */
    static int timesPower(int x, int places) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, (long) x << places));
    }

    /** {@code exp(a)} in steps of 2⁻³¹, for {@code a} up to 0 in steps of 2⁻²⁶. */
    static int exp(int a) {
        if (a == 0) {
            return Integer.MAX_VALUE;
        }
        int quarter = 1 << 24;
        int rest = (a & (quarter - 1)) - quarter;
        int result = expOfQuarter(timesPower(rest, 5));
        int remainder = rest - a;
        int[] factors = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
        for (int i = 0; i < factors.length; i++) {
            if ((remainder & (1 << (24 + i))) != 0) {
                result = high(result, factors[i]);
            }
        }
        return result;
    }

    /** {@code exp(a)} for {@code a} from −¼ up to 0, both in steps of 2⁻³¹. */
    private static int expOfQuarter(int a) {
        int constant = 1895147668;
        int x = a + (1 << 28);
        int x2 = high(x, x);
        int x3 = high(x2, x);
        int x4 = high(x2, x2);
        int tail = dividedByPower(high(dividedByPower(x4, 2) + x3, 715827883) + x2, 1);
        return constant + high(constant, x + tail);
    }

    /** {@code 1 / (1 + a)} for {@code a} from 0 to 1, both in steps of 2⁻³¹. */
    static int reciprocal(int a) {
        long sum = (long) a + Integer.MAX_VALUE;
        int half = (int) ((sum + (sum >= 0 ? 1 : -1)) / 2);
        int x = 1515870810 + high(half, -1010580540);
        for (int i = 0; i < 3; i++) {
            int off = (1 << 29) - high(half, x);
            x += timesPower(high(x, off), 2);
        }
        return timesPower(x, 1);
    }

    /** {@code 1 / √a}; of 0 as of 1. */
    static Multiplier inverseRoot(int a) {
        if (a <= 1) {
            return new Multiplier(Integer.MAX_VALUE, 0);
        }
        int in = a;
        int places = 11;
        while (in >= 1 << 29) {
            in /= 4;
            places++;
        }
        int pairs = (Integer.numberOfLeadingZeros(in) - 1) / 2 - 1;
        places -= pairs;
        in <<= 2 * pairs;
        int half = dividedByPower(in >> 1, 1);
        int x = 1 << 28;
        for (int i = 0; i < 5; i++) {
            int cube = timesPower(high(high(x, x), x), 6);
            x = timesPower(high((1 << 28) + (1 << 27), x) - high(half, cube), 3);
        }
        x = high(x, 1518500250);
        return places < 0 ? new Multiplier(x << -places, 0) : new Multiplier(x, -places);
    }

    /** {@code ln(a)} in steps of 2⁻²⁶, for {@code a} of at least 1 in steps of 2⁻¹⁹. */
    static int log(int a) {
        int rootOfHalf = 1518500250;
        int fourthRootOfHalf = 1805811301;
        int quarter = dividedByPower(1 << 29, 6);
        int zeros = Integer.numberOfLeadingZeros(a);
        int first = timesPower(high(timesPower(a, zeros - 1), rootOfHalf), 1);
        int firstPower = saturated((long) timesPower(12 - zeros, 25) + quarter);
        int room = Integer.numberOfLeadingZeros(high(a, rootOfHalf)) - 1;
        int second = timesPower(a, room);
        int secondPower = saturated((long) timesPower(12 - room, 25) - quarter);
        int r = Math.min(first, second);
        long sum = (long) r + fourthRootOfHalf;
        int p = (int) ((sum + (sum >= 0 ? 1 : -1)) / 2);
        int q = 2 * (r - fourthRootOfHalf);
        int square = high(q, q);
        int numerator = high(q, r) + high(high(q, square), 117049297);
        int denominator = high(p, 1057819769 + q + high(127690142, square)) + high(638450708, q);
        int ratio = high(dividedByPower(numerator, 6), reciprocal(denominator));
        return timesPower(high(Math.max(firstPower, secondPower), 1488522236) + ratio, 1);
    }

    private static int saturated(long x) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, x));
    }

    /**
     * A function in steps of 2⁻¹⁵ at 512 steps from {@code low} to {@code high} and at the end, biased so that straight
     * lines between entries err to both sides.
     */
    static int[] table(double low, double high, DoubleUnaryOperator function) {
        int steps = 512;
        double step = (high - low) / steps;
        double scale = 1 << 15;
        int[] table = new int[steps + 1];
        for (int i = 0; i < steps; i++) {
            double here = Math.round(function.applyAsDouble(low + i * step) * scale);
            double next = function.applyAsDouble(low + (i + 1) * step) * scale;
            double middle = Math.round(function.applyAsDouble(low + i * step + step / 2) * scale);
            double error = round((next + here) / 2) - middle;
            table[i] = Integers.clamp((long) (here - round(error / 2)), DataType.INT16);
        }
        table[steps] = Integers.clamp((long) round(function.applyAsDouble(high) * scale), DataType.INT16);
        return table;
    }

    /**
     * A function of 16-bit numbers in float32, at each 128th of them and at the last, biased as {@link #table(double,
     * double, DoubleUnaryOperator)}.
     */
    static int[] table(QuantParams in, QuantParams out, DoubleUnaryOperator function) {
        int steps = 512;
        float low = in.scale() * (Short.MIN_VALUE - in.zeroPoint());
        float high = in.scale() * (Short.MAX_VALUE - in.zeroPoint());
        float step = (high - low) / steps;
        float lowOut = out.scale() * (Short.MIN_VALUE - out.zeroPoint());
        float highOut = out.scale() * (Short.MAX_VALUE - out.zeroPoint());
        float scale = 65536f / (highOut - lowOut);
        int[] table = new int[steps + 1];
        for (int i = 0; i < steps; i++) {
            float here = (float) round((float) function.applyAsDouble(low + i * step) * scale);
            float next = (float) function.applyAsDouble(low + (i + 1) * step) * scale;
            float middle = (float) round((float) function.applyAsDouble(low + i * step + step / 2) * scale);
            float error = (float) round((next + here) / 2) - middle;
            table[i] = Integers.clamp((long) (here - (float) round(error / 2)), DataType.INT16);
        }
        table[steps] = Integers.clamp((long) round((float) function.applyAsDouble(high) * scale), DataType.INT16);
        return table;
    }

    /** The entry for a 16-bit number, on the straight line between two of the table. */
    static int interpolated(int[] table, int x) {
        int at = 256 + (x >> 7);
        return table[at] + (((table[at + 1] - table[at]) * (x & 0x7F) + 64) >> 7);
    }

    /** Half away from zero, as {@code std::round}. */
    static double round(double x) {
        return Math.copySign(Math.floor(Math.abs(x) + 0.5), x);
    }
}
