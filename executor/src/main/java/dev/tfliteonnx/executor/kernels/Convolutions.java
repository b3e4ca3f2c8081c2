package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;

/**
 * Convolutions over one to three spatial axes as products of matrices: x [N, C, ...], w [M, C/group, ...], b [M] →
 * [N, M, ...]. Source: Conv-22, ConvInteger-10, QLinearConv-10, ConvTranspose-22. Whole numbers are accumulated exactly.
 */
final class Convolutions {
    private static final Key<Long> GROUP = Key.ofInt("group");

    /** About how many elements of unfolded input are made at a time. */
    private static final int TILE = 1 << 20;

    private Convolutions() {}

    /** Conv. */
    static Array conv(Call call) {
        Array x = call.in(0);
        Array w = call.in(1);
        Window window = Window.of(call, x, Dims.slice(w.dims(), 2, w.rank()));
        int groups = call.option(GROUP, 1);
        Object out;
        if (x.type() == DataType.FLOAT64) {
            out = convolve(x, w, window, groups);
            call.optional(2).ifPresent(b -> addBias(out, b.doubles(), window.outSize()));
        } else {
            float[] bias = call.optional(2).map(Array::floats).orElse(new float[0]);
            out = new FloatConvolution(x, w, window, groups).run(bias);
        }
        return Products.result(x, window.outDims(x.dim(0), w.dim(0)), out);
    }

    /** ConvInteger: (x − x₀) * (w − w₀) as int32; w₀ may differ by output channel. */
    static Array convInteger(Call call) {
        Array x = call.in(0);
        Array w = call.in(1);
        Window window = Window.of(call, x, Dims.slice(w.dims(), 2, w.rank()));
        Array zero = Array.scalar(0);
        Array centred = centred(x, call.optional(2).orElse(zero));
        Array weights = centred(w, channels(call.optional(3).orElse(zero), w.rank()));
        double[] out = convolve(centred, weights, window, call.option(GROUP, 1));
        return Array.ofDoubles(DataType.INT32, window.outDims(x.dim(0), w.dim(0)), out);
    }

    /** QLinearConv: ConvInteger plus bias, times x·w/y scales, rounded half to even, plus y₀, saturated. */
    static Array qLinearConv(Call call) {
        Array x = call.in(0);
        Array w = call.in(3);
        Window window = Window.of(call, x, Dims.slice(w.dims(), 2, w.rank()));
        Array weights = centred(w, channels(call.in(5), w.rank()));
        double[] sums = convolve(centred(x, call.in(2)), weights, window, call.option(GROUP, 1));
        int size = window.outSize();
        call.optional(8).ifPresent(b -> addBias(sums, b.doubles(), size));
        float[] scales = call.in(4).floats();
        float ratio = (float) call.in(1).real();
        float outScale = (float) call.in(6).real();
        double zero = call.in(7).real();
        int m = w.dim(0);
        for (int i = 0; i < sums.length; i++) {
            float scale = ratio * scales[scales.length == 1 ? 0 : i / size % m] / outScale;
            sums[i] = Math.rint((float) sums[i] * scale) + zero;
        }
        return Array.ofDoubles(call.in(7).type(), window.outDims(x.dim(0), m), sums);
    }

    private static Array centred(Array a, Array zero) {
        return Elementwise.reals(a, zero, DataType.FLOAT64, (v, z) -> v - z);
    }

    private static Array channels(Array perChannel, int rank) {
        int[] dims = new int[rank];
        Arrays.fill(dims, 1);
        dims[0] = perChannel.size();
        return perChannel.reshaped(dims);
    }

    private static void addBias(Object out, Object bias, int size) {
        int m = java.lang.reflect.Array.getLength(bias);
        if (out instanceof float[] o && bias instanceof float[] b) {
            for (int i = 0; i < o.length; i++) {
                o[i] += b[i / size % m];
            }
        } else if (out instanceof double[] o && bias instanceof double[] b) {
            for (int i = 0; i < o.length; i++) {
                o[i] += b[i / size % m];
            }
        }
    }

    /** The sums of a convolution in double precision. */
    private static double[] convolve(Array x, Array w, Window window, int groups) {
        int m = w.dim(0) / groups;
        int channels = w.dim(1);
        int k = channels * window.kernelSize();
        int size = window.outSize();
        if (channels * groups != x.dim(1) || m * groups != w.dim(0)) {
            throw new IllegalArgumentException(groups + " groups of " + x + " and " + w);
        }
        double[] out = new double[x.dim(0) * groups * m * size];
        int width = window.out()[2];
        int lines = width == 0 ? 0 : size / width;
        int atOnce = Math.max(1, Math.min(Math.max(1, lines), TILE / Math.max(1, k * width)));
        double[] unfolded = new double[k * atOnce * width];
        double[] tile = new double[m * atOnce * width];
        for (int g = 0; g < groups; g++) {
            Object part = Products.slice(w.doubles(), g * m * k, m * k);
            for (int n = 0; n < x.dim(0); n++) {
                int from = (n * x.dim(1) + g * channels) * window.inSize();
                int to = (n * groups + g) * m * size;
                for (int line = 0; line < lines; line += atOnce) {
                    int count = Math.min(atOnce, lines - line);
                    unfold(x.doubles(), from, window, new int[] {channels, line, count}, unfolded);
                    Products.multiplyInto(part, unfolded, tile, new int[] {m, k, count * width});
                    for (int i = 0; i < m; i++) {
                        int run = count * width;
                        System.arraycopy(tile, i * run, out, to + i * size + line * width, run);
                    }
                }
            }
        }
        return out;
    }

    /**
     * Lays the input under every window out as a column: one row for every element of the window.
     *
     * @param part channels, first line of the output, number of lines
     */
    private static void unfold(Object in, int from, Window window, int[] part, Object out) {
        int at = 0;
        int[] kernel = window.kernel();
        int height = window.out()[1];
        int width = window.out()[2];
        for (int c = 0; c < part[0]; c++) {
            int channel = from + c * window.inSize();
            for (int kernelIndex = 0; kernelIndex < window.kernelSize(); kernelIndex++) {
                int kd = kernelIndex / (kernel[1] * kernel[2]);
                int kh = kernelIndex / kernel[2] % kernel[1];
                for (int line = part[1]; line < part[1] + part[2]; line++) {
                    int d = window.place(0, line / height, kd);
                    int h = window.place(1, line % height, kh);
                    boolean inside = d >= 0 && d < window.in()[0] && h >= 0 && h < window.in()[1];
                    if (inside) {
                        int row = channel + (d * window.in()[1] + h) * window.in()[2];
                        unfoldLine(
                                new Lane.Run(in, row, window.strides()[2]), window, kernelIndex % kernel[2], out, at);
                    } else {
                        Lane.fill(out, at, at + width, 0);
                    }
                    at += width;
                }
            }
        }
    }

    private static void unfoldLine(Lane.Run line, Window window, int kw, Object out, int at) {
        int first = window.place(2, 0, kw);
        int[] range = inside(window, first);
        Lane.fill(out, at, at + range[0], 0);
        if (range[1] > range[0]) {
            int from = line.at() + first + range[0] * line.step();
            Lane.copy(new Lane.Run(line.data(), from, line.step()), out, at + range[0], range[1] - range[0]);
        }
        Lane.fill(out, at + range[1], at + window.out()[2], 0);
    }

    /** The first and one past the last window of a line whose element that starts at {@code first} is inside. */
    private static int[] inside(Window window, int first) {
        int step = window.strides()[2];
        int width = window.out()[2];
        int low = Math.min(width, first >= 0 ? 0 : (-first + step - 1) / step);
        int room = window.in()[2] - 1 - first;
        int high = room < 0 ? low : Math.max(low, Math.min(width, room / step + 1));
        return new int[] {low, high};
    }

    /** ConvTranspose: x [N, C, ...], w [C, M/group, ...], b [M] → [N, M, ...]. */
    static Array convTranspose(Call call) {
        Array x = call.in(0);
        Array w = call.in(1);
        int groups = call.option(GROUP, 1);
        Window window = Window.transposed(call, x, Dims.slice(w.dims(), 2, w.rank()));
        boolean wide = x.type() == DataType.FLOAT64;
        Object in = wide ? x.doubles() : x.floats();
        int channels = x.dim(1) / groups;
        int m = w.dim(1);
        int rows = m * window.kernelSize();
        int size = window.inSize();
        Array turned = Moves.transposed(w.reshaped(groups, channels, rows), 0, 2, 1);
        Object weights = wide ? turned.doubles() : turned.floats();
        Object out = (wide ? Lane.DOUBLE : Lane.FLOAT).make(x.dim(0) * groups * m * window.outSize());
        for (int n = 0; n < x.dim(0); n++) {
            for (int g = 0; g < groups; g++) {
                Object part = Products.slice(in, (n * groups + g) * channels * size, channels * size);
                Object factor = Products.slice(weights, g * rows * channels, rows * channels);
                Object columns = Products.multiply(factor, part, rows, channels, size);
                for (int i = 0; i < m; i++) {
                    foldBack(columns, i, window, out, ((n * groups + g) * m + i) * window.outSize());
                }
            }
        }
        if (call.has(2)) {
            addBias(out, wide ? call.in(2).doubles() : call.in(2).floats(), window.outSize());
        }
        return Products.result(x, window.outDims(x.dim(0), m * groups), out);
    }

    /** Adds what every input element gives to one channel of the output of a transposed convolution. */
    private static void foldBack(Object columns, int channel, Window window, Object out, int to) {
        int[] kernel = window.kernel();
        int[] in = window.in();
        int[] dims = window.out();
        for (int kernelIndex = 0; kernelIndex < window.kernelSize(); kernelIndex++) {
            int kd = kernelIndex / (kernel[1] * kernel[2]);
            int kh = kernelIndex / kernel[2] % kernel[1];
            int first = window.place(2, 0, kernelIndex % kernel[2]);
            int step = window.strides()[2];
            int low = first >= 0 ? 0 : (-first + step - 1) / step;
            int high = Math.min(in[2], Math.floorDiv(dims[2] - 1 - first, step) + 1);
            for (int line = 0; line < in[0] * in[1]; line++) {
                int d = window.place(0, line / in[1], kd);
                int h = window.place(1, line % in[1], kh);
                if (d >= 0 && d < dims[0] && h >= 0 && h < dims[1] && low < high) {
                    int from = ((channel * window.kernelSize() + kernelIndex) * in[0] * in[1] + line) * in[2];
                    int row = to + (d * dims[1] + h) * dims[2] + first + low * step;
                    Lane.add(columns, from + low, new Lane.Run(out, row, step), high - low);
                }
            }
        }
    }
}
