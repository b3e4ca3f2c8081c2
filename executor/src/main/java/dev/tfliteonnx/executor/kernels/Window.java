package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;
import java.util.Optional;

/**
 * How a window moves over the spatial axes of [N, C, D, H, W]; tensors with fewer axes have extents of 1 in front. All
 * lists have three elements. Source: the operator pages of Conv-22 and AveragePool-22.
 */
final class Window {
    static final Key<Ints> KERNEL_SHAPE = Key.ofInts("kernel_shape");
    private static final Key<Ints> STRIDES = Key.ofInts("strides");
    private static final Key<Ints> DILATIONS = Key.ofInts("dilations");
    private static final Key<Ints> PADS = Key.ofInts("pads");
    private static final Key<String> AUTO_PAD = Key.ofString("auto_pad");
    private static final Key<Long> CEIL_MODE = Key.ofInt("ceil_mode");
    private static final Key<Ints> OUTPUT_PADDING = Key.ofInts("output_padding");
    private static final Key<Ints> OUTPUT_SHAPE = Key.ofInts("output_shape");

    private static final int AXES = 3;

    private final int rank;
    private final int[] in;
    private final int[] kernel;
    private final int[] strides;
    private final int[] dilations;
    private final int[] before;
    private final int[] after;
    private final int[] out = new int[AXES];

    private Window(Call call, Array x, int[] kernel) {
        rank = kernel.length;
        if (rank > AXES || x.rank() != rank + 2) {
            throw new IllegalArgumentException("a window of " + rank + " axes over " + x);
        }
        boolean explicit = call.option(AUTO_PAD, "NOTSET").equals("NOTSET");
        Optional<long[]> pads = call.option(PADS).filter(p -> explicit).map(Ints::toArray);
        in = lifted(Dims.slice(x.dims(), 2, x.rank()), 1);
        this.kernel = lifted(kernel, 1);
        strides = lifted(call.option(STRIDES), rank, 1);
        dilations = lifted(call.option(DILATIONS), rank, 1);
        before = lifted(pads.map(p -> Ints.of(Arrays.copyOf(p, rank))), rank, 0);
        after = lifted(pads.map(p -> Ints.of(Arrays.copyOfRange(p, rank, 2 * rank))), rank, 0);
    }

    /** The window of a convolution or pooling of {@code x} [N, C, ...]. */
    static Window of(Call call, Array x, int[] kernel) {
        Window w = new Window(call, x, kernel);
        String auto = call.option(AUTO_PAD, "NOTSET");
        boolean ceil = call.flag(CEIL_MODE);
        for (int i = 0; i < AXES; i++) {
            int span = w.span(i);
            if (auto.startsWith("SAME")) {
                w.out[i] = (w.in[i] + w.strides[i] - 1) / w.strides[i];
                w.distribute(i, Math.max(0, (w.out[i] - 1) * w.strides[i] + span - w.in[i]), auto.equals("SAME_UPPER"));
                continue;
            }
            int room = w.in[i] + w.before[i] + w.after[i] - span;
            w.out[i] = Math.floorDiv(room + (ceil ? w.strides[i] - 1 : 0), w.strides[i]) + 1;
            if (ceil && (w.out[i] - 1) * w.strides[i] >= w.in[i] + w.before[i]) {
                w.out[i]--;
            }
        }
        return w;
    }

    /** The window of a transposed convolution, which moves over the output. */
    static Window transposed(Call call, Array x, int[] kernel) {
        Window w = new Window(call, x, kernel);
        String auto = call.option(AUTO_PAD, "NOTSET");
        int[] extra = lifted(call.option(OUTPUT_PADDING), w.rank, 0);
        Optional<Ints> wanted = call.option(OUTPUT_SHAPE)
                .map(s -> Ints.of(Arrays.copyOfRange(s.toArray(), s.size() - w.rank, s.size())));
        int[] shape = lifted(wanted, w.rank, 1);
        for (int i = 0; i < AXES; i++) {
            int full = w.strides[i] * (w.in[i] - 1) + extra[i] + w.span(i);
            if (wanted.isPresent() || auto.startsWith("SAME")) {
                w.out[i] = wanted.isPresent() ? shape[i] : w.in[i] * w.strides[i];
                w.distribute(i, Math.max(0, full - w.out[i]), auto.equals("SAME_UPPER") || auto.equals("NOTSET"));
            } else {
                w.out[i] = full - w.before[i] - w.after[i];
            }
        }
        return w;
    }

    private static int[] lifted(Optional<Ints> given, int rank, int otherwise) {
        int[] plain = new int[rank];
        Arrays.fill(plain, otherwise);
        return lifted(given.map(Ints::toIntArray).orElse(plain), otherwise);
    }

    private static int[] lifted(int[] given, int otherwise) {
        int[] out = new int[AXES];
        Arrays.fill(out, otherwise);
        System.arraycopy(given, 0, out, AXES - given.length, given.length);
        return out;
    }

    private void distribute(int axis, int total, boolean moreAfter) {
        before[axis] = moreAfter ? total / 2 : total - total / 2;
        after[axis] = total - before[axis];
    }

    /** Extents of the input. */
    int[] in() {
        return in;
    }

    /** Extents of the window. */
    int[] kernel() {
        return kernel;
    }

    /** How far the window moves. */
    int[] strides() {
        return strides;
    }

    /** Padding after the last element. */
    int[] after() {
        return after;
    }

    /** Extents of the output. */
    int[] out() {
        return out;
    }

    /** How far an element of the window is from its first on an axis. */
    int tap(int axis, int kernelIndex) {
        return kernelIndex * dilations[axis];
    }

    /** How many elements of an axis the window covers, gaps included. */
    int span(int axis) {
        return dilations[axis] * (kernel[axis] - 1) + 1;
    }

    /** Elements of one channel of the input. */
    int inSize() {
        return Dims.count(in);
    }

    /** Elements of the window. */
    int kernelSize() {
        return Dims.count(kernel);
    }

    /** Elements of one channel of the output. */
    int outSize() {
        return Dims.count(out);
    }

    /** The extents of the output, with as many spatial axes as are really there. */
    int[] outDims(int batch, int channels) {
        return Dims.concat(new int[] {batch, channels}, Dims.slice(out, AXES - rank, AXES));
    }

    /** The place on an axis of the input that an element of the window covers; it may be outside. */
    int place(int axis, int outIndex, int kernelIndex) {
        return outIndex * strides[axis] - before[axis] + kernelIndex * dilations[axis];
    }
}
