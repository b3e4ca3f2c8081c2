package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.InterpolatedSigmoid;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/** Activations and other functions of one element. */
final class Activations {
    private Activations() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("RELU", clip(0, Float.POSITIVE_INFINITY))
                .one("RELU6", clip(0, 6))
                .one("RELU_N1_TO_1", clip(-1, 1))
                .one("RELU_0_TO_1", clip(0, 1))
                .one("LOGISTIC", Activations::logistic)
                .one("TANH", Activations::tanh)
                .one("ELU", table(x -> x < 0 ? (float) Math.expm1(x) : x))
                .one("ABS", Activations::abs)
                .one("SQRT", Activations::sqrt)
                .one("RSQRT", Activations::rsqrt)
                .one("LOG", Activations::log)
                .one("SQUARE", floats(x -> (float) x * (float) x))
                .one("EXP", table(Math::exp))
                .one("NEG", Activations::neg)
                .one("LEAKY_RELU", Activations::leakyRelu)
                .one("PRELU", Activations::prelu);
    }

    /** A float operator that applies a function. Source: {@code kernels/elementwise.cc}. */
    static Function<TfliteCall, Array> floats(DoubleUnaryOperator f) {
        return call -> {
            if (!call.in(0).type().isFloat()) {
                throw new IllegalArgumentException(call.in(0) + " is not float");
            }
            float[] x = call.in(0).floats();
            float[] y = new float[x.length];
            for (int i = 0; i < x.length; i++) {
                y[i] = (float) f.applyAsDouble(x[i]);
            }
            return Array.ofFloats(call.outType(), call.in(0).dims(), y);
        };
    }

    /**
     * An operator that is computed for floats and looked up for integers of 8 and 16 bits, whose table is computed in
     * float32. Source: {@code LUTPopulate} in {@code kernels/internal/common.h}.
     */
    static Function<TfliteCall, Array> table(DoubleUnaryOperator f) {
        return call -> {
            if (call.in(0).type().isFloat()) {
                return floats(f).apply(call);
            }
            DataType type = call.in(0).type();
            QuantParams in = call.quant(0);
            QuantParams out = call.outQuant();
            if (type == DataType.INT16) {
                int[] coarse = Fixed.table(in, out, f);
                return Integers.map(call.in(0), call.outType(), q -> Fixed.interpolated(coarse, q));
            }
            float inverse = 1 / out.scale();
            int[] table = new int[256];
            for (int i = 0; i < 256; i++) {
                float x = in.scale() * (i + type.min() - in.zeroPoint());
                float y = (float) f.applyAsDouble(x);
                table[i] = Integers.clamp((long) Fixed.round(y * inverse) + out.zeroPoint(), call.outType());
            }
            return Integers.mapByTable(call.in(0), call.outType(), table);
        };
    }

    /** The RELU family. Source: {@code QuantizedReluX} in {@code kernels/activations.cc}. */
    private static Function<TfliteCall, Array> clip(float low, float high) {
        return call -> {
            if (call.in(0).type().isFloat()) {
                return floats(x -> Math.min(high, Math.max(low, x))).apply(call);
            }
            QuantParams out = call.outQuant();
            Fixed.Multiplier multiplier = Fixed.Multiplier.of(call.quant(0).scale() / out.scale());
            int zero = (int) call.quant(0).zeroPoint();
            int outZero = (int) out.zeroPoint();
            DataType type = call.outType();
            int least = (int) Math.max(type.min(), outZero + (int) Fixed.round(low / out.scale()));
            int most = Float.isInfinite(high)
                    ? (int) type.max()
                    : (int) Math.min(type.max(), outZero + (int) Fixed.round(high / out.scale()));
            return Integers.map(
                    call.in(0), type, q -> Math.min(most, Math.max(least, outZero + multiplier.times(q - zero))));
        };
    }

    /** LOGISTIC. Source: {@code kernels/activations.cc}, {@code reference/integer_ops/logistic.h}. */
    static Array logistic(TfliteCall call) {
        if (call.in(0).type() == DataType.INT16) {
            InterpolatedSigmoid table = InterpolatedSigmoid.of(call.quant(0).scale(), 0);
            return Integers.map(call.in(0), call.outType(), table::logistic);
        }
        return table(x -> 1f / (1f + (float) Math.exp(-x))).apply(call);
    }

    /** TANH. Source: {@code kernels/activations.cc}, {@code reference/integer_ops/tanh.h}. */
    static Array tanh(TfliteCall call) {
        if (call.in(0).type() == DataType.INT16) {
            InterpolatedSigmoid table = InterpolatedSigmoid.of(call.quant(0).scale(), 1);
            return Integers.map(call.in(0), call.outType(), table::tanh);
        }
        return table(Math::tanh).apply(call);
    }

    /** ABS of floats and of integers that are rescaled. Source: {@code AbsEvalQuantized} in {@code kernels/elementwise.cc}. */
    static Array abs(TfliteCall call) {
        DataType type = call.in(0).type();
        if (type.isFloat()) {
            return floats(Math::abs).apply(call);
        }
        if (!call.isQuantized(0)) {
            return Integers.map(call.in(0), type, Math::abs);
        }
        float in = call.quant(0).scale();
        float out = call.outQuant().scale();
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(in / out);
        int zero = (int) call.quant(0).zeroPoint();
        long outZero = call.outQuant().zeroPoint();
        return Integers.map(call.in(0), type, q -> {
            int size = Math.abs(q - zero);
            return Integers.clamp((in == out ? size : multiplier.times(size)) + outZero, type);
        });
    }

    /** SQRT; integers truncate. Source: {@code SqrtEvalQuantized} in {@code kernels/elementwise.cc}. */
    static Array sqrt(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            return floats(Math::sqrt).apply(call);
        }
        requirePositive(call);
        float in = call.quant(0).scale();
        float out = call.outQuant().scale();
        int zero = (int) call.quant(0).zeroPoint();
        return Integers.map(call.in(0), call.outType(), q -> {
            float root = (float) Math.sqrt(in * (q - zero));
            return Integers.clamp((int) (root / out) + call.outQuant().zeroPoint(), call.outType());
        });
    }

    /** RSQRT; integers of 8 bits by iteration, of 16 by a table. Source: {@code kernels/elementwise.cc}. */
    static Array rsqrt(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            return floats(x -> 1 / (float) Math.sqrt(x)).apply(call);
        }
        requirePositive(call);
        float in = call.quant(0).scale();
        float out = call.outQuant().scale();
        if (call.in(0).type() == DataType.INT16) {
            return table(x -> x <= 0 ? Short.MAX_VALUE * out : 1 / (float) Math.sqrt(x))
                    .apply(call);
        }
        int places = 20;
        int zero = (int) call.quant(0).zeroPoint();
        Fixed.Multiplier scale = Fixed.Multiplier.of(1.0 / ((float) Math.sqrt(in) * out));
        Fixed.Multiplier less = new Fixed.Multiplier(scale.multiplier(), scale.shift() - places);
        return Integers.map(call.in(0), call.outType(), q -> {
            if (q == zero) {
                return (int) call.outType().max();
            }
            Fixed.Multiplier root = Fixed.inverseRoot(q - zero);
            int fine = new Fixed.Multiplier(root.multiplier(), root.shift() + places).times(1);
            return Integers.clamp(less.times(fine) + call.outQuant().zeroPoint(), call.outType());
        });
    }

    private static void requirePositive(TfliteCall call) {
        long zero = call.quant(0).zeroPoint();
        if (Arrays.stream(call.in(0).longs()).anyMatch(q -> q < zero)) {
            throw new IllegalArgumentException("the root of a negative number");
        }
    }

    /** LOG; integers by a table that gives the least number at and below 0. Source: {@code kernels/elementwise.cc}. */
    static Array log(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            return floats(Math::log).apply(call);
        }
        float least = (call.outType().min() - call.outQuant().zeroPoint())
                * call.outQuant().scale();
        return table(x -> x <= 0 ? least : Math.log(x)).apply(call);
    }

    /** NEG. Source: {@code kernels/neg.cc}. */
    static Array neg(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            return floats(x -> -x).apply(call);
        }
        long[] x = call.in(0).longs().clone();
        for (int i = 0; i < x.length; i++) {
            x[i] = -x[i];
        }
        return Array.ofLongs(call.outType(), call.in(0).dims(), x);
    }

    /** LEAKY_RELU. Source: {@code kernels/activations.cc}, {@code reference/leaky_relu.h}. */
    static Array leakyRelu(TfliteCall call) {
        float alpha = call.option(Tfl.ALPHA);
        if (call.in(0).type().isFloat()) {
            return floats(x -> x > 0 ? x : (float) x * alpha).apply(call);
        }
        double in = call.quant(0).scale();
        double out = call.outQuant().scale();
        Fixed.Multiplier same = Fixed.Multiplier.of(in / out);
        Fixed.Multiplier less = Fixed.Multiplier.of(in * alpha / out);
        int zero = (int) call.quant(0).zeroPoint();
        long outZero = call.outQuant().zeroPoint();
        return Integers.map(call.in(0), call.outType(), q -> {
            int x = q - zero;
            return Integers.clamp(outZero + (x >= 0 ? same : less).times(x), call.outType());
        });
    }

    /** PRELU, the slopes stretched to the operand. Source: {@code kernels/activations.cc}, {@code reference/prelu.h}. */
    static Array prelu(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            return Arithmetic.plain(call, (x, slope) -> x >= 0 ? x : x * slope, (x, slope) -> x);
        }
        float in = call.quant(0).scale();
        float slopes = call.quant(1).scale();
        float out = call.outQuant().scale();
        Fixed.Multiplier same = Fixed.Multiplier.of(in / out);
        Fixed.Multiplier less = Fixed.Multiplier.of(in * slopes / out);
        int zero = (int) call.quant(0).zeroPoint();
        int slopeZero = (int) call.quant(1).zeroPoint();
        long outZero = call.outQuant().zeroPoint();
        return Arithmetic.integers(call, (q, slope) -> {
            int x = q - zero;
            int y = x >= 0 ? same.times(x) : less.times(x * (slope - slopeZero));
            return Integers.clamp(outZero + y, call.outType());
        });
    }
}
