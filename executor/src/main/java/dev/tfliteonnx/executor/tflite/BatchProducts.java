package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Products of stacks of matrices. */
final class BatchProducts {
    private BatchProducts() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("BATCH_MATMUL", BatchProducts::batchMatmul);
    }

    /**
     * BATCH_MATMUL: {@code [...,M,K]} and {@code [...,K,N]}, each transposed if so asked, the stacks stretched to each
     * other. Floats, floats rounded beside INT8, or stored integers, INT8 also to plain INT32. Source:
     * {@code kernels/batch_matmul.cc}, {@code reference/batch_matmul.h}.
     */
    static Array batchMatmul(TfliteCall call) {
        Array left = call.option(Tfl.ADJ_X) ? swapped(call.in(0)) : call.in(0);
        Array right = call.option(Tfl.ADJ_Y) ? swapped(call.in(1)) : call.in(1);
        int[] stack = Dims.broadcast(
                Dims.slice(left.dims(), 0, left.rank() - 2), Dims.slice(right.dims(), 0, right.rank() - 2));
        int[] dims = Dims.concat(stack, left.dim(-2), right.dim(-1));
        Stacks stacks = Stacks.of(left, right, !call.option(Tfl.ADJ_X));
        if (right.type().isFloat()) {
            return new Array(DataType.FLOAT32, dims, floats(stacks, left.floats(), right.floats()));
        }
        if (left.type().isFloat()) {
            return new Array(DataType.FLOAT32, dims, rounded(call, stacks, left, right));
        }
        boolean plain = call.outType() == DataType.INT32;
        int[] x = Integers.of(left, plain ? 0 : call.quant(0).zeroPoint());
        int[] w = Integers.of(right, plain ? 0 : call.quant(1).zeroPoint(0));
        int n = stacks.n;
        int[] y = new int[Dims.count(dims)];
        Finish finish = plain ? (sum, o) -> (int) sum : new Sums(call, n, 0, 2)::finish;
        stacks.rows(row -> {
            long[] acc = stacks.sums(x, w, row);
            for (int o = 0; o < n; o++) {
                y[row * n + o] = finish.finish(acc[o], o);
            }
        });
        return Integers.array(call.outType(), dims, y);
    }

    private interface Finish {
        int finish(long sum, int o);
    }

    private static Array swapped(Array a) {
        int[] perm = Dims.range(a.rank());
        perm[a.rank() - 2] = a.rank() - 1;
        perm[a.rank() - 1] = a.rank() - 2;
        return Moves.transposed(a, perm);
    }

    private static float[] floats(Stacks stacks, float[] x, float[] w) {
        int n = stacks.n;
        float[] y = new float[stacks.count() * n];
        stacks.rows(row -> {
            int from = stacks.left(row);
            int at = stacks.right(row);
            for (int k = 0; k < stacks.k; k++) {
                float v = x[from + k];
                for (int o = 0; o < n; o++) {
                    y[row * n + o] += v * w[at + k * n + o];
                }
            }
        });
        return y;
    }

    private static float[] rounded(TfliteCall call, Stacks stacks, Array left, Array right) {
        boolean asymmetric = call.option(Tfl.ASYMMETRIC_QUANTIZE_INPUTS);
        RoundedRows rows = RoundedRows.of(left.floats(), left.size() / stacks.k, asymmetric);
        int[] w = Integers.of(right, 0);
        int n = stacks.n;
        int[] columns = new int[w.length / stacks.k];
        for (int i = 0; i < w.length; i++) {
            columns[i / (stacks.k * n) * n + i % n] += w[i];
        }
        QuantParams quant = call.quant(1);
        float[] y = new float[stacks.count() * n];
        stacks.rows(row -> {
            long[] acc = stacks.sums(rows.values(), w, row);
            int scale = stacks.leftSteps(row) * stacks.m + row % stacks.m;
            int sums = stacks.rightSteps(row) * n;
            for (int o = 0; o < n; o++) {
                long sum = acc[o] - (long) columns[sums + o] * rows.zeros()[scale];
                y[row * n + o] = sum * (rows.scales()[scale] * quant.scale(quant.count() == 1 ? 0 : o));
            }
        });
        return y;
    }

    /**
     * Two stacks of matrices over three axes.
     *
     * @param dims the extents of both stacks stretched to each other
     * @param left how many matrices of the left stack lie between steps on each axis; 0 where it repeats
     * @param right the same of the right stack
     * @param m rows of a left matrix
     * @param k columns of a left and rows of a right matrix
     * @param n columns of a right matrix
     */
    private record Stacks(int[] dims, int[] left, int[] right, int m, int k, int n) {
        /**
         * If {@code folds}, the last axis of a left stack on which the right one repeats becomes rows of its matrices.
         */
        static Stacks of(Array left, Array right, boolean folds) {
            int[] a = left.dims();
            int[] b = right.dims();
            if (a[a.length - 1] != b[b.length - 2]) {
                throw new IllegalArgumentException(left + " times " + right);
            }
            int m = left.dim(-2);
            if (folds && a.length > 2 && b.length > 2 && right.dim(-3) == 1) {
                m *= left.dim(-3);
                a = Dims.without(a, a.length - 3);
                b = Dims.without(b, b.length - 3);
            }
            int[] x = stack(a);
            int[] w = stack(b);
            int[] dims = Dims.broadcast(x, w);
            return new Stacks(dims, Dims.stretched(x, dims), Dims.stretched(w, dims), m, left.dim(-1), right.dim(-1));
        }

        private static int[] stack(int[] dims) {
            if (dims.length > 5) {
                throw new IllegalArgumentException("matrices of " + dims.length + " axes");
            }
            int[] stack = {1, 1, 1};
            System.arraycopy(dims, 0, stack, 5 - dims.length, dims.length - 2);
            return stack;
        }

        /** The number of rows of all results. */
        int count() {
            return Dims.count(dims) * m;
        }

        /** Does something for the number of each row, on all cores. */
        void rows(IntConsumer action) {
            IntStream.range(0, count()).parallel().forEach(action);
        }

        /** Where a row of the left operand begins. */
        int left(int row) {
            return (matrix(row, left) * m + row % m) * k;
        }

        /** Where the right matrix of a row begins. */
        int right(int row) {
            return matrix(row, right) * k * n;
        }

        /**
         * The number by which the kernel finds the left matrix among scales: that of its steps on all axes together.
         */
        int leftSteps(int row) {
            return matrix(row, steps(left));
        }

        /** As {@link #leftSteps}, of the right matrix among sums of columns. */
        int rightSteps(int row) {
            return matrix(row, steps(right));
        }

        private static int[] steps(int[] strides) {
            return Arrays.stream(strides).map(s -> Math.min(s, 1)).toArray();
        }

        private int matrix(int row, int[] strides) {
            int at = row / m;
            return at / dims[2] / dims[1] * strides[0]
                    + at / dims[2] % dims[1] * strides[1]
                    + at % dims[2] * strides[2];
        }

        /** Sums of products of integers, for a row. */
        long[] sums(int[] x, int[] w, int row) {
            long[] acc = new long[n];
            int from = left(row);
            int at = right(row);
            for (int i = 0; i < k; i++) {
                int v = x[from + i];
                for (int o = 0; o < n; o++) {
                    acc[o] += v * w[at + i * n + o];
                }
            }
            return acc;
        }
    }
}
