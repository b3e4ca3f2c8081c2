package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Operators that turn the order of elements around, or move them along. */
final class Reversals {
    private Reversals() {}

    /** The order of elements turned around along axes. Source: {@code kernels/reverse.cc}; ONNX Slice-13. */
    static List<Value> reverse(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long[] axes = Arrays.stream(op.longs(1)).map(a -> a < 0 ? a + rank : a).toArray();
        long[] starts = new long[axes.length];
        long[] ends = new long[axes.length];
        Arrays.fill(starts, -1);
        Arrays.fill(ends, Long.MIN_VALUE);
        return List.of(axes.length == 0 ? op.in(0) : onnx.slice(op.in(0), starts, ends, axes, starts));
    }

    /**
     * For each index of the batch axis as many of the first elements along the sequence axis turned around as operand 1
     * says.
     *
     * <p>Source: {@code kernels/reverse_sequence.cc}; ONNX ReverseSequence-10 on the first two axes.
     */
    static List<Value> reverseSequence(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        int batch = (int) Math.floorMod(op.option(Tfl.BATCH_DIM), (long) rank);
        int sequence = (int) Math.floorMod(op.option(Tfl.SEQ_DIM), (long) rank);
        boolean timeFirst = sequence == 0 && batch == 1;
        int[] perm = timeFirst
                ? IntStream.range(0, rank).toArray()
                : IntStream.concat(
                                IntStream.of(batch, sequence),
                                IntStream.range(0, rank).filter(i -> i != batch && i != sequence))
                        .toArray();
        int[] back = new int[rank];
        for (int i = 0; i < rank; i++) {
            back[perm[i]] = i;
        }
        Attributes attributes =
                Attributes.of(OnnxOps.BATCH_AXIS, timeFirst ? 1L : 0L).with(OnnxOps.TIME_AXIS, timeFirst ? 0L : 1L);
        Value y = onnx.op("ReverseSequence", attributes, onnx.transpose(op.in(0), perm), op.int64(1));
        return List.of(onnx.transpose(y, back));
    }

    /**
     * The custom operator Roll: elements moved along axes, those that fall off the end put at the start.
     *
     * <p>Source: {@code kernels/roll.cc}; ONNX Slice-13 and Concat-13.
     */
    static List<Value> roll(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long[] shifts = op.longs(1);
        long[] axes = op.longs(2);
        long[] total = new long[rank];
        for (int i = 0; i < axes.length; i++) {
            total[(int) Math.floorMod(axes[i], (long) rank)] += shifts[i];
        }
        Value y = op.in(0);
        for (int axis = 0; axis < rank; axis++) {
            long shift = total[axis] == 0 ? 0 : Math.floorMod(total[axis], op.size(0, axis));
            if (shift != 0) {
                y = onnx.concat(axis, part(onnx, y, axis, -shift, Long.MAX_VALUE), part(onnx, y, axis, 0, -shift));
            }
        }
        return List.of(y);
    }

    private static Value part(Onnx onnx, Value x, int axis, long from, long to) {
        return onnx.slice(x, new long[] {from}, new long[] {to}, new long[] {axis}, new long[] {1});
    }
}
