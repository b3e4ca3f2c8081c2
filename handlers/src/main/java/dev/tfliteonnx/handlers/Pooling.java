package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Pooling over {@code x [N,H,W,C]}. */
final class Pooling {
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
        return List.of(Layout.nchw(
                onnx, op.in(0), x -> whole ? onnx.op("GlobalAveragePool", x) : onnx.op("AveragePool", window(op), x)));
    }

    /**
     * The greatest of the window's cells inside the image.
     *
     * <p>Source: {@code kernels/pooling.cc}; ONNX MaxPool-12, whose padding never wins.
     */
    static List<Value> maxPool2d(TflOp op, Onnx onnx) {
        return List.of(Layout.nchw(onnx, op.in(0), x -> onnx.op("MaxPool", window(op), x)));
    }

    /**
     * The root of the mean of the squares of the window's cells inside the image.
     *
     * <p>Source: {@code kernels/pooling.cc}; ONNX LpPool sums instead.
     */
    static List<Value> l2Pool2d(TflOp op, Onnx onnx) {
        return List.of(
                Layout.nchw(onnx, op.in(0), x -> onnx.op("Sqrt", onnx.op("AveragePool", window(op), onnx.mul(x, x)))));
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
