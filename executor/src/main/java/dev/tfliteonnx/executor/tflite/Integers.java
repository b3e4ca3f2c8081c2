package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import java.util.function.IntUnaryOperator;

/** Integers of up to 32 bits as {@code int[]}, and back. */
final class Integers {
    private Integers() {}

    /** The elements, less an offset; a new array. */
    static int[] of(Array a, long offset) {
        int zero = (int) offset;
        int[] out = new int[a.size()];
        if (a.data() instanceof byte[] b) {
            int mask = a.type().isUnsignedInteger() ? 0xff : -1;
            for (int i = 0; i < out.length; i++) {
                out[i] = (b[i] & mask) - zero;
            }
        } else if (a.data() instanceof short[] s) {
            for (int i = 0; i < out.length; i++) {
                out[i] = s[i] - zero;
            }
        } else if (a.data() instanceof int[] n) {
            for (int i = 0; i < out.length; i++) {
                out[i] = n[i] - zero;
            }
        } else {
            throw new IllegalArgumentException(a + " is no tensor of integers of up to 32 bits");
        }
        return out;
    }

    /**
     * Elements of up to 8 bits as signed integers, whatever their type says: so kernels of float activations read
     * weights.
     */
    static int[] signed(Array a) {
        int[] out = of(a, 0);
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) out[i];
        }
        return out;
    }

    /** Elements of an integer type, which must fit it. */
    static Array array(DataType type, int[] dims, int[] values) {
        if (type.bits() > 16) {
            return new Array(type, dims, values);
        }
        if (type.bits() == 16) {
            short[] out = new short[values.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (short) values[i];
            }
            return new Array(type, dims, out);
        }
        byte[] out = new byte[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) values[i];
        }
        return new Array(type, dims, out);
    }

    /** A function of each element. */
    static Array map(Array x, DataType to, IntUnaryOperator f) {
        int[] values = of(x, 0);
        for (int i = 0; i < values.length; i++) {
            values[i] = f.applyAsInt(values[i]);
        }
        return array(to, x.dims(), values);
    }

    /** A function of 8-bit elements by a table of its 256 values. */
    static Array mapByTable(Array x, DataType to, int[] table) {
        int low = (int) x.type().min();
        return map(x, to, q -> table[q - low]);
    }

    /** The nearest value of a type. */
    static int clamp(long value, DataType type) {
        return (int) Math.max(type.min(), Math.min(type.max(), value));
    }
}
