package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Operators that divide by a norm along the last axis. */
final class Normalizations {
    /** The least norm that is divided by. */
    private static final double LEAST = 1e-6;

    private Normalizations() {}

    /**
     * {@code x / max(‖x‖₂, 10⁻⁶)} along the last axis.
     *
     * <p>Source: {@code kernels/l2norm.cc}, which passes the fused activation over; ONNX ReduceSum-13, Sqrt-13, Div-14,
     * since LpNormalization divides by 0. The uint8 kernel rounds twice: one in a hundred of its results is one step
     * further from zero.
     */
    static List<Value> l2Normalization(TflOp op, Onnx onnx) {
        Value x = op.in(0);
        Value sum = onnx.reduce("ReduceSum", onnx.mul(x, x), true, op.rank(0) - 1);
        Value norm = onnx.op("Max", onnx.op("Sqrt", sum), onnx.scalarLike(x, LEAST));
        return List.of(onnx.div(x, norm));
    }

    /**
     * {@code x / (bias + alpha · Σ x²)^beta}, the sum over the channels at most {@code radius} away; {@code x [N,H,W,C]}.
     *
     * <p>Source: {@code kernels/local_response_norm.cc}; ONNX LRN-13, which divides alpha by its window. The optimized
     * kernel is followed; the reference kernel leaves out the last channel of each window. Without alpha or beta, which
     * ONNX Runtime's LRN needs to be positive, all elements are divided by the same number.
     */
    static List<Value> localResponseNormalization(TflOp op, Onnx onnx) {
        long size = 2 * op.option(Tfl.RADIUS) + 1;
        float alpha = op.option(Tfl.ALPHA);
        float beta = op.option(Tfl.BETA);
        float bias = op.option(Tfl.BIAS);
        if (alpha == 0 || beta == 0) {
            return List.of(onnx.mul(op.in(0), onnx.scalarLike(op.in(0), Math.pow(bias, -beta))));
        }
        if (alpha < 0 || beta < 0) {
            throw op.refuse(
                    DiagnosticCode.UNSUPPORTED_OPTION,
                    "alpha is " + alpha + " and beta is " + beta + "; ONNX Runtime's LRN takes no negative ones",
                    "");
        }
        Attributes attributes = Attributes.of(OnnxOps.SIZE, size)
                .with(OnnxOps.ALPHA, alpha * size)
                .with(OnnxOps.BETA, beta)
                .with(OnnxOps.BIAS, bias);
        return List.of(Layout.nchw(onnx, op.in(0), x -> onnx.op("LRN", attributes, x)));
    }
}
