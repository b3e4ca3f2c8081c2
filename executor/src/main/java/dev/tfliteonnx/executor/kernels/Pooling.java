package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;
import java.util.List;

/**
 * Pooling over one to three spatial axes: x [N, C, ...] → [N, C, ...]. Source: MaxPool-22, AveragePool-22, LpPool-22,
 * GlobalAveragePool-22, GlobalMaxPool-22, MaxUnpool-22.
 */
final class Pooling {
    private static final Key<Long> STORAGE_ORDER = Key.ofInt("storage_order");
    private static final Key<Long> COUNT_INCLUDE_PAD = Key.ofInt("count_include_pad");
    private static final Key<Long> P = Key.ofInt("p");

    /** What is done with the elements under one window. */
    private interface Reducer {
        /** Takes an element at an index of its channel. */
        void take(double value, int index);

        /** Writes the result for the window at an output position. */
        void finish(int channel, int position);
    }

    private Pooling() {}

    /** MaxPool: the greatest elements, and their places in x if asked for. */
    static List<Array> maxPool(Call call) {
        Array x = call.in(0);
        Window window = window(call, x);
        int[] dims = window.outDims(x.dim(0), x.dim(1));
        double[] out = new double[Dims.count(dims)];
        long[] places = new long[out.length];
        boolean columns = call.flag(STORAGE_ORDER);
        int size = window.inSize();
        each(x, window, new Reducer() {
            private double best = Double.NEGATIVE_INFINITY;
            private int at = -1;

            @Override
            public void take(double value, int index) {
                if (at < 0 || value > best || Double.isNaN(value)) {
                    best = value;
                    at = index;
                }
            }

            @Override
            public void finish(int channel, int position) {
                int i = channel * window.outSize() + position;
                out[i] = best;
                places[i] = (long) channel * size + (columns ? columnFirst(at, window.in()) : at);
                best = Double.NEGATIVE_INFINITY;
                at = -1;
            }
        });
        return List.of(Array.ofDoubles(x.type(), dims, out), Array.ofLongs(DataType.INT64, dims, places));
    }

    private static int columnFirst(int index, int[] in) {
        int d = index / (in[1] * in[2]);
        int h = index / in[2] % in[1];
        int w = index % in[2];
        return d + in[0] * (h + in[1] * w);
    }

    /** AveragePool: over the elements inside, or over padding too if count_include_pad is set. */
    static Array averagePool(Call call) {
        Array x = call.in(0);
        Window window = window(call, x);
        int[] dims = window.outDims(x.dim(0), x.dim(1));
        double[] out = new double[Dims.count(dims)];
        boolean padded = call.flag(COUNT_INCLUDE_PAD);
        each(x, window, new Reducer() {
            private double sum;
            private int count;

            @Override
            public void take(double value, int index) {
                sum += value;
                count++;
            }

            @Override
            public void finish(int channel, int position) {
                out[channel * window.outSize() + position] = sum / (padded ? covered(window, position) : count);
                sum = 0;
                count = 0;
            }
        });
        return Array.ofDoubles(x.type(), dims, out);
    }

    /** How many elements of a window lie in the input or its padding. */
    private static int covered(Window window, int position) {
        int count = 1;
        int rest = position;
        for (int axis = 2; axis >= 0; axis--) {
            int index = rest % window.out()[axis];
            rest /= window.out()[axis];
            int inside = 0;
            for (int k = 0; k < window.kernel()[axis]; k++) {
                inside += window.place(axis, index, k) < window.in()[axis] + window.after()[axis] ? 1 : 0;
            }
            count *= inside;
        }
        return count;
    }

    /** LpPool: the p-th root of the sum of p-th powers. */
    static Array lpPool(Call call) {
        Array x = call.in(0);
        Window window = window(call, x);
        int[] dims = window.outDims(x.dim(0), x.dim(1));
        double[] out = new double[Dims.count(dims)];
        int p = call.option(P, 2);
        each(x, window, new Reducer() {
            private double sum;

            @Override
            public void take(double value, int index) {
                sum += Math.pow(Math.abs(value), p);
            }

            @Override
            public void finish(int channel, int position) {
                out[channel * window.outSize() + position] = Math.pow(sum, 1.0 / p);
                sum = 0;
            }
        });
        return Array.ofDoubles(x.type(), dims, out);
    }

    private static Window window(Call call, Array x) {
        int[] kernel = call.option(Window.KERNEL_SHAPE)
                .map(Ints::toIntArray)
                .orElseThrow(() -> new IllegalArgumentException("no kernel_shape"));
        return Window.of(call, x, kernel);
    }

    private static void each(Array x, Window window, Reducer reducer) {
        double[] values = x.doubles();
        int[] out = window.out();
        for (int channel = 0; channel < x.dim(0) * x.dim(1); channel++) {
            int position = 0;
            for (int d = 0; d < out[0]; d++) {
                for (int h = 0; h < out[1]; h++) {
                    for (int w = 0; w < out[2]; w++) {
                        under(values, channel * window.inSize(), window, new int[] {d, h, w}, reducer);
                        reducer.finish(channel, position++);
                    }
                }
            }
        }
    }

    private static void under(double[] values, int from, Window window, int[] at, Reducer reducer) {
        int[] in = window.in();
        int[] kernel = window.kernel();
        for (int kd = 0; kd < kernel[0]; kd++) {
            int d = window.place(0, at[0], kd);
            for (int kh = 0; kh < kernel[1] && d >= 0 && d < in[0]; kh++) {
                int h = window.place(1, at[1], kh);
                for (int kw = 0; kw < kernel[2] && h >= 0 && h < in[1]; kw++) {
                    int w = window.place(2, at[2], kw);
                    if (w >= 0 && w < in[2]) {
                        int index = (d * in[1] + h) * in[2] + w;
                        reducer.take(values[from + index], index);
                    }
                }
            }
        }
    }

    /** GlobalAveragePool and GlobalMaxPool: [N, C, ...] → [N, C, 1, ...]. */
    static Array global(Call call, Reductions.Kind kind) {
        Array x = call.in(0);
        int[] spatial = Arrays.stream(Dims.range(x.rank())).filter(i -> i > 1).toArray();
        return Reductions.reduce(x, spatial, true, kind);
    }

    /** MaxUnpool: every value at the place that its index names, zeros elsewhere. */
    static Array maxUnpool(Call call) {
        Array x = call.in(0);
        Window window = Window.transposed(
                call, x, call.option(Window.KERNEL_SHAPE).orElseThrow().toIntArray());
        int[] inferred = window.outDims(x.dim(0), x.dim(1));
        int[] dims = call.optional(2).map(Array::ints).orElse(inferred);
        int[] strides = Dims.strides(dims);
        int[] steps = Dims.strides(inferred);
        Array out = Array.zeros(x.type(), dims);
        long[] places = call.in(1).longs();
        for (int i = 0; i < places.length; i++) {
            int to = 0;
            for (int axis = 0; axis < dims.length; axis++) {
                to += (int) (places[i] / steps[axis]) % inferred[axis] * strides[axis];
            }
            System.arraycopy(x.data(), i, out.data(), to, 1);
        }
        return out;
    }
}
