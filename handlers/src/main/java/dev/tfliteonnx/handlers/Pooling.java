package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Pooling over {@code x [N,H,W,C]}. */
final class Pooling {
    private static final float NUDGE = 0x1p-20f;

    private Pooling() {}

    /**
     * The mean of the window's cells inside the image.
     *
     * <p>Source: {@code kernels/pooling.cc}; ONNX AveragePool-11 with count_include_pad 0, or GlobalAveragePool-1 where
     * one window is the whole image.
     */
    static List<Value> averagePool2d(TflOp op, Onnx onnx) {
        boolean whole = op.shape(0).isFixed(1)
                && op.shape(0).isFixed(2)
                && op.size(0, 1) == op.option(Tfl.FILTER_HEIGHT)
                && op.size(0, 2) == op.option(Tfl.FILTER_WIDTH)
                && op.option(Tfl.PADDING) == Padding.VALID;
        Value mean = Layout.nchw(
                onnx, op.in(0), x -> whole ? onnx.op("GlobalAveragePool", x) : slid(op, onnx, "AveragePool", x));
        return List.of(hasHalves(op) ? rounded(op, onnx, mean) : mean);
    }

    /** Whether means of stored integers can lie in the middle between two of them. */
    private static boolean hasHalves(TflOp op) {
        long cells = op.option(Tfl.FILTER_HEIGHT) * op.option(Tfl.FILTER_WIDTH);
        return cells % 2 == 0
                && op.quant(0).isPresent()
                && op.out().quant().filter(QuantParams::isPerTensor).isPresent()
                && op.out().type().bits() == 8
                && op.option(Tfl.FUSED_ACTIVATION_FUNCTION) == Activation.NONE;
    }

    /**
     * TFLite's kernel rounds halves of the stored integers away from 0, QuantizeLinear to even. A scale that is off by a
     * millionth lets the most of them go where they go in TFLite: of int8 towards a zero point that is far from 0, of others
     * away from it.
     */
    private static Value rounded(TflOp op, Onnx onnx, Value mean) {
        QuantParams own = op.out().quant().orElseThrow();
        boolean inwards = op.out().type() == DataType.INT8 && Math.abs(own.zeroPoint()) >= 64;
        float scale = own.scale() * (inwards ? 1 + NUDGE : 1 - NUDGE);
        return Quantization.quantize(onnx, mean, op.out().type(), QuantParams.perTensor(scale, own.zeroPoint()));
    }

    /**
     * The greatest of the window's cells inside the image.
     *
     * <p>Source: {@code kernels/pooling.cc}; ONNX MaxPool-12, whose padding never wins.
     */
    static List<Value> maxPool2d(TflOp op, Onnx onnx) {
        return List.of(Layout.nchw(onnx, op.in(0), x -> slid(op, onnx, "MaxPool", x)));
    }

    /**
     * The root of the mean of the squares of the window's cells inside the image.
     *
     * <p>Source: {@code kernels/pooling.cc}; ONNX LpPool sums instead.
     */
    static List<Value> l2Pool2d(TflOp op, Onnx onnx) {
        return List.of(
                Layout.nchw(onnx, op.in(0), x -> onnx.op("Sqrt", slid(op, onnx, "AveragePool", onnx.mul(x, x)))));
    }

    /** An ONNX operator with the window slid over {@code x [N,C,H,W]}. */
    static Value slid(TflOp op, Onnx onnx, String name, Value x) {
        Windows.View view = Windows.view(onnx, x, window(op));
        return onnx.op(name, view.window(), view.x());
    }

    /** How the window slides over the image. */
    static Attributes window(TflOp op) {
        Shape input = op.shape(0);
        return Windows.attributes(
                op.option(Tfl.PADDING),
                input,
                1,
                new long[] {op.option(Tfl.FILTER_HEIGHT), op.option(Tfl.FILTER_WIDTH)},
                new long[] {op.option(Tfl.STRIDE_H), op.option(Tfl.STRIDE_W)},
                new long[] {1, 1});
    }
}
