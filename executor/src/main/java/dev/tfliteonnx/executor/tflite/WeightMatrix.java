package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Moves;

/**
 * A matrix {@code [O,I]} that float vectors are multiplied by: of floats, of integers beside which the vectors are
 * rounded, or a diagonal of floats. Source: {@code MatrixBatchVectorMultiplyAccumulate} in {@code
 * kernels/internal/reference/portable_tensor_utils.cc}.
 */
interface WeightMatrix {
    /** Adds the product with each of the vectors of {@code x} to those of {@code y}. */
    void addProducts(float[] x, float[] y);

    /** The matrix that is an operand; whether rounding is symmetric is an option where it happens. */
    static WeightMatrix of(TfliteCall call, int operand, boolean asymmetric) {
        Array w = call.in(operand);
        if (w.rank() == 1) {
            return new Diagonal(w.floats());
        }
        if (w.type().isFloat()) {
            return new Floats(Moves.transposed(w, 1, 0).floats(), w.dim(0), w.dim(1));
        }
        return new Rounded(Integers.signed(w), call.quant(operand).scale(0), w.dim(1), asymmetric);
    }

    /**
     * Floats.
     *
     * @param columns the elements {@code [I,O]}
     * @param outs rows of the matrix
     * @param ins its columns
     */
    record Floats(float[] columns, int outs, int ins) implements WeightMatrix {
        @Override
        public void addProducts(float[] x, float[] y) {
            for (int i = 0; i < x.length; i++) {
                float v = x[i];
                int to = i / ins * outs;
                int at = i % ins * outs;
                for (int o = 0; o < outs; o++) {
                    y[to + o] += v * columns[at + o];
                }
            }
        }
    }

    /**
     * Integers of one scale.
     *
     * @param rows the elements {@code [O,I]}
     * @param scale what 1 stands for
     * @param ins columns of the matrix
     * @param asymmetric whether vectors are rounded so
     */
    record Rounded(int[] rows, float scale, int ins, boolean asymmetric) implements WeightMatrix {
        @Override
        public void addProducts(float[] x, float[] y) {
            RoundedRows rounded = RoundedRows.of(x, x.length / ins, asymmetric);
            int[] v = rounded.centered();
            int outs = rows.length / ins;
            for (int i = 0; i < y.length; i++) {
                int sum = 0;
                for (int k = 0; k < ins; k++) {
                    sum += v[i / outs * ins + k] * rows[i % outs * ins + k];
                }
                y[i] += sum * (rounded.scales()[i / outs] * scale);
            }
        }
    }

    /**
     * Floats on a diagonal, zeros elsewhere.
     *
     * @param factors the floats
     */
    record Diagonal(float[] factors) implements WeightMatrix {
        @Override
        public void addProducts(float[] x, float[] y) {
            for (int i = 0; i < x.length; i++) {
                y[i] += x[i] * factors[i % factors.length];
            }
        }
    }
}
