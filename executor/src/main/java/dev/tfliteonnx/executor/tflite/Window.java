package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;

/**
 * How a window slides over height and width of {@code [N,H,W,C]}. Source: {@code kernels/padding.h}.
 *
 * @param in extents of the input
 * @param y the vertical axis
 * @param x the horizontal axis
 */
record Window(int[] in, Axis y, Axis x) {
    /**
     * One axis.
     *
     * @param in the extent of the input
     * @param kernel the extent of the window
     * @param stride how far it moves
     * @param dilation how far its elements are apart
     * @param pad how far the first window begins before the input
     * @param out how many windows there are
     */
    record Axis(int in, int kernel, int stride, int dilation, int pad, int out) {
        static Axis of(int in, int kernel, int stride, int dilation, Padding padding) {
            int extent = (kernel - 1) * dilation + 1;
            if (padding == Padding.VALID) {
                return new Axis(in, kernel, stride, dilation, 0, (in + stride - extent) / stride);
            }
            int out = (in + stride - 1) / stride;
            return new Axis(in, kernel, stride, dilation, Math.max(0, (out - 1) * stride + extent - in) / 2, out);
        }

        /** The index in the input of a place in a window; outside of the input where there is padding. */
        int at(int window, int place) {
            return window * stride - pad + place * dilation;
        }

        /** The index in the input of the first place of a window. */
        int first(int window) {
            return window * stride - pad;
        }
    }

    /** The window of a convolution with a kernel of these extents. */
    static Window ofConvolution(TfliteCall call, int height, int width) {
        return of(call, height, width, Tfl.DILATION_H_FACTOR, Tfl.DILATION_W_FACTOR);
    }

    /** The window of a pooling operator. */
    static Window ofPool(TfliteCall call) {
        Array in = call.in(0);
        Padding padding = call.option(Tfl.PADDING);
        return new Window(
                in.dims(),
                Axis.of(in.dim(1), call.number(Tfl.FILTER_HEIGHT), call.number(Tfl.STRIDE_H), 1, padding),
                Axis.of(in.dim(2), call.number(Tfl.FILTER_WIDTH), call.number(Tfl.STRIDE_W), 1, padding));
    }

    private static Window of(TfliteCall call, int height, int width, Key<Long> dilationY, Key<Long> dilationX) {
        Array in = call.in(0);
        Padding padding = call.option(Tfl.PADDING);
        return new Window(
                in.dims(),
                Axis.of(in.dim(1), height, call.number(Tfl.STRIDE_H), call.number(dilationY), padding),
                Axis.of(in.dim(2), width, call.number(Tfl.STRIDE_W), call.number(dilationX), padding));
    }

    /** The extents of a result of so many channels. */
    int[] outDims(int channels) {
        return new int[] {in[0], y.out, x.out, channels};
    }

    /** The number of rows of all results. */
    int rows() {
        return in[0] * y.out;
    }
}
