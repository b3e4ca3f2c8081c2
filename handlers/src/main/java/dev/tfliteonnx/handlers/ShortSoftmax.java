package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Softmax of 16-bit integers over the last axis, with the results of TFLite's kernel, which are up to dozens of steps
 * off the true function: exponentials and the reciprocal of their sum come from tables, all else is int64.
 *
 * <p>Source: {@code SoftmaxPrepare} in {@code kernels/activations.cc}, {@code SoftmaxInt16} in
 * {@code kernels/internal/reference/softmax.h}.
 */
final class ShortSoftmax {
    /** The arguments of the exponential's table: from −10 up to 0. */
    private static final int ALL = 1 << 16;

    /** The sum has at least this many bits after its first one: the greatest element counts for almost 2¹⁵. */
    private static final int LEAST = 14;

    private static final int MOST = 30;

    private ShortSoftmax() {}

    /** {@code x [...,C]}, stored integers → stored integers of scale 2⁻¹⁵. */
    static Value lower(TflOp op, Onnx onnx) {
        int last = op.rank(0) - 1;
        Value x = onnx.cast(op.raw(0), DataType.INT32);
        Value below = onnx.sub(x, onnx.reduce("ReduceMax", x, true, last));
        Value exp = onnx.cast(exponentials(op, onnx, below), DataType.INT64);
        Value sum = onnx.reduce("ReduceSum", exp, true, last);
        Value bits = bits(onnx, sum, last);
        Value reciprocal = onnx.cast(reciprocals(onnx, sum, bits), DataType.INT64);
        Value half = onnx.gather(powers(onnx, b -> 1L << (b - 1)), bits, 0);
        Value whole = onnx.gather(powers(onnx, b -> 1L << b), bits, 0);
        Value y = onnx.div(onnx.add(onnx.mul(exp, reciprocal), half), whole);
        return onnx.cast(onnx.op("Min", y, onnx.scalar(DataType.INT64, Short.MAX_VALUE)), DataType.INT16);
    }

    /** {@code exp(beta · x)} in steps of 2⁻¹⁵ for differences of stored integers, none above 0. */
    private static Value exponentials(TflOp op, Onnx onnx, Value below) {
        float scale = op.source(0).quant().orElseThrow().scale();
        double factor = scale * op.option(Tfl.BETA) / (10.0 / 65535);
        FixedPoint.Multiplier multiplier = FixedPoint.Multiplier.of(factor);
        int[] table = FixedPoint.table(-10, 0, StrictMath::exp);
        return Steps.lookUp(onnx, below, DataType.INT16, Steps.Domain.upToZero(ALL), d -> {
            int at = Math.max(Short.MIN_VALUE, multiplier.times(d) + Short.MAX_VALUE);
            return FixedPoint.interpolated(table, at);
        });
    }

    /** How many bits follow the first one of the sum, less {@link #LEAST}. */
    private static Value bits(Onnx onnx, Value sum, int last) {
        Value thresholds = onnx.constant(Tensor.ofLongs(
                LongStream.rangeClosed(LEAST + 1, MOST).map(b -> 1L << b).toArray()));
        Value reached = onnx.cast(onnx.op("GreaterOrEqual", sum, thresholds), DataType.INT64);
        return onnx.reduce("ReduceSum", reached, true, last);
    }

    /** {@code 1 / (1 + x)} in steps of 2⁻¹⁵, where {@code 1 + x} is the sum without its power of two. */
    private static Value reciprocals(Onnx onnx, Value sum, Value bits) {
        Value shifted = onnx.mul(sum, onnx.gather(powers(onnx, b -> 1L << (MOST - b)), bits, 0));
        Value rounded =
                onnx.div(onnx.add(shifted, onnx.scalar(DataType.INT64, 1 << 13)), onnx.scalar(DataType.INT64, 1 << 14));
        Value at = onnx.sub(rounded, onnx.scalar(DataType.INT64, 1 << 16));
        int[] table = FixedPoint.table(0, 1, x -> 1 / (1 + x));
        long[] all = IntStream.rangeClosed(0, ALL)
                .map(i -> FixedPoint.interpolated(table, Math.min(Short.MAX_VALUE, i + Short.MIN_VALUE)))
                .asLongStream()
                .toArray();
        Tensor values = Tensor.ofIntegers(DataType.INT16, dev.tfliteonnx.ir.Shape.of(all.length), all);
        return onnx.gather(onnx.constant(onnx.base() + "/reciprocals", values), at, 0);
    }

    private static Value powers(Onnx onnx, java.util.function.LongUnaryOperator power) {
        return onnx.constant(
                Tensor.ofLongs(LongStream.rangeClosed(LEAST, MOST).map(power).toArray()));
    }
}
