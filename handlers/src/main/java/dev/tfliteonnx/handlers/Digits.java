package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Stored integers as uint8, of which every CPU forms exact sums of products (uint8 by int8 saturates on some): those of
 * int8 are raised by 128, those of int16 are two digits to the base of 256.
 *
 * @param value the digits, uint8
 * @param zero what stands for 0
 * @param weight 1, or 256 of a higher digit
 */
record Digits(Value value, int zero, int weight) {
    private static final int BASE = 1 << 8;

    /** The digits of stored integers, which stand for 0 where they are {@code zeroPoint}. */
    static List<Digits> of(Onnx onnx, Value x, long zeroPoint) {
        if (x.type() != DataType.INT16) {
            int raised = x.type() == DataType.INT8 ? BASE / 2 : 0;
            return List.of(new Digits(unsigned(onnx, x), (int) zeroPoint + raised, 1));
        }
        Value base = onnx.scalar(DataType.INT32, BASE);
        Value raised = onnx.add(onnx.cast(x, DataType.INT32), onnx.scalar(DataType.INT32, BASE * BASE / 2));
        Value high = onnx.div(raised, base);
        Value low = onnx.sub(raised, onnx.mul(high, base));
        return List.of(
                new Digits(onnx.cast(high, DataType.UINT8), BASE / 2, BASE),
                new Digits(onnx.cast(low, DataType.UINT8), 0, 1));
    }

    /** The digits of an operand that is quantized as a whole. */
    static List<Digits> of(TflOp op, Onnx onnx, int i, Value x) {
        QuantParams quant = op.source(i).quant().orElseThrow();
        return of(onnx, x, quant.zeroPoint());
    }

    /**
     * What is linear in all digits: int32, or int64 of two of them.
     *
     * @param linear gives int32 of digits and of what stands for 0 among them
     */
    static Value sum(Onnx onnx, List<Digits> digits, BiFunction<Value, Value, Value> linear) {
        if (digits.size() == 1) {
            return digits.get(0).apply(onnx, linear);
        }
        Value sum = Value.ABSENT;
        for (Digits d : digits) {
            Value wide = onnx.cast(d.apply(onnx, linear), DataType.INT64);
            Value part = d.weight == 1 ? wide : onnx.mul(wide, Steps.int64(onnx, d.weight));
            sum = sum.isPresent() ? onnx.add(sum, part) : part;
        }
        return sum;
    }

    private Value apply(Onnx onnx, BiFunction<Value, Value, Value> linear) {
        return linear.apply(value, onnx.scalar(DataType.UINT8, zero));
    }

    /** 8-bit integers as uint8, those of int8 128 higher. */
    static Value unsigned(Onnx onnx, Value x) {
        if (x.type() == DataType.UINT8) {
            return x;
        }
        Value wide = onnx.cast(x, DataType.INT32);
        return onnx.cast(onnx.add(wide, onnx.scalar(DataType.INT32, BASE / 2)), DataType.UINT8);
    }
}
