package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Lane;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;

/** Ranges of tensors, and elements in another order along axes. */
final class Slicing {
    private Slicing() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("SLICE", Slicing::slice)
                .one("STRIDED_SLICE", Slicing::stridedSlice)
                .one("DYNAMIC_UPDATE_SLICE", Slicing::dynamicUpdateSlice)
                .one("REVERSE_V2", Slicing::reverse)
                .one("REVERSE_SEQUENCE", Slicing::reverseSequence);
    }

    /** SLICE: from begin on, size elements, −1 all that are left. Source: {@code kernels/slice.cc}. */
    static Array slice(TfliteCall call) {
        Array x = call.in(0);
        int[] begin = call.in(1).ints();
        int[] dims = call.in(2).ints();
        int[] strides = Dims.strides(x.dims());
        int offset = 0;
        for (int i = 0; i < dims.length; i++) {
            dims[i] = dims[i] < 0 ? x.dim(i) - begin[i] : dims[i];
            if (begin[i] < 0 || begin[i] + dims[i] > x.dim(i)) {
                throw new IllegalArgumentException("from " + begin[i] + " " + dims[i] + " of axis " + i + " of " + x);
            }
            offset += begin[i] * strides[i];
        }
        return Dims.count(dims) == 0 ? Array.zeros(x.type(), dims) : Moves.strided(x, offset, dims, strides);
    }

    /**
     * STRIDED_SLICE, all masks. Source: {@code kernels/strided_slice.cc}, {@code kernels/internal/strided_slice_logic.h}.
     */
    static Array stridedSlice(TfliteCall call) {
        Array x = call.in(0);
        int specs = call.in(1).size();
        int ellipsis = call.number(Tfl.ELLIPSIS_MASK);
        int fresh = call.number(Tfl.NEW_AXIS_MASK) & ~ellipsis;
        int shrink = call.number(Tfl.SHRINK_AXIS_MASK) & ~fresh;
        int own = specs - Integer.bitCount(fresh & (1 << specs) - 1) - (ellipsis == 0 ? 0 : 1);
        int[] strides = Dims.strides(x.dims());
        int[] dims = new int[0];
        int[] steps = new int[0];
        int offset = 0;
        int axis = 0;
        for (int i = 0; i < specs; i++) {
            int bit = 1 << i;
            if ((ellipsis & bit) != 0) {
                int end = axis + x.rank() - own;
                dims = Dims.concat(dims, Dims.slice(x.dims(), axis, end));
                steps = Dims.concat(steps, Dims.slice(strides, axis, end));
                axis = end;
            } else if ((fresh & bit) != 0) {
                dims = Dims.concat(dims, 1);
                steps = Dims.concat(steps, 0);
            } else {
                int[] range = range(call, i, x.dim(axis));
                offset += range[0] * strides[axis];
                if ((shrink & bit) == 0) {
                    dims = Dims.concat(dims, range[1]);
                    steps = Dims.concat(steps, range[2] * strides[axis]);
                }
                axis++;
            }
        }
        dims = Dims.concat(dims, Dims.slice(x.dims(), axis, x.rank()));
        steps = Dims.concat(steps, Dims.slice(strides, axis, x.rank()));
        return Dims.count(dims) == 0 ? Array.zeros(x.type(), dims) : Moves.strided(x, offset, dims, steps);
    }

    /** First index, number of indices and step of a specification for an axis. */
    private static int[] range(TfliteCall call, int spec, int size) {
        int bit = 1 << spec;
        int step = Math.toIntExact(call.in(3).longs()[spec]);
        if (step == 0) {
            throw new IllegalArgumentException("a stride of 0");
        }
        long low = step > 0 ? 0 : -1;
        long high = step > 0 ? size : size - 1L;
        long begin = wrapped(call.in(1).longs()[spec], size);
        long start = (call.number(Tfl.BEGIN_MASK) & bit) != 0
                ? (step > 0 ? 0 : size - 1L)
                : Math.max(low, Math.min(high, begin));
        if ((call.number(Tfl.SHRINK_AXIS_MASK) & bit) != 0) {
            return new int[] {(int) start, 1, 1};
        }
        long given = call.in(2).longs()[spec] + (call.option(Tfl.OFFSET) ? start : 0);
        long end = (call.number(Tfl.END_MASK) & bit) != 0
                ? (step > 0 ? size : -1L)
                : Math.max(low, Math.min(high, wrapped(given, size)));
        long count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
        return new int[] {(int) start, (int) Math.max(0, count), step};
    }

    private static long wrapped(long index, int size) {
        return index < 0 ? index + size : index;
    }

    /**
     * DYNAMIC_UPDATE_SLICE: with another tensor in the place of a part, moved so that it lies inside. Source: {@code
     * kernels/dynamic_update_slice.cc}.
     */
    static Array dynamicUpdateSlice(TfliteCall call) {
        return updated(call.in(0), call.in(1), call.in(2).longs());
    }

    static Array updated(Array x, Array update, long[] starts) {
        int[] index = new int[update.size()];
        int[] strides = Dims.strides(x.dims());
        int[] steps = Dims.strides(update.dims());
        for (int axis = 0; axis < x.rank(); axis++) {
            int start = (int) Math.max(0, Math.min(x.dim(axis) - update.dim(axis), starts[axis]));
            for (int i = 0; i < index.length; i++) {
                index[i] += (start + i / steps[axis] % update.dim(axis)) * strides[axis];
            }
        }
        Object out = Moves.copy(x);
        for (int i = 0; i < index.length; i++) {
            System.arraycopy(update.data(), i, out, index[i], 1);
        }
        return new Array(x.type(), x.dims(), out);
    }

    /** REVERSE_V2: axes backwards. Source: {@code kernels/reverse.cc}. */
    static Array reverse(TfliteCall call) {
        return reversed(call.in(0), call.in(1).longs());
    }

    static Array reversed(Array x, long[] axes) {
        int[] strides = Dims.strides(x.dims());
        int offset = 0;
        for (int axis : Dims.axes(axes, x.rank())) {
            offset += (x.dim(axis) - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }
        return x.size() == 0 ? x : Moves.strided(x, offset, x.dims(), strides);
    }

    /** REVERSE_SEQUENCE: the first elements of every batch backwards. Source: {@code kernels/reverse_sequence.cc}. */
    static Array reverseSequence(TfliteCall call) {
        Array x = call.in(0);
        int[] lengths = call.in(1).ints();
        int time = Dims.axis(call.number(Tfl.SEQ_DIM), x.rank());
        int batch = Dims.axis(call.number(Tfl.BATCH_DIM), x.rank());
        int[] strides = Dims.strides(x.dims());
        int[] index = new int[x.size()];
        for (int i = 0; i < index.length; i++) {
            int t = i / strides[time] % x.dim(time);
            int length = lengths[i / strides[batch] % x.dim(batch)];
            index[i] = t < length ? i + (length - 1 - 2 * t) * strides[time] : i;
        }
        Array out = Array.zeros(x.type(), x.dims());
        Lane.pick(x.data(), index, out.data());
        return out;
    }

    /** Every axis from the start to the end: what {@link Moves#mapped} takes where nothing changes. */
    static int[][] identity(Array x) {
        int[][] maps = new int[x.rank()][];
        Arrays.setAll(maps, i -> Dims.range(x.dim(i)));
        return maps;
    }
}
