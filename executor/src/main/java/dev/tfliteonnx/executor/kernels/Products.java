package dev.tfliteonnx.executor.kernels;

import java.util.Arrays;

/** Matrix products on the Java arrays beneath tensors. Floats are accumulated as floats, whole numbers exactly. */
final class Products {
    private Products() {}

    /**
     * The product of {@code a} [m, k] and {@code b} [k, n], row by row, as an array like them of m·n elements.
     *
     * @param a {@code float[]}, {@code double[]} or {@code long[]}
     * @param b the same
     */
    static Object multiply(Object a, Object b, int m, int k, int n) {
        Object out = like(a, m * n);
        multiplyInto(a, b, out, new int[] {m, k, n});
        return out;
    }

    /**
     * As {@link #multiply} into the first elements of {@code out}.
     *
     * @param mkn m, k and n
     */
    static void multiplyInto(Object a, Object b, Object out, int[] mkn) {
        if (a instanceof float[] x && b instanceof float[] y && out instanceof float[] z) {
            floats(x, y, z, mkn);
        } else if (a instanceof double[] x && b instanceof double[] y && out instanceof double[] z) {
            doubles(x, y, z, mkn);
        } else if (a instanceof long[] x && b instanceof long[] y && out instanceof long[] z) {
            longs(x, y, z, mkn);
        } else {
            throw new IllegalArgumentException("factors of different types");
        }
    }

    /** A new array of the same primitive type, all zeros. */
    static Object like(Object data, int length) {
        return data instanceof float[]
                ? new float[length]
                : data instanceof double[] ? new double[length] : new long[length];
    }

    /** A copy of a run of an array that products are computed in. */
    static Object slice(Object data, int from, int length) {
        Object out = like(data, length);
        System.arraycopy(data, from, out, 0, length);
        return out;
    }

    private static void floats(float[] a, float[] b, float[] out, int[] mkn) {
        int n = mkn[2];
        PanelProduct product = new PanelProduct(
                new PanelProduct.Factors(a, 0, mkn[0], mkn[1], new float[0]),
                (row, column, into) -> System.arraycopy(b, row * n + column, into, 0, into.length),
                (row, column, sums) -> System.arraycopy(sums, 0, out, row * n + column, sums.length));
        product.run(n);
    }

    private static void doubles(double[] a, double[] b, double[] out, int[] mkn) {
        int k = mkn[1];
        int n = mkn[2];
        Arrays.fill(out, 0, mkn[0] * n, 0);
        for (int i = 0; i < mkn[0]; i++) {
            for (int p = 0; p < k; p++) {
                double f = a[i * k + p];
                for (int j = 0; j < n; j++) {
                    out[i * n + j] += f * b[p * n + j];
                }
            }
        }
    }

    private static void longs(long[] a, long[] b, long[] out, int[] mkn) {
        int k = mkn[1];
        int n = mkn[2];
        Arrays.fill(out, 0, mkn[0] * n, 0);
        for (int i = 0; i < mkn[0]; i++) {
            for (int p = 0; p < k; p++) {
                long f = a[i * k + p];
                for (int j = 0; j < n; j++) {
                    out[i * n + j] += f * b[p * n + j];
                }
            }
        }
    }

    /** Elements in a form that products are computed in: float, double, or long for whole numbers. */
    static Object factor(Array a) {
        return switch (Lane.of(a.type())) {
            case FLOAT -> a.floats();
            case DOUBLE -> a.doubles();
            case BYTE, SHORT, INT, LONG -> a.longs();
            case STRING -> throw new IllegalArgumentException("a product of strings");
        };
    }

    /** The elements of a type from the form that products are computed in. */
    static Array result(Array like, int[] dims, Object data) {
        if (data instanceof float[] f) {
            return Array.ofFloats(like.type(), dims, f);
        }
        if (data instanceof double[] d) {
            return Array.ofDoubles(like.type(), dims, d);
        }
        return Array.ofLongs(like.type(), dims, (long[]) data);
    }
}
