package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Tfl;
import java.util.function.DoubleBinaryOperator;
import java.util.function.IntBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Arithmetic of two operands that are stretched to each other. */
final class Arithmetic {
    private Arithmetic() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("ADD", call -> sum(call, 1))
                .one("SUB", call -> sum(call, -1))
                .one("MUL", Arithmetic::mul)
                .one("MAXIMUM", call -> plain(call, Math::max, Math::max))
                .one("MINIMUM", call -> plain(call, Math::min, Math::min))
                .one("SQUARED_DIFFERENCE", Arithmetic::squaredDifference);
    }

    /** ADD and SUB. Source: {@code kernels/add.cc}, {@code reference/add.h}, {@code kernels/sub.cc}. */
    private static Array sum(TfliteCall call, int sign) {
        if (!call.isQuantized(0) || call.in(0).type().bits() > 16) {
            return plain(call, (a, b) -> (float) (a + sign * b), (a, b) -> a + sign * b);
        }
        QuantParams a = call.quant(0);
        QuantParams b = call.quant(1);
        boolean isShort = call.in(0).type() == DataType.INT16;
        if (isShort && call.option(Tfl.POT_SCALE_INT16) && isPower(a) && isPower(b) && isPower(call.outQuant())) {
            return sumOfPowers(call, sign);
        }
        int left = isShort ? 15 : 20;
        double twice = 2 * Math.max(a.scale(), b.scale());
        Fixed.Multiplier first = Fixed.Multiplier.of(a.scale() / twice);
        Fixed.Multiplier second = Fixed.Multiplier.of(b.scale() / twice);
        Fixed.Multiplier last =
                Fixed.Multiplier.of(twice / ((1 << left) * call.outQuant().scale()));
        int zeroA = (int) a.zeroPoint();
        int zeroB = (int) b.zeroPoint();
        int zero = (int) call.outQuant().zeroPoint();
        FusedActivation.Bounds bounds = FusedActivation.bounds(call);
        return integers(call, (x, y) -> {
            int scaled = first.times((x - zeroA) << left) + sign * second.times((y - zeroB) << left);
            return bounds.clamp(last.times(scaled) + zero);
        });
    }

    /** 16-bit operands whose scales are powers of two: the one of the lesser scale is shifted. */
    private static Array sumOfPowers(TfliteCall call, int sign) {
        int out = Math.getExponent(call.outQuant().scale());
        int first = Math.getExponent(call.quant(0).scale()) - out;
        int second = Math.getExponent(call.quant(1).scale()) - out;
        FusedActivation.Bounds bounds = FusedActivation.bounds(call);
        return integers(call, (x, y) -> {
            int a = Fixed.dividedByPower(x, -first);
            int b = Fixed.dividedByPower(y, -second);
            return bounds.clamp(Integers.clamp(a + sign * b, DataType.INT16));
        });
    }

    private static boolean isPower(QuantParams quant) {
        float log = (float) (Math.log(quant.scale()) / Math.log(2));
        return Math.abs(log - Math.round(log)) < 1e-3f && quant.zeroPoint() == 0;
    }

    /** MUL. Source: {@code kernels/mul.cc}, {@code reference/integer_ops/mul.h}. */
    static Array mul(TfliteCall call) {
        if (call.in(0).type() == DataType.COMPLEX64) {
            return ComplexNumbers.product(call);
        }
        if (!call.isQuantized(0) || call.in(0).type().bits() > 16) {
            return plain(call, (a, b) -> (float) (a * b), (a, b) -> a * b);
        }
        float factor =
                call.quant(0).scale() * call.quant(1).scale() / call.outQuant().scale();
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(factor);
        int zeroA = (int) call.quant(0).zeroPoint();
        int zeroB = (int) call.quant(1).zeroPoint();
        int zero = (int) call.outQuant().zeroPoint();
        FusedActivation.Bounds bounds = FusedActivation.bounds(call);
        return integers(call, (x, y) -> bounds.clamp(zero + multiplier.times((x - zeroA) * (y - zeroB))));
    }

    /** SQUARED_DIFFERENCE; 8-bit ones as a difference. Source: {@code kernels/squared_difference.cc}. */
    static Array squaredDifference(TfliteCall call) {
        if (!call.isQuantized(0) || call.in(0).type().bits() > 16) {
            return plain(call, (a, b) -> ((float) (a - b)) * ((float) (a - b)), (a, b) -> (a - b) * (a - b));
        }
        double a = call.quant(0).scale();
        double b = call.quant(1).scale();
        double twice = 2 * Math.max(a, b);
        Fixed.Multiplier first = Fixed.Multiplier.of(a / twice);
        Fixed.Multiplier second = Fixed.Multiplier.of(b / twice);
        Fixed.Multiplier last =
                Fixed.Multiplier.of(twice * twice / ((1 << 14) * call.outQuant().scale()));
        int zeroA = (int) call.quant(0).zeroPoint();
        int zeroB = (int) call.quant(1).zeroPoint();
        int zero = (int) call.outQuant().zeroPoint();
        return integers(call, (x, y) -> {
            int difference = first.times((x - zeroA) << 7) - second.times((y - zeroB) << 7);
            return Integers.clamp(last.times(difference * difference) + (long) zero, call.outType());
        });
    }

    /** Stored numbers as they are: floats by one function, integers by another. */
    static Array plain(TfliteCall call, DoubleBinaryOperator real, LongBinaryOperator whole) {
        int[] dims = Dims.broadcast(call.in(0).dims(), call.in(1).dims());
        Array a = Moves.stretched(call.in(0), dims);
        Array b = Moves.stretched(call.in(1), dims);
        if (a.type().isFloat()) {
            float[] x = a.floats();
            float[] y = b.floats();
            float[] out = new float[x.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (float) real.applyAsDouble(x[i], y[i]);
            }
            return Array.ofFloats(call.outType(), dims, FusedActivation.apply(call.activation(), out));
        }
        long[] x = a.longs();
        long[] y = b.longs();
        long[] out = new long[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = clamp(call, whole.applyAsLong(x[i], y[i]));
        }
        return Array.ofLongs(call.outType(), dims, out);
    }

    private static long clamp(TfliteCall call, long x) {
        return switch (call.activation()) {
            case RELU -> Math.max(0, x);
            case RELU6 -> Math.max(0, Math.min(6, x));
            case RELU_N1_TO_1 -> Math.max(-1, Math.min(1, x));
            case NONE, TANH, SIGN_BIT -> x;
        };
    }

    /** A function of stored integers. */
    static Array integers(TfliteCall call, IntBinaryOperator f) {
        int[] dims = Dims.broadcast(call.in(0).dims(), call.in(1).dims());
        int[] x = Integers.of(Moves.stretched(call.in(0), dims), 0);
        int[] y = Integers.of(Moves.stretched(call.in(1), dims), 0);
        for (int i = 0; i < x.length; i++) {
            x[i] = f.applyAsInt(x[i], y[i]);
        }
        return Integers.array(call.outType(), dims, x);
    }
}
