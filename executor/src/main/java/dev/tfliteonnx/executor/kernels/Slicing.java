package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Parts of tensors, and tensors put together. Source: Slice-13, Split-18, Concat-13, Pad-19, Trilu-14, ReverseSequence-10,
 * Compress-11; Slice, Split and Pad also take their numbers as options, as in older versions.
 */
final class Slicing {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Ints> AXES = Key.ofInts("axes");
    private static final Key<Ints> STARTS = Key.ofInts("starts");
    private static final Key<Ints> ENDS = Key.ofInts("ends");
    private static final Key<Ints> SPLIT = Key.ofInts("split");
    private static final Key<Ints> PADS = Key.ofInts("pads");
    private static final Key<Float> VALUE = Key.ofFloat("value");
    private static final Key<String> MODE = Key.ofString("mode");
    private static final Key<Long> UPPER = Key.ofInt("upper");
    private static final Key<Long> NUM_OUTPUTS = Key.ofInt("num_outputs");
    private static final Key<Long> BATCH_AXIS = Key.ofInt("batch_axis");
    private static final Key<Long> TIME_AXIS = Key.ofInt("time_axis");

    private Slicing() {}

    /** Slice: every step-th index from start to end, exclusive; negative numbers count from the end. */
    static Array slice(Call call) {
        Array x = call.in(0);
        long[] starts = call.optionOrInput(STARTS, 1).orElseThrow();
        long[] ends = call.optionOrInput(ENDS, 2).orElseThrow();
        int[] axes =
                call.optionOrInput(AXES, 3).map(a -> Dims.axes(a, x.rank())).orElseGet(() -> Dims.range(starts.length));
        int[] strides = Dims.strides(x.dims());
        int[] dims = x.dims().clone();
        int offset = 0;
        for (int i = 0; i < axes.length; i++) {
            int axis = axes[i];
            long size = x.dim(axis);
            long step = call.has(4) ? call.in(4).longs()[i] : 1;
            long low = step > 0 ? 0 : -1;
            long start = clamp(starts[i], size, Math.max(low, 0), step > 0 ? size : size - 1);
            long end = clamp(ends[i], size, low, step > 0 ? size : size - 1);
            long n = Math.max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
            dims[axis] = (int) n;
            offset += n == 0 ? 0 : (int) start * strides[axis];
            strides[axis] *= (int) Math.max(-size, Math.min(size, step));
        }
        return Moves.strided(x, offset, dims, strides);
    }

    private static long clamp(long index, long size, long low, long high) {
        return Math.max(low, Math.min(high, index < 0 ? index + size : index));
    }

    /** Split: parts of given lengths, or equal ones of which the last may be shorter. */
    static List<Array> split(Call call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.option(AXIS, 0), x.rank());
        int n = call.option(NUM_OUTPUTS, call.outputs());
        int chunk = (x.dim(axis) + n - 1) / n;
        long[] lengths = call.optionOrInput(SPLIT, 1).orElseGet(() -> {
            long[] equal = new long[n];
            Arrays.setAll(equal, i -> Math.max(0, Math.min(chunk, x.dim(axis) - i * chunk)));
            return equal;
        });
        List<Array> parts = new ArrayList<>();
        int from = 0;
        for (long length : lengths) {
            parts.add(Moves.part(x, axis, from, Math.toIntExact(length)));
            from += (int) length;
        }
        return parts;
    }

    /** Concat: one after the other on an axis. */
    static Array concat(Call call) {
        List<Array> parts = call.inputsFrom(0);
        return Moves.joined(parts, Dims.axis(call.option(AXIS, 1), parts.get(0).rank()));
    }

    /** Pad: constant, reflect, edge or wrap; negative pads crop. */
    static Array pad(Call call) {
        Array x = call.in(0);
        int rank = x.rank();
        long[] pads = call.optionOrInput(PADS, 1).orElseThrow();
        int[] axes = call.optional(3).map(a -> Dims.axes(a.longs(), rank)).orElseGet(() -> Dims.range(rank));
        String mode = call.option(MODE, "constant");
        int[][] maps = new int[rank][];
        Arrays.setAll(maps, i -> Dims.range(x.dim(i)));
        for (int i = 0; i < axes.length; i++) {
            int before = Math.toIntExact(pads[i]);
            int size = x.dim(axes[i]);
            int[] map = new int[Math.max(0, before + size + Math.toIntExact(pads[i + axes.length]))];
            Arrays.setAll(map, at -> source(at - before, size, mode));
            maps[axes[i]] = map;
        }
        Array fill = call.option(VALUE)
                .map(v -> Array.ofDoubles(x.type(), new int[0], new double[] {v}))
                .or(() -> call.optional(2).filter(v -> v.size() == 1).map(Array::reshaped))
                .orElseGet(() -> Array.zeros(x.type()));
        return Moves.mapped(x, maps, fill);
    }

    /** Which index of an axis a padded index shows, negative for none. */
    private static int source(int i, int size, String mode) {
        return switch (mode) {
            case "constant" -> i < size ? i : -1;
            case "edge" -> Math.max(0, Math.min(size - 1, i));
            case "wrap" -> Math.floorMod(i, size);
            case "reflect" -> {
                int period = Math.max(1, 2 * (size - 1));
                int at = Math.floorMod(i, period);
                yield at < size ? at : period - at;
            }
            default -> throw new IllegalArgumentException("padding mode " + mode);
        };
    }

    /** Trilu: zeros below or above the k-th diagonal of [..., N, M]. */
    static Array trilu(Call call) {
        Array x = call.in(0);
        boolean upper = call.option(UPPER, 1L) != 0;
        long k = call.optional(1).map(Array::integer).orElse(0L);
        Array out = Array.zeros(x.type(), x.dims());
        int rows = x.dim(-2);
        int columns = x.dim(-1);
        int matrices = rows * columns == 0 ? 0 : x.size() / (rows * columns);
        for (int r = 0; r < matrices * rows; r++) {
            int diagonal = (int) Math.max(0, Math.min(columns, r % rows + k + (upper ? 0 : 1)));
            int from = r * columns + (upper ? diagonal : 0);
            System.arraycopy(x.data(), from, out.data(), from, upper ? columns - diagonal : diagonal);
        }
        return out;
    }

    /** ReverseSequence: the first lens[b] steps of every batch in reverse. */
    static Array reverseSequence(Call call) {
        Array x = call.in(0);
        int[] lengths = call.in(1).ints();
        int time = call.option(TIME_AXIS, 0);
        int batch = call.option(BATCH_AXIS, 1);
        int[] strides = Dims.strides(x.dims());
        int inner = strides[Math.max(time, batch)];
        Array out = Array.zeros(x.type(), x.dims());
        int outer = x.size() == 0 ? 0 : x.size() / (x.dim(0) * x.dim(1) * inner);
        for (int o = 0; o < outer; o++) {
            for (int b = 0; b < x.dim(batch); b++) {
                for (int t = 0; t < x.dim(time); t++) {
                    int from = t < lengths[b] ? lengths[b] - 1 - t : t;
                    int base = o * x.dim(0) * x.dim(1) * inner + b * strides[batch];
                    System.arraycopy(
                            x.data(), base + from * strides[time], out.data(), base + t * strides[time], inner);
                }
            }
        }
        return out;
    }

    /** Compress: the parts of an axis, or of the flattened tensor, for which the condition holds. */
    static Array compress(Call call) {
        Array x = call.option(AXIS).isPresent()
                ? call.in(0)
                : call.in(0).reshaped(call.in(0).size());
        byte[] condition = call.in(1).booleans();
        int axis = Dims.axis(call.option(AXIS, 0), x.rank());
        int[][] maps = new int[x.rank()][];
        Arrays.setAll(maps, i -> Dims.range(x.dim(i)));
        maps[axis] = Arrays.stream(maps[axis])
                .filter(i -> i < condition.length && condition[i] != 0)
                .toArray();
        return Moves.mapped(x, maps, Array.zeros(x.type()));
    }

    /** NonZero: [rank, n], the indices of all elements that are not zero. */
    static Array nonZero(Call call) {
        Array x = call.in(0);
        double[] values = x.doubles();
        int[] found = Arrays.stream(Dims.range(values.length))
                .filter(i -> values[i] != 0)
                .toArray();
        int[] strides = Dims.strides(x.dims());
        long[] out = new long[x.rank() * found.length];
        for (int axis = 0; axis < x.rank(); axis++) {
            for (int i = 0; i < found.length; i++) {
                out[axis * found.length + i] = found[i] / strides[axis] % x.dim(axis);
            }
        }
        return Array.ofLongs(DataType.INT64, new int[] {x.rank(), found.length}, out);
    }
}
