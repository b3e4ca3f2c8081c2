package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Convolutions over {@code [N,H,W,C]}, row by row of the result on all cores. */
final class Convolutions {
    private Convolutions() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("CONV_2D", Convolutions::conv2d).one("DEPTHWISE_CONV_2D", Convolutions::depthwiseConv2d);
    }

    /**
     * CONV_2D: {@code [N,H,W,I]}, filter {@code [O,KH,KW,I/groups]}, bias {@code [O]}. Float, stored integers with one
     * scale for each output, or floats that are rounded beside a filter of integers. Source: {@code kernels/conv.cc},
     * {@code reference/conv.h}, {@code reference/integer_ops/conv.h}.
     */
    static Array conv2d(TfliteCall call) {
        Array w = call.in(1);
        Window window = Window.ofConvolution(call, w.dim(1), w.dim(2));
        int depth = w.dim(1) * w.dim(2) * w.dim(3);
        int outs = w.dim(0);
        if (w.type().isFloat()) {
            float[] columns = call.isConstant(1)
                    ? call.prepared(() -> columns(w.floats(), outs, depth))
                    : columns(w.floats(), outs, depth);
            return floats(call, window, columns, outs, w.dim(3));
        }
        int groups = call.in(0).dim(3) / w.dim(3);
        if (call.in(0).type().isFloat()) {
            return rounded(call, window, groups);
        }
        Sums sums = new Sums(call, outs);
        int[] filter = columns(call, call.quant(1).zeroPoint(0));
        int[] y = new int[window.rows() * window.x().out() * outs];
        int[] x = Integers.of(call.in(0), call.quant(0).zeroPoint());
        places(
                window,
                x,
                new Filter(filter, outs, groups, sums.isWide()),
                (acc, wide, place) -> sums.finish(acc, wide, y, place * outs));
        return Integers.array(call.outType(), window.outDims(outs), y);
    }

    /**
     * Float activations that are rounded, each image by itself; symmetric if the filter has one scale and one group.
     */
    private static Array rounded(TfliteCall call, Window window, int groups) {
        QuantParams quant = call.quant(1);
        int outs = call.in(1).dim(0);
        boolean asymmetric = groups > 1;
        for (int o = 1; o < quant.count(); o++) {
            asymmetric |= quant.scale(o) != quant.scale(0);
        }
        boolean byScale = asymmetric;
        RoundedRows rows = RoundedRows.of(call.in(0).floats(), window.in()[0], asymmetric);
        float[] y = new float[window.rows() * window.x().out() * outs];
        int image = window.y().out() * window.x().out();
        Filter filter = new Filter(signedColumns(call), outs, groups, false);
        places(window, rows.centered(), filter, (acc, wide, place) -> {
            float row = rows.scales()[place / image];
            for (int o = 0; o < outs; o++) {
                float scale = quant.scale(quant.count() == 1 ? 0 : o);
                y[place * outs + o] = byScale ? acc[o] * scale * row : acc[o] * (scale * row);
            }
        });
        return biased(call, window.outDims(outs), y);
    }

    private static Array biased(TfliteCall call, int[] dims, float[] y) {
        call.optional(2).map(Array::floats).ifPresent(b -> {
            for (int i = 0; i < y.length; i++) {
                y[i] += b[i % b.length];
            }
        });
        return new Array(DataType.FLOAT32, dims, FusedActivation.apply(call.activation(), y));
    }

    /**
     * A filter of integers.
     *
     * @param columns its elements {@code [KH·KW·I/groups,O]}
     * @param outs how many outputs there are
     * @param groups how many groups of channels
     * @param wide whether sums have 64 bits
     */
    private record Filter(int[] columns, int outs, int groups, boolean wide) {
        /**
         * Adds a patch times a group of the filter, four elements at a time, zeros left out; {@code rows} has room for as
         * many numbers as the patch, which is not of use afterwards.
         */
        void multiply(int[] patch, int[] rows, int[] acc, int group) {
            int n = 0;
            for (int k = 0; k < patch.length; k++) {
                patch[n] = patch[k];
                rows[n] = k * outs;
                n += patch[k] == 0 ? 0 : 1;
            }
            int from = group * (outs / groups);
            int to = from + outs / groups;
            int k = 0;
            for (; k + 4 <= n; k += 4) {
                int a = rows[k];
                int b = rows[k + 1];
                int c = rows[k + 2];
                int d = rows[k + 3];
                int p = patch[k];
                int q = patch[k + 1];
                int r = patch[k + 2];
                int t = patch[k + 3];
                for (int o = from; o < to; o++) {
                    acc[o] += p * columns[a + o] + q * columns[b + o] + r * columns[c + o] + t * columns[d + o];
                }
            }
            for (; k < n; k++) {
                for (int o = from; o < to; o++) {
                    acc[o] += patch[k] * columns[rows[k] + o];
                }
            }
        }

        void multiply(int[] patch, long[] acc, int group) {
            int to = (group + 1) * (outs / groups);
            for (int k = 0; k < patch.length; k++) {
                int v = patch[k];
                for (int o = group * (outs / groups); v != 0 && o < to; o++) {
                    acc[o] += v * columns[k * outs + o];
                }
            }
        }
    }

    /** What becomes of the sums of one place. */
    @FunctionalInterface
    private interface Finish {
        /** The sums of all outputs, those of 64 bits if the filter is wide, and the number of the place. */
        void at(int[] acc, long[] wide, int place);
    }

    private static void places(Window window, int[] x, Filter filter, Finish finish) {
        int depth = filter.columns.length / filter.outs;
        int group = window.in()[3] / filter.groups;
        IntStream.range(0, window.rows()).parallel().forEach(row -> {
            int[] patch = new int[depth];
            int[] rows = new int[depth];
            int[] acc = new int[filter.outs];
            long[] wide = new long[filter.outs];
            for (int ox = 0; ox < window.x().out(); ox++) {
                int place = row * window.x().out() + ox;
                Arrays.fill(acc, 0);
                Arrays.fill(wide, 0);
                for (int g = 0; g < filter.groups; g++) {
                    patch(x, window, place, new Part(g * group, group), patch);
                    if (filter.wide) {
                        filter.multiply(patch, wide, g);
                    } else {
                        filter.multiply(patch, rows, acc, g);
                    }
                }
                finish.at(acc, wide, place);
            }
        });
    }

    /** The elements of a filter of integers, outputs innermost, less a zero point. */
    private static int[] columns(TfliteCall call, long zero) {
        return columns(call, w -> Integers.of(w, zero));
    }

    private static int[] signedColumns(TfliteCall call) {
        return columns(call, Integers::signed);
    }

    private static int[] columns(TfliteCall call, Function<Array, int[]> elements) {
        Supplier<int[]> columns = () -> {
            Array w = call.in(1);
            Array matrix = w.reshaped(w.dim(0), w.size() / w.dim(0));
            return elements.apply(Moves.transposed(matrix, 1, 0));
        };
        return call.isConstant(1) ? call.prepared(columns) : columns.get();
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
                System.arraycopy(acc, 0, y, (row * window.x().out() + ox) * outs, outs);
            }
        });
        return biased(call, window.outDims(outs), y);
    }

    /** Four elements of a patch at a time, added one after the other as the reference kernel does. */
    private static void multiply(float[] patch, float[] columns, float[] acc, int from, int n) {
        int outs = acc.length;
        int k = 0;
        for (; k + 4 <= patch.length; k += 4) {
            float a = patch[k];
            float b = patch[k + 1];
            float c = patch[k + 2];
            float d = patch[k + 3];
            int at = k * outs;
            for (int o = from; o < from + n; o++) {
                acc[o] = acc[o]
                        + a * columns[at + o]
                        + b * columns[at + outs + o]
                        + c * columns[at + 2 * outs + o]
                        + d * columns[at + 3 * outs + o];
            }
        }
        for (; k < patch.length; k++) {
            for (int o = from; o < from + n; o++) {
                acc[o] += patch[k] * columns[k * outs + o];
            }
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
     * DEPTHWISE_CONV_2D: {@code [N,H,W,I]}, filter {@code [1,KH,KW,I·M]}, bias {@code [I·M]}; types as CONV_2D. Source:
     * {@code kernels/depthwise_conv.cc}, {@code reference/depthwiseconv_float.h},
     * {@code reference/integer_ops/depthwise_conv.h}.
     */
    static Array depthwiseConv2d(TfliteCall call) {
        Array w = call.in(1);
        Window window = Window.ofConvolution(call, w.dim(1), w.dim(2));
        int outs = w.dim(3);
        int times = outs / call.in(0).dim(3);
        int[] dims = window.outDims(outs);
        if (w.type().isFloat()) {
            float[] x = call.in(0).floats();
            float[] filter = w.floats();
            float[] y = new float[window.rows() * window.x().out() * outs];
            taps(window, (tap, in, out) -> {
                for (int o = 0; o < outs; o++) {
                    y[out * outs + o] += x[in + (times == 1 ? o : o / times)] * filter[tap * outs + o];
                }
            });
            return biased(call, dims, y);
        }
        if (call.in(0).type().isFloat()) {
            RoundedRows rows = RoundedRows.of(call.in(0).floats(), window.in()[0], true);
            long[] sum = sums(window, rows.centered(), Integers.of(w, 0), times);
            float[] y = new float[sum.length];
            QuantParams quant = call.quant(1);
            int image = window.y().out() * window.x().out() * outs;
            for (int i = 0; i < y.length; i++) {
                y[i] = sum[i] * (quant.scale(quant.count() == 1 ? 0 : i % outs) * rows.scales()[i / image]);
            }
            return biased(call, dims, y);
        }
        Sums sums = new Sums(call, outs);
        int[] x = Integers.of(call.in(0), call.quant(0).zeroPoint());
        long[] sum = sums(window, x, Integers.of(w, call.quant(1).zeroPoint(0)), times);
        int[] y = new int[sum.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = sums.finish(sum[i], i % outs);
        }
        return Integers.array(call.outType(), dims, y);
    }

    /** Sums of products with a filter, each channel giving {@code times} outputs. */
    private static long[] sums(Window window, int[] x, int[] filter, int times) {
        int outs = window.in()[3] * times;
        long[] sum = new long[window.rows() * window.x().out() * outs];
        taps(window, (tap, in, out) -> {
            for (int o = 0; o < outs; o++) {
                sum[out * outs + o] += x[in + (times == 1 ? o : o / times)] * filter[tap * outs + o];
            }
        });
        return sum;
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
