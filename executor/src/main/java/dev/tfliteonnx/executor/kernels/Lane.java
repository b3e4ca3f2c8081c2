package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import java.util.Arrays;

/**
 * How elements of a type are held: as an array of a Java primitive, or of byte strings. Half precision and 8-bit floats
 * are held as {@code float}, types of fewer than eight bits as one {@code byte} each, handles as numbers, complex numbers of two
 * floats as the bits of both.
 */
public enum Lane {
    FLOAT,
    DOUBLE,
    BYTE,
    SHORT,
    INT,
    LONG,
    STRING;

    /** The lane that a type is held in. */
    public static Lane of(DataType type) {
        return switch (type) {
            case FLOAT32, FLOAT16, BFLOAT16, FLOAT8_E4M3FN, FLOAT8_E5M2 -> FLOAT;
            case FLOAT64 -> DOUBLE;
            case INT2, INT4, INT8, UINT2, UINT4, UINT8, BOOL -> BYTE;
            case INT16, UINT16 -> SHORT;
            case INT32, UINT32, RESOURCE, VARIANT -> INT;
            case INT64, UINT64, COMPLEX64 -> LONG;
            case STRING -> STRING;
            case COMPLEX128, UNKNOWN -> throw new IllegalArgumentException("the executor does not hold " + type);
        };
    }

    /** A new array, all zeros or empty strings. */
    public Object make(int size) {
        return switch (this) {
            case FLOAT -> new float[size];
            case DOUBLE -> new double[size];
            case BYTE -> new byte[size];
            case SHORT -> new short[size];
            case INT -> new int[size];
            case LONG -> new long[size];
            case STRING -> {
                byte[][] strings = new byte[size][];
                Arrays.fill(strings, new byte[0]);
                yield strings;
            }
        };
    }

    /** Elements of a Java array from {@code at} on, {@code step} apart. */
    public record Run(Object data, int at, int step) {}

    /** Copies {@code n} elements to places that follow each other. */
    public static void copy(Run run, Object to, int toAt, int n) {
        Object from = run.data;
        int at = run.at;
        int step = run.step;
        if (step == 1) {
            System.arraycopy(from, at, to, toAt, n);
        } else if (from instanceof float[] s && to instanceof float[] d) {
            for (int i = 0; i < n; i++) {
                d[toAt + i] = s[at + i * step];
            }
        } else if (from instanceof double[] s && to instanceof double[] d) {
            for (int i = 0; i < n; i++) {
                d[toAt + i] = s[at + i * step];
            }
        } else if (from instanceof byte[] s && to instanceof byte[] d) {
            for (int i = 0; i < n; i++) {
                d[toAt + i] = s[at + i * step];
            }
        } else if (from instanceof short[] s && to instanceof short[] d) {
            for (int i = 0; i < n; i++) {
                d[toAt + i] = s[at + i * step];
            }
        } else if (from instanceof int[] s && to instanceof int[] d) {
            for (int i = 0; i < n; i++) {
                d[toAt + i] = s[at + i * step];
            }
        } else if (from instanceof long[] s && to instanceof long[] d) {
            for (int i = 0; i < n; i++) {
                d[toAt + i] = s[at + i * step];
            }
        } else if (from instanceof byte[][] s && to instanceof byte[][] d) {
            for (int i = 0; i < n; i++) {
                d[toAt + i] = s[at + i * step];
            }
        } else {
            throw new IllegalArgumentException("elements of different types");
        }
    }

    /** Copies the elements at {@code index}; where that is negative, what stands in {@code to} remains. */
    public static void pick(Object from, int[] index, Object to) {
        int n = index.length;
        if (from instanceof float[] s && to instanceof float[] d) {
            for (int i = 0; i < n; i++) {
                if (index[i] >= 0) {
                    d[i] = s[index[i]];
                }
            }
            return;
        }
        for (int i = 0; i < n; i++) {
            if (index[i] >= 0) {
                System.arraycopy(from, index[i], to, i, 1);
            }
        }
    }

    /** Adds {@code n} elements that follow each other to those of a run. */
    public static void add(Object from, int at, Run to, int n) {
        if (from instanceof float[] s && to.data instanceof float[] d) {
            for (int i = 0; i < n; i++) {
                d[to.at + i * to.step] += s[at + i];
            }
        } else if (from instanceof double[] s && to.data instanceof double[] d) {
            for (int i = 0; i < n; i++) {
                d[to.at + i * to.step] += s[at + i];
            }
        } else {
            throw new IllegalArgumentException("elements that are not added");
        }
    }

    /** Sets a run of an array of {@code float} or {@code double}. */
    public static void fill(Object array, int from, int to, double value) {
        if (array instanceof float[] f) {
            Arrays.fill(f, from, to, (float) value);
        } else if (array instanceof double[] d) {
            Arrays.fill(d, from, to, value);
        } else {
            throw new IllegalArgumentException("elements that are not real");
        }
    }
}
