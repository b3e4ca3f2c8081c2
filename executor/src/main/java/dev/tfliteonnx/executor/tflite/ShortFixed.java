package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.ir.DataType;

/**
 * Functions of 16-bit fixed-point numbers: of {@code integers} bits before the point and 15 less that many after it;
 * results are in steps of 2⁻¹⁵. Source: {@code fixedpoint/fixedpoint.h} of gemmlowp.
 */
final class ShortFixed {
    private static final int ONE = Short.MAX_VALUE;

    private ShortFixed() {}

    /** {@code 1 / (1 + exp(−a))}. */
    static int logistic(int a, int integers) {
        if (a == 0) {
            return 1 << 14;
        }
        int positive = reciprocal(exp(a > 0 ? (short) -a : a, integers));
        return a > 0 ? positive : ONE - positive;
    }

    /** {@code tanh(a)}. */
    static int tanh(int a, int integers) {
        if (a == 0) {
            return 0;
        }
        int x = exp(a < 0 ? a : (short) -a, integers + 1);
        int size = saturated((newton(x) - (1 << 13)) << 2);
        return a < 0 ? -size : size;
    }

    /** {@code exp(a)} for {@code a} up to 0. */
    private static int exp(int a, int integers) {
        if (a == 0) {
            return ONE;
        }
        int fraction = 15 - integers;
        int quarter = 1 << (fraction - 2);
        int rest = (a & (quarter - 1)) - quarter;
        int result = expOfQuarter(saturated(rest << integers));
        int remainder = (short) (rest - a);
        int[] factors = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
        for (int i = 0; i < factors.length && integers > i - 2; i++) {
            if ((remainder & (1 << (fraction + i - 2))) != 0) {
                result = Fixed.highShort(result, constant(factors[i]));
            }
        }
        return integers > 5 && a < -(1 << (20 - integers)) ? 0 : result;
    }

    /** {@code exp(a)} for {@code a} from −¼ up to 0. */
    private static int expOfQuarter(int a) {
        int x = (short) (a + (1 << 12));
        int x2 = Fixed.highShort(x, x);
        int x3 = Fixed.highShort(x2, x);
        int x4 = Fixed.highShort(x2, x2);
        int third = Fixed.highShort((short) (Fixed.dividedByPower(x4, 2) + x3), constant(715827883));
        int tail = Fixed.dividedByPower((short) (third + x2), 1);
        int factor = constant(1895147668);
        return saturated(factor + Fixed.highShort(factor, (short) (x + tail)));
    }

    /** {@code 1 / (1 + a)} for {@code a} from 0 to 1. */
    private static int reciprocal(int a) {
        return saturated(newton(a) << 1);
    }

    /** {@code 2 / (1 + a)} in steps of 2⁻¹³, by Newton's method. */
    private static int newton(int a) {
        int sum = a + ONE;
        int half = (sum + (sum >= 0 ? 1 : -1)) / 2;
        int x = (short) (constant(1515870810) + Fixed.highShort(half, constant(-1010580540)));
        for (int i = 0; i < 3; i++) {
            int off = (short) ((1 << 13) - Fixed.highShort(half, x));
            x = (short) (x + saturated(Fixed.highShort(x, off) << 2));
        }
        return x;
    }

    /** A constant of 32 bits in 16. */
    private static int constant(int wide) {
        return Fixed.dividedByPower(wide, 16);
    }

    private static int saturated(int x) {
        return Integers.clamp(x, DataType.INT16);
    }
}
