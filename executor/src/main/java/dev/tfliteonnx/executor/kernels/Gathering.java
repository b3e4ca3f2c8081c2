package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Key;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Elements picked and placed by index; negative indices count from the end. Source: Gather-13, GatherElements-13,
 * GatherND-13, ScatterElements-18, ScatterND-18, OneHot-11.
 */
final class Gathering {
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Long> BATCH_DIMS = Key.ofInt("batch_dims");
    private static final Key<String> REDUCTION = Key.ofString("reduction");

    private Gathering() {}

    /** Gather: data [a, n, b], indices [i, j] → [a, i, j, b]. */
    static Array gather(Call call) {
        Array data = call.in(0);
        Array indices = call.in(1);
        int axis = Dims.axis(call.option(AXIS, 0), data.rank());
        int[] picked = indices.ints();
        int n = data.dim(axis);
        int outer = Dims.count(data.dims(), 0, axis);
        int inner = Dims.count(data.dims(), axis + 1, data.rank());
        int[] head = Dims.concat(Dims.slice(data.dims(), 0, axis), indices.dims());
        Array out = Array.zeros(data.type(), Dims.concat(head, Dims.slice(data.dims(), axis + 1, data.rank())));
        for (int o = 0; o < outer; o++) {
            for (int i = 0; i < picked.length; i++) {
                int from = (o * n + index(picked[i], n)) * inner;
                System.arraycopy(data.data(), from, out.data(), (o * picked.length + i) * inner, inner);
            }
        }
        return out;
    }

    private static int index(long index, int size) {
        if (index < -size || index >= size) {
            throw new IllegalArgumentException("index " + index + " of an axis of extent " + size);
        }
        return (int) (index < 0 ? index + size : index);
    }

    /** GatherElements: out[i][j] = data[indices[i][j]][j] on axis 0; data and indices have the same rank. */
    static Array gatherElements(Call call) {
        Array data = call.in(0);
        Array indices = call.in(1);
        Array out = Array.zeros(data.type(), indices.dims());
        Lane.pick(data.data(), places(data, indices, call.option(AXIS, 0)), out.data());
        return out;
    }

    /** Where in {@code data} each of {@code indices} points to. */
    private static int[] places(Array data, Array indices, int givenAxis) {
        int axis = Dims.axis(givenAxis, data.rank());
        int[] index = indices.ints();
        int[] strides = Dims.strides(data.dims());
        int[] steps = strides.clone();
        steps[axis] = 0;
        int[] places = new int[index.length];
        for (Walk w = new Walk(indices.dims(), steps); w.valid(); w.next()) {
            for (int i = 0; i < w.length(); i++) {
                int at = w.position() + i;
                places[at] = w.offset(0) + i * w.stride(0) + index(index[at], data.dim(axis)) * strides[axis];
            }
        }
        return places;
    }

    /** GatherND: every last row of indices [..., k] names an element or, if k is less than the rank, a part. */
    static Array gatherNd(Call call) {
        Array data = call.in(0);
        Array indices = call.in(1);
        int batch = call.option(BATCH_DIMS, 0);
        int k = indices.dim(-1);
        int run = Dims.count(data.dims(), batch + k, data.rank());
        int[] starts = starts(data, indices, batch);
        int[] head = Dims.slice(indices.dims(), 0, indices.rank() - 1);
        Array out = Array.zeros(data.type(), Dims.concat(head, Dims.slice(data.dims(), batch + k, data.rank())));
        for (int i = 0; i < starts.length; i++) {
            System.arraycopy(data.data(), starts[i], out.data(), i * run, run);
        }
        return out;
    }

    private static int[] starts(Array data, Array indices, int batch) {
        int k = indices.dim(-1);
        int[] strides = Dims.strides(data.dims());
        long[] index = indices.longs();
        int batches = Dims.count(data.dims(), 0, batch);
        int block = Dims.count(data.dims(), batch, data.rank());
        int n = Dims.count(indices.dims(), 0, indices.rank() - 1);
        int[] starts = new int[n];
        for (int i = 0; i < n; i++) {
            int at = batches == 0 ? 0 : i / (n / batches) * block;
            for (int j = 0; j < k; j++) {
                at += index(index[i * k + j], data.dim(batch + j)) * strides[batch + j];
            }
            starts[i] = at;
        }
        return starts;
    }

    /** ScatterND: data with parts replaced by, or combined with, updates. */
    static Array scatterNd(Call call) {
        Array data = call.in(0);
        Array indices = call.in(1);
        int run = Dims.count(data.dims(), indices.dim(-1), data.rank());
        int[] starts = starts(data, indices, 0);
        int[] places = new int[starts.length * run];
        for (int i = 0; i < places.length; i++) {
            places[i] = starts[i / run] + i % run;
        }
        return scattered(call, data, places, call.in(2));
    }

    /** ScatterElements: the opposite of GatherElements. */
    static Array scatterElements(Call call) {
        Array data = call.in(0);
        return scattered(call, data, places(data, call.in(1), call.option(AXIS, 0)), call.in(2));
    }

    private static Array scattered(Call call, Array data, int[] places, Array updates) {
        String reduction = call.option(REDUCTION, "none");
        if (reduction.equals("none")) {
            Object out = Moves.copy(data);
            for (int i = 0; i < places.length; i++) {
                System.arraycopy(updates.data(), i, out, places[i], 1);
            }
            return new Array(data.type(), data.dims(), out);
        }
        if (data.type().isFloat()) {
            DoubleBinaryOperator f = realReduction(reduction);
            double[] out = data.doubles().clone();
            double[] with = updates.doubles();
            for (int i = 0; i < places.length; i++) {
                out[places[i]] = f.applyAsDouble(out[places[i]], with[i]);
            }
            return Array.ofDoubles(data.type(), data.dims(), out);
        }
        LongBinaryOperator g = wholeReduction(reduction);
        long[] out = data.longs().clone();
        long[] with = updates.longs();
        for (int i = 0; i < places.length; i++) {
            out[places[i]] = g.applyAsLong(out[places[i]], with[i]);
        }
        return Array.ofLongs(data.type(), data.dims(), out);
    }

    private static DoubleBinaryOperator realReduction(String name) {
        return switch (name) {
            case "add" -> Double::sum;
            case "mul" -> (a, b) -> a * b;
            case "max" -> Math::max;
            case "min" -> Math::min;
            default -> throw new IllegalArgumentException("reduction " + name);
        };
    }

    private static LongBinaryOperator wholeReduction(String name) {
        return switch (name) {
            case "add" -> Long::sum;
            case "mul" -> (a, b) -> a * b;
            case "max" -> Math::max;
            case "min" -> Math::min;
            default -> throw new IllegalArgumentException("reduction " + name);
        };
    }

    /** OneHot: a new axis of extent depth, on where the index says and off elsewhere; out of range is all off. */
    static Array oneHot(Call call) {
        Array indices = call.in(0);
        int depth = (int) call.in(1).real();
        Array values = call.in(2);
        int axis = Dims.axis(call.option(AXIS, -1), indices.rank() + 1);
        double[] index = indices.doubles();
        int inner = Dims.count(indices.dims(), axis, indices.rank());
        int[] dims = Dims.with(Layout.unsqueezed(indices.dims(), axis), axis, depth);
        Object out = Moves.strided(values, 0, dims, new int[dims.length]).data();
        for (int i = 0; i < index.length; i++) {
            int hot = (int) (index[i] < 0 ? index[i] + depth : index[i]);
            if (index[i] >= -depth && index[i] < depth) {
                System.arraycopy(values.data(), 1, out, (i / inner * depth + hot) * inner + i % inner, 1);
            }
        }
        return new Array(values.type(), dims, out);
    }
}
