package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import java.util.Arrays;

/** The elements of a tensor as things to be compared; NaN comes after everything. */
final class Ordered {
    private final double[] reals;
    private final long[] wholes;
    private final byte[][] strings;

    Ordered(Array x) {
        boolean text = x.type() == DataType.STRING;
        boolean real = x.type().isFloat();
        reals = real ? x.doubles() : new double[0];
        wholes = real || text ? new long[0] : x.type() == DataType.UINT64 ? flipped(x.longs()) : x.longs();
        strings = text ? x.strings() : new byte[0][];
    }

    private static long[] flipped(long[] unsigned) {
        return Arrays.stream(unsigned).map(v -> v ^ Long.MIN_VALUE).toArray();
    }

    /** Negative, zero or positive as element {@code i} is less than, equal to or greater than {@code j}. */
    int compare(int i, int j) {
        if (reals.length > 0) {
            return reals[i] == reals[j] ? 0 : Double.compare(reals[i], reals[j]);
        }
        return strings.length > 0 ? Arrays.compareUnsigned(strings[i], strings[j]) : Long.compare(wholes[i], wholes[j]);
    }
}
