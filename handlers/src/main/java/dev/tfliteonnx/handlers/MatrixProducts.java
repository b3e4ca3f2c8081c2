package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import dev.tfliteonnx.tfl.WeightsFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Matrix products. */
final class MatrixProducts {
    private MatrixProducts() {}

    /**
     * {@code x [...,I]}, weights {@code [O,I]}, bias {@code [O]} → {@code [n,O]}, or {@code [...,O]} with
     * {@code keep_num_dims}.
     *
     * <p>Source: {@code kernels/fully_connected.cc}; ONNX Gemm-13 with transB. Without {@code keep_num_dims} the input is
     * flattened to rows of I, whatever its rank.
     */
    static List<Value> fullyConnected(TflOp op, Onnx onnx) {
        if (op.rank(1) != 2) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "its weights are " + op.shape(1) + ", not of rank 2", "");
        }
        long in = op.size(1, 1);
        Shape x = op.shape(0);
        Value rows = x.rank() == 2 && x.dim(1).is(in) ? op.in(0) : rows(op, onnx, in);
        Value bias = Biases.of(op, onnx, 2, 0, 1);
        Value product = onnx.op("Gemm", Attributes.of(OnnxOps.TRANS_B, 1L), rows, weights(op, onnx), bias);
        Value y = FusedActivations.apply(op, onnx, op.option(Tfl.FUSED_ACTIVATION_FUNCTION), product);
        List<Value> results = new ArrayList<>();
        results.add(op.option(Tfl.KEEP_NUM_DIMS) && x.rank() != 2 ? unflatten(op, onnx, y, x) : y);
        for (int i = 1; i < op.node().outputs().size(); i++) {
            // the shuffled kernel's workspace
            results.add(onnx.constant(Tensor.splat(op.out(i).type(), op.out(i).shape(), 0)));
        }
        return results;
    }

    private static Value rows(TflOp op, Onnx onnx, long in) {
        Shape x = op.shape(0);
        long n = x.isStatic() && in != 0 ? x.elementCount() / in : -1;
        Value flat = onnx.reshape(op.in(0), n, in);
        return complete(onnx, flat, op.source(0).type(), op.quant(0));
    }

    private static Value unflatten(TflOp op, Onnx onnx, Value y, Shape x) {
        Optional<QuantParams> quant =
                op.computesInFloat() ? Optional.empty() : op.out().quant();
        Value stored = complete(onnx, y, op.out().type(), quant);
        long out = op.size(1, 0);
        if (x.isStatic()) {
            long[] sizes = x.sizes();
            sizes[sizes.length - 1] = out;
            return onnx.reshape(stored, sizes);
        }
        Value leading =
                onnx.slice(onnx.shapeOf(op.in(0)), new long[] {0}, new long[] {-1}, new long[] {0}, new long[] {1});
        return onnx.op("Reshape", stored, onnx.concat(0, leading, onnx.ints(out)));
    }

    /** Ends one quantized unit and begins the next, so that the reshape between them is one of its own. */
    private static Value complete(Onnx onnx, Value x, DataType type, Optional<QuantParams> quant) {
        return quant.isPresent() ? Quantization.roundTrip(onnx, x, type, quant.get()) : x;
    }

    private static Value weights(TflOp op, Onnx onnx) {
        if (op.option(Tfl.WEIGHTS_FORMAT) == WeightsFormat.DEFAULT) {
            return op.in(1);
        }
        Tensor shuffled = op.constant(1).orElseThrow(() -> op.notConstant(1));
        Tensor plain = Tensor.computed(
                DataType.UINT8, shuffled.shape(), shuffled.source() + ", unshuffled", () -> unshuffled(shuffled));
        QuantParams quant = op.source(1).quant().orElseThrow();
        return op.computesInFloat()
                ? onnx.constant(plain.dequantized(quant))
                : Quantization.dequantize(onnx, onnx.constant(op.source(1).name(), plain), quant);
    }

    /** Undoes SHUFFLED4x16INT8: tiles of 4 rows by 16 columns, sign bits flipped. */
    private static Bytes unshuffled(Tensor shuffled) {
        int rows = (int) shuffled.shape().size(0);
        int columns = (int) shuffled.shape().size(1);
        java.nio.ByteBuffer in = shuffled.load();
        byte[] out = new byte[rows * columns];
        for (int r = 0; r < rows; r += 4) {
            for (int c = 0; c < columns; c += 16) {
                for (int i = 0; i < 64; i++) {
                    out[(r + i / 16) * columns + c + i % 16] = (byte) (in.get() ^ 0x80);
                }
            }
        }
        return Bytes.of(out, "unshuffled");
    }

    /**
     * {@code x [...,M,K]} times {@code y [...,K,N]}, either transposed in its last two axes on request.
     *
     * <p>Source: {@code kernels/batch_matmul.cc}; ONNX MatMul-13.
     */
    static List<Value> batchMatmul(TflOp op, Onnx onnx) {
        Value x = op.option(Tfl.ADJ_X) ? op.in(0, lastTwoSwapped(op.rank(0))) : op.in(0);
        int[] perm = op.option(Tfl.ADJ_Y) ? lastTwoSwapped(op.rank(1)) : new int[0];
        Value y = Rescaling.weights(op, onnx, 0, 1, perm);
        return List.of(onnx.op("MatMul", x, y));
    }

    private static int[] lastTwoSwapped(int rank) {
        int[] perm = IntStream.range(0, rank).toArray();
        perm[rank - 1] = rank - 2;
        perm[rank - 2] = rank - 1;
        return perm;
    }
}
