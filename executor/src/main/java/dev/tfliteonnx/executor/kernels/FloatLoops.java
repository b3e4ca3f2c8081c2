package dev.tfliteonnx.executor.kernels;

import java.util.Arrays;

/**
 * Functions of single precision elements as loops of their own, which the compiler makes vector instructions of; for
 * functions that take less time than a call for every element.
 */
final class FloatLoops {
    /** How many elements of two operands are brought side by side at a time. */
    private static final int CHUNK = 1024;

    /** A function of one element, applied to as many as {@code out} has. */
    @FunctionalInterface
    interface Map {
        void apply(float[] in, float[] out);
    }

    /** A function of two elements, applied to the first {@code n}; results take the place of the left operands. */
    @FunctionalInterface
    interface Pairs {
        void apply(float[] left, float[] right, int n);
    }

    static final Map RELU = (in, out) -> {
        for (int i = 0; i < out.length; i++) {
            out[i] = Math.max(in[i], 0);
        }
    };

    static final Pairs ADD = (a, b, n) -> {
        for (int i = 0; i < n; i++) {
            a[i] += b[i];
        }
    };

    static final Pairs SUB = (a, b, n) -> {
        for (int i = 0; i < n; i++) {
            a[i] -= b[i];
        }
    };

    static final Pairs MUL = (a, b, n) -> {
        for (int i = 0; i < n; i++) {
            a[i] *= b[i];
        }
    };

    static final Pairs DIV = (a, b, n) -> {
        for (int i = 0; i < n; i++) {
            a[i] /= b[i];
        }
    };

    static final Pairs MIN = (a, b, n) -> {
        for (int i = 0; i < n; i++) {
            a[i] = Math.min(a[i], b[i]);
        }
    };

    static final Pairs MAX = (a, b, n) -> {
        for (int i = 0; i < n; i++) {
            a[i] = Math.max(a[i], b[i]);
        }
    };

    private FloatLoops() {}

    /** Kept within two bounds; the upper one if they cross. */
    static Map clip(float min, float max) {
        return (in, out) -> {
            for (int i = 0; i < out.length; i++) {
                out[i] = Math.min(Math.max(in[i], min), max);
            }
        };
    }

    /** A function of every element of an array that is held as floats. */
    static Array map(Array a, Map loop) {
        float[] out = new float[a.size()];
        loop.apply(a.floats(), out);
        return Array.ofFloats(a.type(), a.dims(), out);
    }

    /** A function of the elements of two arrays that are held as floats, stretched to each other. */
    static Array map(Array a, Array b, Pairs loop) {
        int[] dims = Dims.broadcast(a.dims(), b.dims());
        float[] x = a.floats();
        float[] y = b.floats();
        float[] out = new float[Dims.count(dims)];
        float[] left = new float[Math.min(CHUNK, out.length)];
        float[] right = new float[left.length];
        Walk w = new Walk(dims, Dims.stretched(a.dims(), dims), Dims.stretched(b.dims(), dims));
        for (; w.valid(); w.next()) {
            for (int at = 0; at < w.length(); at += CHUNK) {
                int n = Math.min(CHUNK, w.length() - at);
                gather(x, w.offset(0) + at * w.stride(0), w.stride(0), left, n);
                gather(y, w.offset(1) + at * w.stride(1), w.stride(1), right, n);
                loop.apply(left, right, n);
                System.arraycopy(left, 0, out, w.position() + at, n);
            }
        }
        return Array.ofFloats(a.type(), dims, out);
    }

    private static void gather(float[] from, int at, int step, float[] to, int n) {
        if (step == 0) {
            Arrays.fill(to, 0, n, from[at]);
        } else {
            Lane.copy(new Lane.Run(from, at, step), to, 0, n);
        }
    }
}
