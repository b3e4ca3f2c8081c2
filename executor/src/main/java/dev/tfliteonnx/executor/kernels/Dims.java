package dev.tfliteonnx.executor.kernels;

import java.util.Arrays;

/** Arithmetic on extents and strides, outermost axis first. */
public final class Dims {
    private Dims() {}

    /** The number of elements. */
    public static int count(int... dims) {
        return count(dims, 0, dims.length);
    }

    /** The product of the extents of axes {@code from} (inclusive) to {@code to} (exclusive). */
    public static int count(int[] dims, int from, int to) {
        int n = 1;
        for (int i = from; i < to; i++) {
            n = Math.multiplyExact(n, dims[i]);
        }
        return n;
    }

    /** How far elements that follow each other on an axis are apart. */
    public static int[] strides(int[] dims) {
        int[] strides = new int[dims.length];
        int step = 1;
        for (int i = dims.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= Math.max(1, dims[i]);
        }
        return strides;
    }

    /** An axis that may be counted from the end. */
    public static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException("axis " + axis + " of a tensor of rank " + rank);
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** Axes that may be counted from the end. */
    public static int[] axes(long[] axes, int rank) {
        return Arrays.stream(axes).mapToInt(a -> axis(a, rank)).toArray();
    }

    /** 0, 1, … {@code n} − 1. */
    public static int[] range(int n) {
        int[] range = new int[n];
        Arrays.setAll(range, i -> i);
        return range;
    }

    /** Extents as the 32-bit numbers that arrays are measured in. */
    public static int[] of(long... sizes) {
        return Arrays.stream(sizes).mapToInt(Math::toIntExact).toArray();
    }

    /** The extents of an elementwise result of operands aligned at the last axis. */
    public static int[] broadcast(int[] a, int[] b) {
        int rank = Math.max(a.length, b.length);
        int[] out = new int[rank];
        for (int i = 0; i < rank; i++) {
            int x = i < rank - a.length ? 1 : a[i - rank + a.length];
            int y = i < rank - b.length ? 1 : b[i - rank + b.length];
            if (x != y && x != 1 && y != 1) {
                throw new IllegalArgumentException(
                        "cannot broadcast " + Arrays.toString(a) + " with " + Arrays.toString(b));
            }
            out[i] = x == 1 ? y : x;
        }
        return out;
    }

    /** The strides to read a tensor of {@code dims} as if it had the extents {@code out}: 0 where it repeats. */
    public static int[] stretched(int[] dims, int[] out) {
        int[] strides = strides(dims);
        int[] stretched = new int[out.length];
        for (int i = 0; i < dims.length; i++) {
            int at = i + out.length - dims.length;
            if (dims[i] != out[at] && dims[i] != 1) {
                throw new IllegalArgumentException(
                        "cannot stretch " + Arrays.toString(dims) + " to " + Arrays.toString(out));
            }
            stretched[at] = dims[i] == 1 ? 0 : strides[i];
        }
        return stretched;
    }

    /** These extents with another one on an axis. */
    public static int[] with(int[] dims, int axis, int size) {
        int[] out = dims.clone();
        out[axis] = size;
        return out;
    }

    /** These extents without some axes. */
    public static int[] without(int[] dims, int... axes) {
        boolean[] gone = new boolean[dims.length];
        for (int a : axes) {
            gone[a] = true;
        }
        int[] out = new int[dims.length];
        int n = 0;
        for (int i = 0; i < dims.length; i++) {
            if (!gone[i]) {
                out[n++] = dims[i];
            }
        }
        return Arrays.copyOf(out, n);
    }

    /** One after the other. */
    public static int[] concat(int[] a, int... b) {
        int[] out = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, out, a.length, b.length);
        return out;
    }

    /** Axes {@code from} (inclusive) to {@code to} (exclusive). */
    public static int[] slice(int[] dims, int from, int to) {
        return Arrays.copyOfRange(dims, from, to);
    }
}
