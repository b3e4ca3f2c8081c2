package dev.tfliteonnx.executor.kernels;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Matrix products on the Java arrays beneath tensors. Floats are accumulated as floats, whole numbers exactly. */
final class Products {
    /** Columns that are computed together: their rows stay in the cache of a processor. */
    private static final int PANEL = 512;

    /** Products of fewer multiplications are not worth several threads. */
    private static final int PARALLEL = 1 << 20;

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

    /** Panels of columns, each by itself; the order of additions does not depend on the number of threads. */
    private static void floats(float[] a, float[] b, float[] out, int[] mkn) {
        int n = mkn[2];
        IntStream panels = IntStream.range(0, (n + PANEL - 1) / PANEL);
        boolean isLarge = (long) mkn[0] * mkn[1] * n > PARALLEL;
        (isLarge ? panels.parallel() : panels).forEach(panel -> {
            int from = panel * PANEL;
            int width = Math.min(PANEL, n - from);
            float[][] rows = new float[mkn[1]][];
            Arrays.setAll(rows, p -> Arrays.copyOfRange(b, p * n + from, p * n + from + width));
            IntStream results = IntStream.range(0, mkn[0]);
            (isLarge && n <= PANEL ? results.parallel() : results)
                    .forEach(i -> System.arraycopy(weighted(a, i * mkn[1], rows, width), 0, out, i * n + from, width));
        });
    }

    /** The sum of rows, each times the factor at its place from {@code at} on. */
    private static float[] weighted(float[] factors, int at, float[][] rows, int width) {
        float[] sum = new float[width];
        int p = 0;
        for (; p + 4 <= rows.length; p += 4) {
            addFour(factors, at + p, rows, p, sum);
        }
        for (; p < rows.length; p++) {
            float f = factors[at + p];
            float[] row = rows[p];
            for (int j = 0; j < sum.length; j++) {
                sum[j] += f * row[j];
            }
        }
        return sum;
    }

    /** Four rows, held in arrays of their own under one index: the compiler makes vector instructions of it. */
    private static void addFour(float[] factors, int at, float[][] rows, int p, float[] sum) {
        float f0 = factors[at];
        float f1 = factors[at + 1];
        float f2 = factors[at + 2];
        float f3 = factors[at + 3];
        float[] a = rows[p];
        float[] b = rows[p + 1];
        float[] c = rows[p + 2];
        float[] d = rows[p + 3];
        for (int j = 0; j < sum.length; j++) {
            sum[j] += f0 * a[j] + f1 * b[j] + f2 * c[j] + f3 * d[j];
        }
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
