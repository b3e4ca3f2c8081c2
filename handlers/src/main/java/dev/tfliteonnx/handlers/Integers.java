package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.stream.LongStream;

/**
 * The arithmetic of integer kernels on ONNX values: shifts that keep the sign, words that wrap, lengths in bits.
 *
 * @param onnx makes the nodes
 * @param type what is computed in, INT32 or INT64; it must hold every product
 */
record Integers(Onnx onnx, DataType type) {
    private static final double WORD = 1L << 32;
    private static final long[] POWERS =
            LongStream.rangeClosed(0, 32).map(i -> 1L << i).toArray();

    /** {@code x} in the type that is computed in. */
    Value of(Value x) {
        return onnx.cast(x, type);
    }

    /** A constant vector. */
    Value vector(long... values) {
        return onnx.constant(Tensor.ofIntegers(type, Shape.of(values.length), values));
    }

    /** {@code x · factor}. */
    Value times(Value x, long factor) {
        return factor == 1 ? x : onnx.mul(x, onnx.scalarLike(x, factor));
    }

    /** {@code x + summand}. */
    Value plus(Value x, long summand) {
        return onnx.add(x, onnx.scalarLike(x, summand));
    }

    /** {@code x >> bits}, which rounds down. */
    Value shiftedRight(Value x, int bits) {
        return bits == 0 ? x : down(x, onnx.scalarLike(x, 1L << bits));
    }

    /** {@code ⌊x / divisor⌋} of a positive divisor. */
    private Value down(Value x, Value divisor) {
        return onnx.div(onnx.sub(x, onnx.op("Mod", x, divisor)), divisor);
    }

    /** {@code x >> bits} of {@code x} that is not negative, by as many bits as another value says. */
    Value shiftedRight(Value x, Value bits) {
        return onnx.div(x, power(bits));
    }

    /** {@code 2^bits}, for up to 32 bits where the type holds it. */
    Value power(Value bits) {
        return of(onnx.gather(onnx.ints(POWERS), onnx.cast(bits, DataType.INT64), 0));
    }

    /** How many bits it takes to write {@code x}, which is within 0 and 2³² − 1. */
    Value bitLength(Value x) {
        Value wide = onnx.cast(x, DataType.INT64);
        Value reached = onnx.op("GreaterOrEqual", onnx.unsqueeze(wide, -1), onnx.ints(POWERS));
        return of(onnx.reduce("ReduceSum", onnx.cast(reached, DataType.INT32), false, -1));
    }

    /** The lesser of two. */
    Value least(Value a, Value b) {
        return onnx.where(onnx.op("Less", a, b), a, b);
    }

    /** The greater of two. */
    Value greatest(Value a, Value b) {
        return onnx.where(onnx.op("Less", a, b), b, a);
    }

    /**
     * The greater ({@code Max}) or lesser ({@code Min}) of two. Those of int64 compare 32 bits in ONNX Runtime 1.29 on some
     * processors, so that they are compared and chosen.
     */
    static Value extreme(Onnx onnx, String name, Value a, Value b) {
        if (a.type() != DataType.INT64) {
            return onnx.op(name, a, b);
        }
        Integers wide = new Integers(onnx, DataType.INT64);
        return name.equals("Max") ? wide.greatest(a, b) : wide.least(a, b);
    }

    /** {@code x} within bounds, with the same care. */
    static Value within(Onnx onnx, Value x, long least, long greatest) {
        Value raised = extreme(onnx, "Max", x, onnx.scalarLike(x, least));
        return extreme(onnx, "Min", raised, onnx.scalarLike(x, greatest));
    }

    /** {@code x} as an unsigned word of 32 bits, in int64. */
    Value word(Value x) {
        return onnx.op("Mod", x, onnx.scalarLike(x, WORD));
    }

    /** {@code x} as what is left of it in a narrower type. */
    Value wrapped(Value x, DataType narrow) {
        return onnx.cast(onnx.cast(x, narrow), type);
    }
}
