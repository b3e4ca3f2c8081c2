package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.executor.kernels.KernelTable.Rows;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Operators of {@code com.microsoft} that do with floats what several of ONNX do: activations, normalizations and products
 * of matrices. Source: the operator pages of ONNX Runtime's contrib domain, version 1.
 */
final class ContribFusions {
    private static final Key<Long> TRANS_BATCH_A = Key.ofInt("transBatchA");
    private static final Key<Long> TRANS_BATCH_B = Key.ofInt("transBatchB");
    private static final Key<Long> BITS = Key.ofInt("bits");
    private static final Key<Long> ROWS = Key.ofInt("K");
    private static final Key<Long> COLUMNS = Key.ofInt("N");

    private ContribFusions() {}

    static void rows(Rows rows) {
        rows.contrib("Gelu", Activations::gelu)
                .contrib("BiasGelu", ContribFusions::biasGelu)
                .contrib("FastGelu", ContribFusions::fastGelu)
                .contrib("QuickGelu", ContribFusions::quickGelu)
                .contrib("SkipLayerNormalization", ContribFusions::skipLayer)
                .contrib("FusedMatMul", ContribFusions::fusedMatMul)
                .contrib("MatMulNBits", ContribFusions::blockedMatMul)
                .contrib("DynamicQuantizeMatMul", ContribFusions::dynamicMatMul)
                .one("SimplifiedLayerNormalization", Normalizations::rootMeanSquare);
    }

    private static Array sum(Array x, Optional<Array> y) {
        return y.map(v -> Elementwise.map(x, v, Double::sum, Long::sum)).orElse(x);
    }

    private static Array biasGelu(Call call) {
        return Activations.gelu(call.on(List.of(Optional.of(sum(call.in(0), call.optional(1))))));
    }

    /** FastGelu: the approximation by tanh. */
    private static Array fastGelu(Call call) {
        double c = Math.sqrt(2 / Math.PI);
        return Elementwise.map(
                sum(call.in(0), call.optional(1)), x -> 0.5 * x * (1 + Math.tanh(c * (x + 0.044715 * x * x * x))));
    }

    /** QuickGelu: x·sigmoid(alpha·x). */
    private static Array quickGelu(Call call) {
        float alpha = call.option(OnnxOps.ALPHA, 1.702f);
        return Elementwise.map(call.in(0), x -> x * Activations.sigmoid(alpha * x));
    }

    /** SkipLayerNormalization: of x + skip + bias along the last axis. */
    private static Array skipLayer(Call call) {
        Array x = sum(sum(call.in(0), call.optional(1)), call.optional(4));
        return Normalizations.layer(call.on(List.of(Optional.of(x), call.optional(2), call.optional(3))))
                .get(0);
    }

    /** FusedMatMul: alpha·A'·B', each transposed before if asked. */
    private static Array fusedMatMul(Call call) {
        Array a = turned(call.in(0), call.flag(TRANS_BATCH_A), call.flag(OnnxOps.TRANS_A));
        Array b = turned(call.in(1), call.flag(TRANS_BATCH_B), call.flag(OnnxOps.TRANS_B));
        float alpha = call.option(OnnxOps.ALPHA, 1f);
        return Elementwise.map(MatrixOps.matMul(a, b), x -> alpha * x);
    }

    /** The first axis comes behind the other outer ones, then the last two change places. */
    private static Array turned(Array x, boolean batch, boolean transposed) {
        int rank = x.rank();
        if (rank < 2) {
            return x;
        }
        int[] perm = new int[rank];
        for (int i = 0; i < rank; i++) {
            perm[i] = batch && i < rank - 1 ? (i + 1) % (rank - 1) : i;
        }
        if (transposed) {
            int last = perm[rank - 1];
            perm[rank - 1] = perm[rank - 2];
            perm[rank - 2] = last;
        }
        return Moves.transposed(x, perm);
    }

    /** MatMulNBits: the weights lie column by column in blocks of rows, each with its scale and zero point. */
    private static Array blockedMatMul(Call call) {
        int bits = call.option(BITS, 4);
        int rows = call.option(ROWS, 1);
        int columns = call.option(COLUMNS, 1);
        int block = call.option(OnnxOps.BLOCK_SIZE, 32);
        int blocks = (rows + block - 1) / block;
        double[] packed = call.in(1).doubles();
        double[] zeros = call.optional(3).map(Array::doubles).orElse(new double[0]);
        double[] scales = call.in(2).doubles();
        int width = (blocks * bits + 7) / 8 * 8 / bits;
        float[] w = new float[rows * columns];
        for (int c = 0; c < columns; c++) {
            for (int r = 0; r < rows; r++) {
                int b = c * blocks + r / block;
                int at = c * width + r / block;
                long zero = zeros.length == 0 ? 1L << (bits - 1) : element(zeros, at, bits);
                w[r * columns + c] = (float) ((element(packed, b * block + r % block, bits) - zero) * scales[b]);
            }
        }
        Array y = MatrixOps.matMul(call.in(0), Array.ofFloats(DataType.FLOAT32, new int[] {rows, columns}, w));
        return sum(y, call.optional(5));
    }

    /** An element of few bits among bytes, the first in the lowest bits. */
    private static long element(double[] packed, int i, int bits) {
        long whole = (long) packed[(int) ((long) i * bits / 8)];
        return whole >> (long) i * bits % 8 & (1L << bits) - 1;
    }

    /** DynamicQuantizeMatMul: DynamicQuantizeLinear of x, then the product with integer weights as floats. */
    private static Array dynamicMatMul(Call call) {
        List<Array> quantized = Quantization.dynamic(call.on(List.of(Optional.of(call.in(0)))));
        List<Optional<Array>> inputs = new ArrayList<>();
        inputs.add(Optional.of(quantized.get(0)));
        inputs.add(call.optional(1));
        inputs.add(Optional.of(quantized.get(1)));
        inputs.add(call.optional(2));
        inputs.add(Optional.of(quantized.get(2)));
        inputs.add(call.optional(3));
        inputs.add(call.optional(4));
        return ContribKernels.matMulIntegerToFloat(call.on(inputs));
    }
}
