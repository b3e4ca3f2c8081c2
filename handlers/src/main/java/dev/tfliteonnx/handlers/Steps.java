package dev.tfliteonnx.handlers;

import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.ToLongFunction;

/**
 * The way from one tensor's steps to another's, written out in integer operators that round as TFLite's kernels do. ONNX
 * shifts no signed numbers to the right, and its Div truncates: so numbers are made positive, divided, and brought back.
 *
 * <p>Source: {@code MultiplyByQuantizedMultiplier} with double rounding in {@code kernels/internal/common.cc},
 * {@code CalculateActivationRangeQuantized} in {@code kernels/kernel_util.cc}.
 */
final class Steps {
    /** What makes every product of an int32 and a multiplier positive, in units of 2³¹. */
    private static final long LIFT = 1L << 31;

    private Steps() {}

    /** The ratios of scales between the accumulator of operand 0 and operand 1 and the result, one or one per channel. */
    static double[] ratios(TflOp op) {
        double in = op.source(0).quant().orElseThrow().scale();
        double out = op.out().quant().orElseThrow().scale();
        double[] ratios = doubles(op.source(1).quant().orElseThrow().scales());
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = in * ratios[i] / out;
        }
        return ratios;
    }

    /**
     * The factors from the accumulator of a product to the steps of the result, one or one per channel.
     *
     * @param x which operand the input is
     * @param w which operand the weights are
     */
    static List<Multiplier> ofProduct(TflOp op, int x, int w) {
        float in = op.source(x).quant().orElseThrow().scale();
        double out = op.out().quant().orElseThrow().scale();
        QuantParams weights = op.source(w).quant().orElseThrow();
        if (op.name().equals("BATCH_MATMUL") || op.source(x).type() == DataType.UINT8) {
            return List.of(Multiplier.of(in * weights.scale() / out));
        }
        return Arrays.stream(doubles(weights.scales()))
                .mapToObj(s -> Multiplier.of((double) in * s / out))
                .toList();
    }

    private static double[] doubles(float[] scales) {
        double[] wide = new double[scales.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = scales[i];
        }
        return wide;
    }

    /**
     * Accumulators brought to the steps of the operator's first result and stored.
     *
     * @param acc int32 or int64, within 32 bits
     * @param by one factor, or one for each element of {@code shape}
     * @param shape what the factors broadcast as
     */
    static Value store(TflOp op, Onnx onnx, Value acc, List<Multiplier> by, Shape shape) {
        return clamped(op, onnx, rescaled(onnx, acc, by, shape, zeroPoint(op)));
    }

    private static long zeroPoint(TflOp op) {
        return op.out().quant().orElseThrow().zeroPoint();
    }

    /** Accumulators times factors, plus a zero point, as int64. */
    static Value rescaled(Onnx onnx, Value acc, List<Multiplier> by, Shape shape, long zero) {
        Constants constants = new Constants(onnx, by, shape);
        Value wide = onnx.cast(acc, DataType.INT64);
        Value product = onnx.mul(wide, constants.of(m -> (long) m.multiplier() << Math.max(m.shift(), 0)));
        Value high = onnx.div(onnx.add(product, constants.of(m -> (LIFT << 31) + (1 << 30))), constants.of(m -> LIFT));
        if (by.stream().allMatch(m -> m.shift() >= 0)) {
            return onnx.add(high, constants.of(m -> zero - LIFT));
        }
        // 1 where the number was not negative: ties go away from zero
        Value sign = onnx.div(high, constants.of(m -> m.shift() < 0 ? LIFT : LIFT << 2));
        Value half = constants.of(m -> m.shift() < 0 ? (1L << (-m.shift() - 1)) - 1 : 0);
        Value low =
                onnx.div(onnx.add(onnx.add(high, sign), half), constants.of(m -> m.shift() < 0 ? 1L << -m.shift() : 1));
        return onnx.add(low, constants.of(m -> zero - (m.shift() < 0 ? LIFT >> -m.shift() : LIFT)));
    }

    /**
     * Accumulators of 64 bits brought to the steps of the operator's first result and stored: of the factors only 15 bits
     * count.
     *
     * @param acc int64, within 47 bits
     * @param by one factor, or one for each element of {@code shape}
     * @param shape what the factors broadcast as
     */
    static Value storeWide(TflOp op, Onnx onnx, Value acc, List<Multiplier> by, Shape shape) {
        return clamped(op, onnx, rescaledWide(onnx, acc, by, shape, zeroPoint(op)));
    }

    /** Accumulators of 64 bits times 15 bits of factors, plus a zero point, as int64. */
    static Value rescaledWide(Onnx onnx, Value acc, List<Multiplier> by, Shape shape, long zero) {
        Constants constants = new Constants(onnx, by, shape);
        Value product = onnx.mul(acc, constants.of(Multiplier::upper));
        Value lifted = onnx.add(product, constants.of(m -> (1L << 62) + (1L << (14 - m.shift()))));
        Value steps = onnx.div(lifted, constants.of(m -> 1L << (15 - m.shift())));
        return onnx.add(steps, constants.of(m -> zero - (1L << (47 + m.shift()))));
    }

    /**
     * Accumulators brought to the steps of the operator's first result in double precision, as the reference kernel of
     * FULLY_CONNECTED alone does.
     *
     * <p>Source: {@code kernels/internal/reference/integer_ops/fully_connected.h}.
     */
    static Value storeByDoubles(TflOp op, Onnx onnx, Value acc, double[] by) {
        Tensor factors = Tensor.of(
                DataType.FLOAT64, Shape.of(by.length), Bytes.of(bytes(by), "ratios of scales of " + op.name()));
        Value steps = away(onnx, onnx.mul(onnx.cast(acc, DataType.FLOAT64), onnx.constant(factors)));
        return clamped(op, onnx, onnx.add(onnx.cast(steps, DataType.INT64), int64(onnx, zeroPoint(op))));
    }

    private static byte[] bytes(double[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(bytes::putDouble);
        return bytes.array();
    }

    /** Real numbers rounded to whole ones, ties away from zero. */
    static Value away(Onnx onnx, Value x) {
        Value size = onnx.op("Abs", x);
        Value floor = onnx.op("Floor", size);
        Value up = onnx.op("GreaterOrEqual", onnx.sub(size, floor), onnx.scalarLike(x, 0.5));
        return onnx.mul(onnx.add(floor, onnx.cast(up, x.type())), onnx.op("Sign", x));
    }

    /** Constants that go with factors: a number if they all are equal. */
    private record Constants(Onnx onnx, List<Multiplier> by, Shape shape) {
        Value of(ToLongFunction<Multiplier> function) {
            long[] values = by.stream().mapToLong(function).toArray();
            boolean same = Arrays.stream(values).allMatch(v -> v == values[0]);
            return same ? int64(onnx, values[0]) : onnx.constant(Tensor.ofIntegers(DataType.INT64, shape, values));
        }
    }

    /** {@link FixedPoint#product}; the lift keeps Div, which truncates, from rounding up what is negative. */
    static Value product(Onnx onnx, Value a, Value b) {
        Value lifted = onnx.add(onnx.mul(a, b), int64(onnx, (LIFT << 31) + (1 << 30)));
        return onnx.sub(onnx.div(lifted, int64(onnx, LIFT)), int64(onnx, LIFT));
    }

    /** A number as int64. */
    static Value int64(Onnx onnx, long value) {
        return onnx.constant(Tensor.ofIntegers(DataType.INT64, Shape.SCALAR, value));
    }

    /** Integers within the range of the operator's activation, in the type of its first result. */
    static Value clamped(TflOp op, Onnx onnx, Value y) {
        long[] range = range(op);
        DataType type = op.out().type();
        return onnx.cast(type == DataType.INT32 ? y : onnx.clip(y, range[0], range[1]), type);
    }

    /** The stored numbers that the operator's result is held within: those of its type and of its activation. */
    static long[] range(TflOp op) {
        Activation activation =
                op.node().attributes().find(Tfl.FUSED_ACTIVATION_FUNCTION).orElse(Activation.NONE);
        return switch (activation) {
            case RELU -> range(op, 0, Float.POSITIVE_INFINITY);
            case RELU6 -> range(op, 0, 6);
            case RELU_N1_TO_1 -> range(op, -1, 1);
            case NONE, TANH, SIGN_BIT -> range(op, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);
        };
    }

    /** The stored numbers that stand for what lies within bounds. */
    static long[] range(TflOp op, float low, float high) {
        DataType type = op.out().type();
        return new long[] {
            Float.isInfinite(low) ? type.min() : Math.max(type.min(), stored(op, low)),
            Float.isInfinite(high) ? type.max() : Math.min(type.max(), stored(op, high))
        };
    }

    private static long stored(TflOp op, float real) {
        QuantParams quant = op.out().quant().orElseThrow();
        return quant.zeroPoint() + (long) FixedPoint.away(real / quant.scale());
    }

    /** Stored numbers without their zero point, as int32. */
    static Value centred(TflOp op, Onnx onnx, int i) {
        long zero = op.source(i).quant().orElseThrow().zeroPoint();
        Value wide = onnx.cast(op.raw(i), DataType.INT32);
        return zero == 0 ? wide : onnx.sub(wide, onnx.scalar(DataType.INT32, zero));
    }

    /**
     * The whole numbers that a table has entries for.
     *
     * @param least the least of them, not above 0
     * @param count how many there are
     */
    record Domain(int least, int count) {
        /** All numbers of an integer type of 8 or 16 bits. */
        static Domain of(DataType type) {
            return new Domain((int) type.min(), (int) (type.max() - type.min()) + 1);
        }

        /** As many numbers, the last of them 0. */
        static Domain upToZero(int count) {
            return new Domain(1 - count, count);
        }
    }

    /** A function of 8-bit or 16-bit integers by a table of its values. */
    static Value lookUp(Onnx onnx, Value x, DataType type, IntUnaryOperator function) {
        return lookUp(onnx, x, type, Domain.of(x.type()), function);
    }

    /**
     * A function of whole numbers by a table of its values; the number is the index, and Gather counts negative ones from
     * the end.
     *
     * @param type what the values are
     */
    static Value lookUp(Onnx onnx, Value x, DataType type, Domain domain, IntUnaryOperator function) {
        long[] values = new long[domain.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = function.applyAsInt(i >= values.length + domain.least() ? i - values.length : i);
        }
        Value table = onnx.constant(onnx.base() + "/table", Tensor.ofIntegers(type, Shape.of(values.length), values));
        return onnx.gather(table, onnx.cast(x, DataType.INT32), 0);
    }
}
