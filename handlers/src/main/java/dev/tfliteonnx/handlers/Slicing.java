package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that take parts of a tensor by ranges or by indices, and one that puts a part in. */
final class Slicing {
    private Slicing() {}

    /**
     * From {@code begin [r]} on, {@code size [r]} elements of each axis, −1 for the rest.
     *
     * <p>Source: {@code kernels/slice.cc}; ONNX Slice-13.
     */
    static List<Value> slice(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long[] axes = LongStream.range(0, rank).toArray();
        if (op.constant(1).isEmpty() || op.constant(2).isEmpty()) {
            Value begin = op.int64(1);
            Value size = op.int64(2);
            Value rest = onnx.op("Less", size, onnx.ints(0));
            Value end = onnx.where(rest, onnx.ints(Long.MAX_VALUE), onnx.add(begin, size));
            return List.of(onnx.op("Slice", op.in(0), begin, end, onnx.ints(axes)));
        }
        long[] begin = op.longs(1);
        long[] end = op.longs(2);
        long[] steps = new long[rank];
        for (int i = 0; i < rank; i++) {
            end[i] = end[i] < 0 ? Long.MAX_VALUE : begin[i] + end[i];
            steps[i] = 1;
        }
        return List.of(onnx.slice(op.in(0), begin, end, axes, steps));
    }

    /**
     * The elements at indices along an axis, the first {@code batch_dims} axes of both operands going together.
     *
     * <p>Source: {@code kernels/gather.cc}; ONNX Gather-13, or GatherND-13 with batch_dims.
     */
    static List<Value> gather(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long axisOption = op.option(Tfl.AXIS);
        long batchOption = op.option(Tfl.BATCH_DIMS);
        int axis = (int) (axisOption < 0 ? axisOption + rank : axisOption);
        int batch = (int) (batchOption < 0 ? batchOption + op.rank(1) : batchOption);
        Value indices = indices(op, onnx, 1);
        if (batch == 0) {
            return List.of(onnx.gather(op.in(0), indices, axis));
        }
        // the gathered axis moves behind the batch; the axes between are moved back before the index axes
        int[] perm = IntStream.range(0, rank)
                .map(i -> i < batch ? i : i == batch ? axis : i <= axis ? i - 1 : i)
                .toArray();
        Attributes attributes = Attributes.of(OnnxOps.BATCH_DIMS, (long) batch);
        Value y = onnx.op(
                "GatherND", attributes, onnx.transpose(op.in(0), perm), onnx.unsqueeze(op.int64(1), op.rank(1)));
        int between = axis - batch;
        int indexAxes = op.rank(1) - batch;
        int outRank = rank - 1 + indexAxes;
        int[] back = IntStream.range(0, outRank)
                .map(i -> i < batch
                        ? i
                        : i < batch + between ? i + indexAxes : i < batch + between + indexAxes ? i - between : i)
                .toArray();
        return List.of(onnx.transpose(y, back));
    }

    /** The elements or slices that index vectors name. Source: {@code kernels/gather_nd.cc}; ONNX GatherND-13. */
    static List<Value> gatherNd(TflOp op, Onnx onnx) {
        return List.of(onnx.op("GatherND", op.in(0), op.int64(1)));
    }

    /** Indices in a type that Gather takes. */
    private static Value indices(TflOp op, Onnx onnx, int i) {
        DataType type = op.source(i).type();
        return type == DataType.INT32 || type == DataType.INT64 ? op.raw(i) : onnx.cast(op.raw(i), DataType.INT32);
    }

    /**
     * {@code x} with {@code update} put in at {@code start [r]}, which is clamped so that the update fits.
     *
     * <p>Source: {@code kernels/dynamic_update_slice.cc}. ONNX Pad carries the update and a mask to their place.
     */
    static List<Value> dynamicUpdateSlice(TflOp op, Onnx onnx) {
        Shape whole = op.shape(0);
        Shape part = op.shape(1);
        if (whole.isStatic() && whole.equals(part)) {
            return List.of(op.in(1));
        }
        Value extents = Extents.of(op, onnx, 1).all();
        Value space = room(onnx, Extents.of(op, onnx, 0).all(), extents);
        Value start = onnx.op("Min", onnx.op("Max", op.int64(2), onnx.ints(0)), space);
        Value pads = onnx.concat(0, start, onnx.sub(space, start));
        Value x = op.in(0);
        Value moved = onnx.op("Pad", op.in(1), pads);
        Value ones = Extents.filled(onnx, DataType.INT32, 1, extents);
        Value mask = onnx.cast(onnx.op("Pad", ones, pads), DataType.BOOL);
        return List.of(onnx.where(mask, moved, x));
    }

    /** How much greater a tensor is than a part of it, axis by axis. */
    private static Value room(Onnx onnx, Value whole, Value part) {
        if (!whole.isConstant() || !part.isConstant()) {
            return onnx.sub(whole, part);
        }
        long[] room = whole.constant().orElseThrow().toLongs();
        long[] taken = part.constant().orElseThrow().toLongs();
        Arrays.setAll(room, i -> room[i] - taken[i]);
        return onnx.ints(room);
    }
}
