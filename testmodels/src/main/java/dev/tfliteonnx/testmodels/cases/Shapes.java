package dev.tfliteonnx.testmodels.cases;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Arithmetic on extents. */
final class Shapes {
    private Shapes() {}

    /** Extents as part of the name of a case: {@code 2x3x4}, and {@code scalar} for none. */
    static String path(int... shape) {
        return shape.length == 0
                ? "scalar"
                : Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining("x"));
    }

    /** The extents of an elementwise operation on two operands. */
    static int[] broadcast(int[] a, int[] b) {
        int rank = Math.max(a.length, b.length);
        int[] out = new int[rank];
        for (int i = 0; i < rank; i++) {
            int x = i < rank - a.length ? 1 : a[i - (rank - a.length)];
            int y = i < rank - b.length ? 1 : b[i - (rank - b.length)];
            out[i] = x == 1 ? y : x;
        }
        return out;
    }

    /** A signature of as many extents, none of which is known. */
    static int[] open(int... shape) {
        int[] open = shape.clone();
        Arrays.fill(open, -1);
        return open;
    }

    /** The number of elements. */
    static int count(int... shape) {
        return Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    }

    /** The extents with another one on an axis. */
    static int[] with(int[] shape, int axis, int extent) {
        int[] out = shape.clone();
        out[axis] = extent;
        return out;
    }

    /** The extents without an axis. */
    static int[] without(int[] shape, int axis) {
        int[] out = new int[shape.length - 1];
        System.arraycopy(shape, 0, out, 0, axis);
        System.arraycopy(shape, axis + 1, out, axis, out.length - axis);
        return out;
    }

    /** The extents with one more at an axis. */
    static int[] inserted(int[] shape, int axis, int extent) {
        int[] out = new int[shape.length + 1];
        System.arraycopy(shape, 0, out, 0, axis);
        out[axis] = extent;
        System.arraycopy(shape, axis, out, axis + 1, shape.length - axis);
        return out;
    }
}
