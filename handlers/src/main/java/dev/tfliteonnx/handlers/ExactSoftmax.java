package dev.tfliteonnx.handlers;

import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.handlers.Steps.Domain;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/**
 * Softmax of 8-bit integers over the last axis, exact: exponentials of all differences from the greatest element stand in
 * tables, and the reciprocal of their sum is found by Newton's method in fixed point.
 *
 * <p>Source: {@code kernels/internal/reference/softmax.h}, {@code GetReciprocal} in {@code kernels/internal/common.h},
 * {@code exp_on_negative_values} and {@code one_over_one_plus_x_for_x_in_0_1} in gemmlowp's
 * {@code fixedpoint/fixedpoint.h}.
 */
final class ExactSoftmax {
    /** Exponentials have 31 bits after the point, their sums 19. */
    private static final int SUM_BITS = 19;

    /** The sum is at least one whole and stays below this power of two. */
    private static final int MOST = 31;

    private static final long ONE = 1L << 31;

    /** The factors for the bits 2⁻² to 2⁴ of an exponent: {@code exp(−2ⁿ)} with 31 bits. */
    private static final long[] FACTORS = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};

    private ExactSoftmax() {}

    /** {@code x [...,C]}, stored integers → stored integers of scale 2⁻⁸, or 2⁻¹⁶ of 16 bits. */
    static List<Value> lower(TflOp op, Onnx onnx) {
        int last = op.rank(0) - 1;
        Value x = onnx.cast(op.raw(0), DataType.INT32);
        Value below = onnx.sub(x, onnx.reduce("ReduceMax", x, true, last));
        Value exp = exponentials(op, onnx, below, 0);
        Value coarse = exponentials(op, onnx, below, 31 - SUM_BITS);
        Value sum = onnx.reduce("ReduceSum", coarse, true, last);
        Value bits = bits(onnx, sum, last);
        Value shifted = onnx.mul(sum, power(onnx, bits, b -> 1L << (MOST - SUM_BITS - b)));
        Value product = onnx.mul(exp, reciprocal(onnx, shifted));
        Value share = onnx.div(onnx.add(product, Steps.int64(onnx, 1 << 30)), Steps.int64(onnx, ONE));
        DataType type = op.out().type();
        int places = 31 - type.bits();
        Value half = power(onnx, bits, b -> 1L << (places + b - 1));
        Value y = onnx.div(onnx.add(share, half), power(onnx, bits, b -> 1L << (places + b)));
        Value placed = type.min() == 0 ? y : onnx.add(y, Steps.int64(onnx, type.min()));
        return List.of(onnx.cast(onnx.op("Min", placed, Steps.int64(onnx, type.max())), type));
    }

    /** {@code exp(beta · x)} of stored differences, none above 0, as int64 with {@code 31 − drop} bits after the point. */
    private static Value exponentials(TflOp op, Onnx onnx, Value below, int drop) {
        double scale = (double) op.option(Tfl.BETA)
                * op.source(0).quant().orElseThrow().scale();
        Multiplier multiplier = Multiplier.of(Math.min(scale * (1 << 26), ONE - 1.0));
        long least = -(long) Math.floor(31.0 * (1 << 26) / (1L << multiplier.shift()));
        Value table = Steps.lookUp(
                onnx,
                below,
                DataType.INT32,
                Domain.upToZero(256),
                d -> d < least ? 0 : (int) FixedPoint.quotient(exp(multiplier.times(d)), drop));
        return onnx.cast(table, DataType.INT64);
    }

    /** {@code exp(x)} with 31 bits after the point, {@code x} with 26 and not above 0. */
    private static long exp(long x) {
        if (x == 0) {
            return ONE - 1;
        }
        long quarter = 1 << 24;
        long rest = (x & (quarter - 1)) - quarter;
        long y = expNearZero(rest << 5);
        for (int i = 0; i < FACTORS.length; i++) {
            if (((rest - x) >> (24 + i) & 1) != 0) {
                y = FixedPoint.product(y, FACTORS[i]);
            }
        }
        return y;
    }

    /** {@code exp(x)} between −1/4 and 0 by its series around −1/8. */
    private static long expNearZero(long x) {
        long a = x + (1 << 28);
        long a2 = FixedPoint.product(a, a);
        long a3 = FixedPoint.product(a2, a);
        long a4 = FixedPoint.product(a2, a2);
        long third = FixedPoint.product(FixedPoint.quotient(a4, 2) + a3, 715827883);
        long centre = 1895147668;
        return centre + FixedPoint.product(centre, a + FixedPoint.quotient(third + a2, 1));
    }

    /** How many bits the sum has before its point, less one. */
    private static Value bits(Onnx onnx, Value sum, int last) {
        Value thresholds = onnx.constant(Tensor.ofLongs(
                LongStream.range(SUM_BITS + 1, MOST).map(b -> 1L << b).toArray()));
        Value reached = onnx.cast(onnx.op("GreaterOrEqual", sum, thresholds), DataType.INT64);
        return onnx.reduce("ReduceSum", reached, true, last);
    }

    private static Value power(Onnx onnx, Value bits, LongUnaryOperator power) {
        long[] powers = LongStream.range(0, MOST - SUM_BITS).map(power).toArray();
        return onnx.gather(onnx.constant(Tensor.ofLongs(powers)), bits, 0);
    }

    /** 2⁶² over {@code x}, which is from 2³¹ to 2³², by three steps of Newton's method. */
    private static Value reciprocal(Onnx onnx, Value x) {
        Value half = onnx.div(x, Steps.int64(onnx, 2));
        Value y = onnx.add(Steps.product(onnx, half, Steps.int64(onnx, -1010580540)), Steps.int64(onnx, 1515870810));
        for (int i = 0; i < 3; i++) {
            Value off = onnx.sub(Steps.int64(onnx, 1 << 29), Steps.product(onnx, half, y));
            y = onnx.add(y, onnx.mul(Steps.product(onnx, y, off), Steps.int64(onnx, 4)));
        }
        return onnx.op("Min", onnx.mul(y, Steps.int64(onnx, 2)), Steps.int64(onnx, ONE - 1));
    }
}
