package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;

/**
 * Vectors of 8-bit integers over their length, exact: one over the root of the sum of squares is found by Newton's method
 * in fixed point, as {@link FixedPoint#inverseRoot} does with a number that is known.
 *
 * <p>Source: {@code kernels/l2norm.cc}, {@code kernels/internal/reference/integer_ops/l2normalization.h},
 * {@code reference/l2normalization.h}, {@code GetInvSqrtQuantizedMultiplierExp} in {@code kernels/internal/common.h}.
 */
final class ExactNorms {
    /** Sums from 2 · 4ⁿ up to 2 · 4ⁿ⁺¹ are of the class n; a power of four brings them between 2²⁷ and 2²⁹. */
    private static final int CLASSES = 16;

    /** The greatest class whose numbers are multiplied; those above are divided. */
    private static final int WHOLE = 13;

    /** The class from which on the result is shifted to the right. */
    private static final int SHIFTED = 2;

    /** The result has this many bits after the point. */
    private static final int BITS = 7;

    private static final long ONE = 1L << 28;

    private final Onnx onnx;
    private final Value number;

    private ExactNorms(Onnx onnx, Value sum, int last) {
        this.onnx = onnx;
        Value thresholds = onnx.constant(Tensor.ofLongs(
                LongStream.range(1, CLASSES).map(n -> 2L << 2 * n).toArray()));
        Value reached = onnx.cast(onnx.op("GreaterOrEqual", sum, thresholds), DataType.INT64);
        this.number = onnx.reduce("ReduceSum", reached, true, last);
    }

    /** {@code x [...,C]} → stored integers of scale 2⁻⁷. */
    static List<Value> l2(TflOp op, Onnx onnx) {
        Value x = onnx.cast(Steps.centred(op, onnx, 0), DataType.INT64);
        int last = op.rank(0) - 1;
        Value sum = onnx.reduce("ReduceSum", onnx.mul(x, x), true, last);
        ExactNorms norm = new ExactNorms(onnx, sum, last);
        return List.of(norm.store(op, x, norm.inverseRoot(sum)));
    }

    private Value store(TflOp op, Value x, Value root) {
        boolean isSigned = op.out().type() == DataType.INT8;
        // the kernel of uint8 always shifts to the left first
        LongUnaryOperator left = n -> isSigned ? Math.max(BITS - shift(n), 0) : BITS;
        LongUnaryOperator right = n -> shift(n) - BITS + left.applyAsLong(n);
        Value product = Steps.product(onnx, onnx.mul(x, byClass(n -> 1L << left.applyAsLong(n))), root);
        Value half = byClass(n -> (1L << right.applyAsLong(n)) / 2);
        Value size = onnx.div(onnx.add(onnx.op("Abs", product), half), byClass(n -> 1L << right.applyAsLong(n)));
        Value zero = Steps.int64(onnx, isSigned ? 0 : 128);
        return Steps.clamped(op, onnx, onnx.add(onnx.mul(size, onnx.op("Sign", product)), zero));
    }

    private static long shift(long n) {
        return Math.max(n - SHIFTED, 0);
    }

    /** With 31 bits after the point, apart from the {@link #shift}. */
    private Value inverseRoot(Value sum) {
        Value multiplied = onnx.mul(sum, byClass(n -> 1L << 2 * Math.max(WHOLE - n, 0)));
        Value x = onnx.div(multiplied, byClass(n -> 2L << 2 * Math.max(n - WHOLE, 0)));
        Value half = onnx.div(onnx.add(x, Steps.int64(onnx, 1)), Steps.int64(onnx, 2));
        Value y = Steps.int64(onnx, ONE);
        for (int i = 0; i < 5; i++) {
            Value square = Steps.product(onnx, y, y);
            Value cube = onnx.mul(Steps.product(onnx, square, y), Steps.int64(onnx, 1 << 6));
            Value whole = Steps.product(onnx, Steps.int64(onnx, ONE + ONE / 2), y);
            y = onnx.mul(onnx.sub(whole, Steps.product(onnx, half, cube)), Steps.int64(onnx, 1 << 3));
        }
        Value root = Steps.product(onnx, y, Steps.int64(onnx, 1518500250));
        Value placed = onnx.mul(root, byClass(n -> 1L << Math.max(SHIFTED - n, 0)));
        Value isTiny = onnx.op("LessOrEqual", sum, Steps.int64(onnx, 1));
        return onnx.where(isTiny, Steps.int64(onnx, Integer.MAX_VALUE), placed);
    }

    private Value byClass(LongUnaryOperator function) {
        long[] values = LongStream.range(0, CLASSES).map(function).toArray();
        return onnx.gather(onnx.constant(Tensor.ofLongs(values)), number, 0);
    }
}
