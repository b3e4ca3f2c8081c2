package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/** Convolutions over {@code [N,H,W,C]}, row by row of the result on all cores. */
final class Convolutions {
    private Convolutions() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("CONV_2D", Convolutions::conv2d).one("DEPTHWISE_CONV_2D", Convolutions::depthwiseConv2d);
    }

    /**
     * CONV_2D: {@code [N,H,W,I]}, filter {@code [O,KH,KW,I/groups]}, bias {@code [O]}. Float, or stored integers with one
     * scale for each output. Source: {@code kernels/conv.cc}, {@code reference/conv.h},
     * {@code reference/integer_ops/conv.h}.
     */
    static Array conv2d(TfliteCall call) {
        Array w = call.in(1);
        Window window = Window.ofConvolution(call, w.dim(1), w.dim(2));
        int depth = w.dim(1) * w.dim(2) * w.dim(3);
        int outs = w.dim(0);
        if (call.in(0).type().isFloat()) {
            requireFloat(w);
            float[] columns = call.isConstant(1)
                    ? call.prepared(() -> columns(w.floats(), outs, depth))
                    : columns(w.floats(), outs, depth);
            return floats(call, window, columns, outs, w.dim(3));
        }
        Sums sums = new Sums(call, outs);
        int[] columns = new int[depth * outs];
        int[] filter = Integers.of(w, call.quant(1).zeroPoint(0));
        for (int o = 0; o < outs; o++) {
            for (int k = 0; k < depth; k++) {
                columns[k * outs + o] = filter[o * depth + k];
            }
        }
        int[] x = Integers.of(call.in(0), call.quant(0).zeroPoint());
        int[] y = new int[window.rows() * window.x().out() * outs];
        int group = w.dim(3);
        IntStream.range(0, window.rows()).parallel().forEach(row -> {
            int[] patch = new int[depth];
            int[] acc = new int[outs];
            long[] wide = new long[outs];
            int groups = window.in()[3] / group;
            for (int ox = 0; ox < window.x().out(); ox++) {
                Arrays.fill(acc, 0);
                Arrays.fill(wide, 0);
                for (int g = 0; g < groups; g++) {
                    patch(x, window, row * window.x().out() + ox, new Part(g * group, group), patch);
                    int from = g * (outs / groups);
                    int to = from + outs / groups;
                    for (int k = 0; k < depth; k++) {
                        int v = patch[k];
                        if (v != 0 && sums.isWide()) {
                            for (int o = from; o < to; o++) {
                                wide[o] += v * columns[k * outs + o];
                            }
                        } else if (v != 0) {
                            for (int o = from; o < to; o++) {
                                acc[o] += v * columns[k * outs + o];
                            }
                        }
                    }
                }
                sums.finish(acc, wide, y, (row * window.x().out() + ox) * outs);
            }
        });
        return Integers.array(call.outType(), window.outDims(outs), y);
    }

    private static void requireFloat(Array w) {
        if (!w.type().isFloat()) {
            throw new IllegalArgumentException("a filter of " + w.type() + " for float activations");
        }
    }

    private static float[] columns(float[] filter, int outs, int depth) {
        float[] columns = new float[filter.length];
        for (int o = 0; o < outs; o++) {
            for (int k = 0; k < depth; k++) {
                columns[k * outs + o] = filter[o * depth + k];
            }
        }
        return columns;
    }

    private static Array floats(TfliteCall call, Window window, float[] columns, int outs, int group) {
        int depth = columns.length / outs;
        float[] x = call.in(0).floats();
        Optional<float[]> bias = call.optional(2).map(Array::floats);
        float[] y = new float[window.rows() * window.x().out() * outs];
        int groups = window.in()[3] / group;
        IntStream.range(0, window.rows()).parallel().forEach(row -> {
            float[] patch = new float[depth];
            float[] acc = new float[outs];
            for (int ox = 0; ox < window.x().out(); ox++) {
                Arrays.fill(acc, 0);
                for (int g = 0; g < groups; g++) {
                    patch(x, window, row * window.x().out() + ox, new Part(g * group, group), patch);
                    multiply(patch, columns, acc, g * (outs / groups), outs / groups);
                }
                bias.ifPresent(b -> add(b, acc));
                System.arraycopy(acc, 0, y, (row * window.x().out() + ox) * outs, outs);
            }
        });
        return new Array(DataType.FLOAT32, window.outDims(outs), FusedActivation.apply(call.activation(), y));
    }

    private static void multiply(float[] patch, float[] columns, float[] acc, int from, int n) {
        int outs = acc.length;
        for (int k = 0; k < patch.length; k++) {
            float v = patch[k];
            int at = k * outs;
            if (v != 0) {
                for (int o = from; o < from + n; o++) {
                    acc[o] += v * columns[at + o];
                }
            }
        }
    }

    private static void add(float[] b, float[] acc) {
        for (int o = 0; o < acc.length; o++) {
            acc[o] += b[o];
        }
    }

    /**
     * Channels of one group.
     *
     * @param from the first
     * @param n how many
     */
    private record Part(int from, int n) {}

    /** Gathers what a window sees, zeros outside; both arrays are of the same primitive type. */
    private static void patch(Object x, Window w, int place, Part part, Object patch) {
        int row = place / w.x().out();
        int ox = place % w.x().out();
        int batch = row / w.y().out();
        int oy = row % w.y().out();
        int channels = w.in()[3];
        int at = 0;
        for (int ky = 0; ky < w.y().kernel(); ky++) {
            int iy = w.y().at(oy, ky);
            for (int kx = 0; kx < w.x().kernel(); kx++) {
                int ix = w.x().at(ox, kx);
                boolean inside = iy >= 0 && iy < w.y().in() && ix >= 0 && ix < w.x().in();
                int from = ((batch * w.y().in() + iy) * w.x().in() + ix) * channels + part.from;
                if (inside) {
                    System.arraycopy(x, from, patch, at, part.n);
                } else if (patch instanceof float[] f) {
                    Arrays.fill(f, at, at + part.n, 0);
                } else if (patch instanceof int[] i) {
                    Arrays.fill(i, at, at + part.n, 0);
                }
                at += part.n;
            }
        }
    }

    /**
     * DEPTHWISE_CONV_2D: {@code [N,H,W,I]}, filter {@code [1,KH,KW,I·M]}, bias {@code [I·M]}. Source:
     * {@code kernels/depthwise_conv.cc}, {@code reference/depthwiseconv_float.h},
     * {@code reference/integer_ops/depthwise_conv.h}.
     */
    static Array depthwiseConv2d(TfliteCall call) {
        Array w = call.in(1);
        Window window = Window.ofConvolution(call, w.dim(1), w.dim(2));
        int outs = w.dim(3);
        int times = outs / call.in(0).dim(3);
        int[] dims = window.outDims(outs);
        if (call.in(0).type().isFloat()) {
            requireFloat(w);
            float[] x = call.in(0).floats();
            float[] filter = w.floats();
            float[] y = new float[window.rows() * window.x().out() * outs];
            Optional<float[]> bias = call.optional(2).map(Array::floats);
            taps(window, (tap, in, out) -> {
                for (int o = 0; o < outs; o++) {
                    y[out * outs + o] += x[in + (times == 1 ? o : o / times)] * filter[tap * outs + o];
                }
            });
            bias.ifPresent(b -> {
                for (int i = 0; i < y.length; i++) {
                    y[i] += b[i % outs];
                }
            });
            return new Array(DataType.FLOAT32, dims, FusedActivation.apply(call.activation(), y));
        }
        int[] x = Integers.of(call.in(0), call.quant(0).zeroPoint());
        int[] filter = Integers.of(w, call.quant(1).zeroPoint(0));
        int[] y = new int[window.rows() * window.x().out() * outs];
        Sums sums = new Sums(call, outs);
        long[] sum = new long[y.length];
        taps(window, (tap, in, out) -> {
            for (int o = 0; o < outs; o++) {
                sum[out * outs + o] += x[in + (times == 1 ? o : o / times)] * filter[tap * outs + o];
            }
        });
        for (int i = 0; i < y.length; i++) {
            y[i] = sums.finish(sum[i], i % outs);
        }
        return Integers.array(call.outType(), dims, y);
    }

    /** One element of a window at one place of the result. */
    private interface Tap {
        /** The number of the filter's element, the first element of the input, the number of the result's place. */
        void at(int tap, int in, int out);
    }

    private static void taps(Window w, Tap tap) {
        IntStream.range(0, w.rows()).parallel().forEach(row -> {
            int batch = row / w.y().out();
            for (int ky = 0; ky < w.y().kernel(); ky++) {
                int iy = w.y().at(row % w.y().out(), ky);
                if (iy < 0 || iy >= w.y().in()) {
                    continue;
                }
                for (int kx = 0; kx < w.x().kernel(); kx++) {
                    for (int ox = 0; ox < w.x().out(); ox++) {
                        int ix = w.x().at(ox, kx);
                        if (ix >= 0 && ix < w.x().in()) {
                            int in = ((batch * w.y().in() + iy) * w.x().in() + ix) * w.in()[3];
                            tap.at(ky * w.x().kernel() + kx, in, row * w.x().out() + ox);
                        }
                    }
                }
            }
        });
    }
}
