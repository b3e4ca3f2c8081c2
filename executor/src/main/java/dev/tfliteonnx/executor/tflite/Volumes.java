package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Convolutions over three axes, and transposed ones over two and three. */
final class Volumes {
    private Volumes() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("CONV_3D", Volumes::conv3d)
                .one("CONV_3D_TRANSPOSE", Volumes::conv3dTranspose)
                .one("TRANSPOSE_CONV", Volumes::transposeConv)
                .custom("Convolution2DTransposeBias", call -> List.of(convolution2dTransposeBias(call)));
    }

    /**
     * CONV_3D of floats: {@code [N,D,H,W,I]}, filter {@code [KD,KH,KW,I,O]}, bias {@code [O]}. Source:
     * {@code kernels/conv3d.cc}, {@code reference/conv3d.h}.
     */
    static Array conv3d(TfliteCall call) {
        Array x = call.in(0);
        Array w = call.in(1);
        Volume volume = volume(call, x.dims(), w);
        int[] dims = {x.dim(0), volume.d().out(), volume.y().out(), volume.x().out(), w.dim(4)};
        float[] y = new float[Dims.count(dims)];
        Step step = floats(x.floats(), w, y);
        volume.bySmallRows((tap, large, small) -> step.add(tap, large, small));
        return biased(call, 2, dims, y);
    }

    /**
     * CONV_3D_TRANSPOSE of floats: shape {@code [5]}, filter {@code [KD,KH,KW,O,I]}, {@code [N,D,H,W,I]}, bias
     * {@code [O]}. Source: {@code kernels/conv3d_transpose.cc}, {@code reference/conv3d_transpose.h}.
     */
    static Array conv3dTranspose(TfliteCall call) {
        int[] dims = call.in(0).ints();
        Array w = Moves.transposed(call.in(1), 0, 1, 2, 4, 3);
        Volume volume = volume(call, dims, w);
        requireExtents(call.in(2), volume, call.in(2).dim(1));
        float[] y = new float[Dims.count(dims)];
        Step step = floats(call.in(2).floats(), w, y);
        volume.byLargeRows((tap, large, small) -> step.add(tap, small, large));
        return biased(call, 3, dims, y);
    }

    private static Volume volume(TfliteCall call, int[] large, Array w) {
        Padding padding = call.option(Tfl.PADDING);
        int[] strides = {call.number(Tfl.STRIDE_D), call.number(Tfl.STRIDE_H), call.number(Tfl.STRIDE_W)};
        int[] dilations = {
            call.number(Tfl.DILATION_D_FACTOR), call.number(Tfl.DILATION_H_FACTOR), call.number(Tfl.DILATION_W_FACTOR)
        };
        return new Volume(
                large[0],
                Window.Axis.of(large[1], w.dim(0), strides[0], dilations[0], padding),
                Window.Axis.of(large[2], w.dim(1), strides[1], dilations[1], padding),
                Window.Axis.of(large[3], w.dim(2), strides[2], dilations[2], padding));
    }

    private static void requireExtents(Array x, Volume volume, int depth) {
        if (volume.d().out() != depth
                || volume.y().out() != x.dim(-3)
                || volume.x().out() != x.dim(-2)) {
            throw new IllegalArgumentException(x + " does not fit the shape of the result");
        }
    }

    /**
     * TRANSPOSE_CONV: shape {@code [4]}, filter {@code [O,KH,KW,I]}, {@code [N,H,W,I]}, bias {@code [O]}. Float, stored
     * integers with one scale for each output, or floats that are rounded beside an INT8 filter. Source:
     * {@code kernels/transpose_conv.cc}, {@code reference/transpose_conv.h},
     * {@code reference/integer_ops/transpose_conv.h}.
     */
    static Array transposeConv(TfliteCall call) {
        int[] dims = call.in(0).ints();
        Array w = Moves.transposed(call.in(1), 1, 2, 3, 0);
        Array x = call.in(2);
        Padding padding = call.option(Tfl.PADDING);
        Volume volume = new Volume(
                dims[0],
                Window.Axis.of(1, 1, 1, 1, Padding.VALID),
                Window.Axis.of(dims[1], w.dim(0), call.number(Tfl.STRIDE_H), 1, padding),
                Window.Axis.of(dims[2], w.dim(1), call.number(Tfl.STRIDE_W), 1, padding));
        requireExtents(x, volume, 1);
        if (!x.type().isFloat()) {
            return integers(call, volume, w, dims);
        }
        float[] y = new float[Dims.count(dims)];
        if (w.type().isFloat()) {
            Step step = floats(x.floats(), w, y);
            volume.byLargeRows((tap, large, small) -> step.add(tap, small, large));
        } else {
            RoundedRows rows = RoundedRows.of(x.floats(), dims[0], true);
            Step step = rounded(rows, w, call.quant(1), y);
            volume.byLargeRows((tap, large, small) -> step.add(tap, small, large));
        }
        return biased(call, 3, dims, y);
    }

    /**
     * MediaPipe's transposed convolution of floats: {@code [N,H,W,I]}, filter {@code [O,KH,KW,I]}, bias {@code [O]}.
     * Its options are 32-bit integers: padding (1 SAME, 2 VALID), horizontal and vertical stride. Source: {@code
     * util/tflite/operations/transpose_conv_bias.cc}.
     */
    static Array convolution2dTransposeBias(TfliteCall call) {
        int[] options = CustomOptions.struct(call, 3);
        Array x = call.in(0);
        Array w = Moves.transposed(call.in(1), 1, 2, 3, 0);
        Window.Axis down = axis(x.dim(1), w.dim(0), options[2], options[0] == 1);
        Window.Axis right = axis(x.dim(2), w.dim(1), options[1], options[0] == 1);
        int[] dims = {x.dim(0), down.in(), right.in(), w.dim(3)};
        float[] y = new float[Dims.count(dims)];
        Step step = floats(x.floats(), w, y);
        new Volume(x.dim(0), Window.Axis.of(1, 1, 1, 1, Padding.VALID), down, right)
                .byLargeRows((tap, large, small) -> step.add(tap, small, large));
        return biased(call, 2, dims, y);
    }

    private static Window.Axis axis(int in, int kernel, int stride, boolean same) {
        int pad = same ? Math.max(0, kernel - (in - 1) % stride - 1) : 0;
        return new Window.Axis(stride * (in - 1) + kernel - pad, kernel, stride, 1, pad / 2, in);
    }

    private static Array integers(TfliteCall call, Volume volume, Array w, int[] dims) {
        int[] x = Integers.of(call.in(2), call.quant(2).zeroPoint());
        int[] filter = Integers.of(w, call.quant(1).zeroPoint(0));
        Sums sums = new Sums(call, dims[3], 2, 3);
        long[] acc = sums(volume, x, filter, w);
        int[] y = new int[acc.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = sums.finish(acc[i], i % dims[3]);
        }
        return Integers.array(call.outType(), dims, y);
    }

    private static Array biased(TfliteCall call, int bias, int[] dims, float[] y) {
        if (call.has(bias)) {
            float[] b = call.in(bias).floats();
            for (int i = 0; i < y.length; i++) {
                y[i] += b[i % b.length];
            }
        }
        return new Array(DataType.FLOAT32, dims, FusedActivation.apply(call.activation(), y));
    }

    /** Adds what one place of the operand gives to one of the result. */
    @FunctionalInterface
    private interface Step {
        /** By the number of the filter's element and the numbers of both places. */
        void add(int tap, int from, int to);
    }

    /** Products of floats with a filter {@code [..., I, O]}. */
    private static Step floats(float[] x, Array w, float[] y) {
        int ins = w.dim(-2);
        int outs = w.dim(-1);
        float[] filter = w.floats();
        return (tap, from, to) -> {
            for (int i = 0; i < ins; i++) {
                float v = x[from * ins + i];
                int at = (tap * ins + i) * outs;
                for (int o = 0; o < outs; o++) {
                    y[to * outs + o] += v * filter[at + o];
                }
            }
        };
    }

    /**
     * Products of rounded floats with a filter of integers {@code [..., I, O]}, each brought to its scale by itself.
     */
    private static Step rounded(RoundedRows rows, Array w, QuantParams quant, float[] y) {
        int ins = w.dim(-2);
        int outs = w.dim(-1);
        int[] x = rows.centered();
        int[] filter = Integers.of(w, 0);
        return (tap, from, to) -> {
            float row = rows.scales()[from * ins / rows.length()];
            for (int i = 0; i < ins; i++) {
                int v = x[from * ins + i];
                int at = (tap * ins + i) * outs;
                for (int o = 0; o < outs; o++) {
                    y[to * outs + o] += v * filter[at + o] * quant.scale(quant.count() == 1 ? 0 : o) * row;
                }
            }
        };
    }

    /** Sums of products of integers, transposed; {@code w} tells the extents of the filter {@code [..., I, O]}. */
    private static long[] sums(Volume volume, int[] x, int[] filter, Array w) {
        int ins = w.dim(-2);
        int outs = w.dim(-1);
        long[] y = new long
                [volume.batch() * volume.d().in() * volume.y().in() * volume.x().in() * outs];
        volume.byLargeRows((tap, large, small) -> {
            for (int i = 0; i < ins; i++) {
                int v = x[small * ins + i];
                int at = (tap * ins + i) * outs;
                for (int o = 0; o < outs; o++) {
                    y[large * outs + o] += v * filter[at + o];
                }
            }
        });
        return y;
    }
}
