package dev.tfliteonnx.executor.kernels;

import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The product of a matrix of factors [m, k] and one that is given row by row [k, n], in single precision. It is computed
 * in panels of columns whose parts stay in the caches of a processor, and a panel in blocks of rows that are added up
 * four at a time; large products on all processors. The order of additions does not depend on their number.
 */
final class PanelProduct {
    /** Columns that are computed together. */
    private static final int PANEL = 512;

    /** Columns that vectors do not pay for. */
    private static final int NARROW = 8;

    /** Rows that are held at a time. */
    private static final int BLOCK = 64;

    /** Rows of the result that are held at a time. */
    private static final int SLICE = 128;

    /** Products of fewer multiplications are not worth several threads. */
    private static final int PARALLEL = 1 << 19;

    /** Parts that a large product is cut into at least, if it has as many. */
    private static final int PARTS = 8;

    /** What is multiplied. */
    interface Rows {
        /** Copies as many elements of a row as {@code into} has, from a column on. */
        void read(int row, int column, float[] into);
    }

    /** Where the product goes. */
    interface Results {
        /** Takes elements of a row of the product from a column on; they are only valid during the call. */
        void write(int row, int column, float[] elements);
    }

    /**
     * The left matrix.
     *
     * @param data its elements row by row
     * @param at where they start
     * @param m its rows
     * @param k its columns
     * @param start what every row of the product starts with; empty for 0
     */
    record Factors(float[] data, int at, int m, int k, float[] start) {
        /** How many multiplications there are for so many columns. */
        long work(int n) {
            return (long) m * k * n;
        }
    }

    private final Factors factors;
    private final Rows rows;
    private final Results results;

    PanelProduct(Factors factors, Rows rows, Results results) {
        this.factors = factors;
        this.rows = rows;
        this.results = results;
    }

    /** Computes all of it, {@code n} columns, on all processors if it is large. */
    void run(int n) {
        boolean isLarge = factors.work(n) > PARALLEL;
        int panels = (n + PANEL - 1) / PANEL;
        int slices = Math.max(1, (factors.m + SLICE - 1) / SLICE);
        if (isLarge && panels * slices < PARTS) {
            slices = Math.max(slices, Math.min(factors.m / 4, PARTS / panels));
        }
        int height = (factors.m + slices - 1) / slices;
        int cuts = slices;
        each(isLarge, panels * slices, part -> {
            int first = part % cuts * height;
            panel(part / cuts * PANEL, Math.min(PANEL, n - part / cuts * PANEL), first, height);
        });
    }

    /** Computes all of it in this thread. */
    void runHere(int n) {
        for (int column = 0; column < n; column += PANEL) {
            for (int first = 0; first < factors.m; first += SLICE) {
                panel(column, Math.min(PANEL, n - column), first, SLICE);
            }
        }
    }

    /** Does something for 0, 1, … {@code n} − 1, on all processors if {@code parallel}. */
    static void each(boolean parallel, int n, IntConsumer action) {
        IntStream range = IntStream.range(0, n);
        (parallel && n > 1 ? range.parallel() : range).forEach(action);
    }

    private void panel(int column, int width, int first, int most) {
        int height = Math.min(most, factors.m - first);
        if (height <= 0) {
            return;
        }
        if (width <= NARROW) {
            narrow(column, width, first, height);
            return;
        }
        float[][] sums = new float[height][width];
        if (factors.start.length > 0) {
            for (int i = 0; i < height; i++) {
                Arrays.fill(sums[i], factors.start[first + i]);
            }
        }
        float[][] block = new float[Math.min(BLOCK, factors.k)][width];
        for (int p = 0; p < factors.k; p += BLOCK) {
            int count = Math.min(BLOCK, factors.k - p);
            for (int i = 0; i < count; i++) {
                rows.read(p + i, column, block[i]);
            }
            for (int i = 0; i < height; i++) {
                add(factors.data, factors.at + (first + i) * factors.k + p, block, count, sums[i]);
            }
        }
        for (int i = 0; i < height; i++) {
            results.write(first + i, column, sums[i]);
        }
    }

    /** Columns too few for vectors: products of the rows on the left with each. */
    private void narrow(int column, int width, int first, int height) {
        float[] elements = new float[width];
        float[][] columns = new float[width][factors.k];
        for (int p = 0; p < factors.k; p++) {
            rows.read(p, column, elements);
            for (int j = 0; j < width; j++) {
                columns[j][p] = elements[j];
            }
        }
        for (int i = first; i < first + height; i++) {
            float start = factors.start.length > 0 ? factors.start[i] : 0;
            for (int j = 0; j < width; j++) {
                elements[j] = start + dot(factors.data, factors.at + i * factors.k, columns[j]);
            }
            results.write(i, column, elements);
        }
    }

    /** Adds rows, each times the factor at its place from {@code at} on. */
    static void add(float[] factors, int at, float[][] rows, int count, float[] sum) {
        int p = 0;
        for (; p + 4 <= count; p += 4) {
            addFour(factors, at + p, rows, p, sum);
        }
        for (; p < count; p++) {
            addOne(factors[at + p], rows[p], sum);
        }
    }

    private static void addOne(float factor, float[] row, float[] sum) {
        for (int j = 0; j < sum.length; j++) {
            sum[j] += factor * row[j];
        }
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

    /** The sum of the products of elements from a place on with those of {@code b}, in four parts. */
    private static float dot(float[] a, int at, float[] b) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int n = b.length;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += a[at + i] * b[i];
            s1 += a[at + i + 1] * b[i + 1];
            s2 += a[at + i + 2] * b[i + 2];
            s3 += a[at + i + 3] * b[i + 3];
        }
        for (; i < n; i++) {
            s0 += a[at + i] * b[i];
        }
        return s0 + s1 + (s2 + s3);
    }
}
