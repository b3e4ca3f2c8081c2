package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import dev.tfliteonnx.tfl.Tfl;
import dev.tfliteonnx.tfl.WeightsFormat;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Operators that merge and split axes, or take a part of them: the examples must stay whole. */
final class BatchShapeRules {
    private BatchShapeRules() {}

    /** The elements stay in order, so the batch begins at the same distance from the first axis. */
    static BatchAxis reshape(BatchStep s) {
        long[] to = s.resultSizes();
        BatchAxis axis = merged(s, s.only(0), s.sizes(0), to);
        long[] target = to.clone();
        target[axis.axis()] = axis.extent(s.after()) instanceof Dim.Fixed fixed ? fixed.size() : -1;
        if (s.node().inputs().size() > 1) {
            s.longs(1);
            s.setOperand(1, target);
        } else {
            s.setOption(Tfl.NEW_SHAPE, Ints.of(target));
        }
        return axis;
    }

    /** Where the batch ends up if elements in order get other axes. */
    private static BatchAxis merged(BatchStep s, BatchAxis axis, long[] from, long[] to) {
        if (axis.outer() != 1) {
            throw new Prevented("blocks stand before the examples");
        }
        long distance = product(from, 0, axis.axis());
        long found = -1;
        for (int i = 0; i < to.length; i++) {
            boolean fits = product(to, 0, i) == distance && to[i] >= s.before() && to[i] % s.before() == 0;
            if (fits && (found < 0 || (to[i] == s.before() && to[(int) found] != s.before()))) {
                found = i;
            }
        }
        if (found < 0) {
            throw new Prevented(
                    "no axis of " + Arrays.toString(to) + " begins with the examples of " + Arrays.toString(from));
        }
        return new BatchAxis((int) found, 1, to[(int) found] / s.before());
    }

    private static long product(long[] sizes, int from, int to) {
        return IntStream.range(from, to).mapToLong(i -> sizes[i]).reduce(1, (a, b) -> a * b);
    }

    /** Rows of as many elements as the weights have columns. */
    static BatchAxis fullyConnected(BatchStep s) {
        BatchAxis axis = s.only(0);
        long[] from = s.sizes(0);
        if (s.option(Tfl.WEIGHTS_FORMAT) != WeightsFormat.DEFAULT) {
            throw new Prevented("its weights are shuffled for the rows that there are");
        }
        if (s.option(Tfl.KEEP_NUM_DIMS)) {
            if (axis.axis() == from.length - 1) {
                throw new Prevented("it sums over the examples");
            }
            return axis;
        }
        long columns = s.sizes(1)[1];
        BatchAxis row = merged(s, axis, from, new long[] {product(from, 0, from.length) / columns, columns});
        if (row.axis() != 0) {
            throw new Prevented("it sums over the examples");
        }
        return row;
    }

    static BatchAxis squeeze(BatchStep s) {
        long[] sizes = s.sizes(0);
        int[] named = s.option(Tfl.SQUEEZE_DIMS).toIntArray();
        int[] gone = named.length == 0
                ? IntStream.range(0, sizes.length).filter(i -> sizes[i] == 1).toArray()
                : Arrays.stream(named)
                        .map(i -> BatchStep.fromStart(i, sizes.length))
                        .toArray();
        BatchAxis axis = BatchRules.sparing(s, 0, gone);
        s.setOption(Tfl.SQUEEZE_DIMS, Ints.ofInts(gone));
        return axis.on(axis.axis()
                - (int) Arrays.stream(gone).filter(i -> i < axis.axis()).count());
    }

    static BatchAxis slice(BatchStep s) {
        BatchAxis axis = s.only(0);
        long[] begin = s.longs(1);
        long[] size = s.longs(2);
        int at = axis.axis();
        if (begin[at] != 0 || (size[at] != -1 && size[at] != s.sizes(0)[at])) {
            throw new Prevented("it takes some of the examples");
        }
        size[at] = -1;
        s.setOperand(2, size);
        return axis;
    }

    static BatchAxis stridedSlice(BatchStep s) {
        BatchAxis axis = s.only(0);
        int at = axis.axis();
        if (s.option(Tfl.ELLIPSIS_MASK) != 0 || s.option(Tfl.NEW_AXIS_MASK) != 0) {
            throw new Prevented("its axes are not those of its operand");
        }
        long[] begin = s.longs(1);
        long[] end = s.longs(2);
        long bit = 1L << at;
        long removed = s.option(Tfl.SHRINK_AXIS_MASK);
        if (at < begin.length) {
            boolean fromFirst = begin[at] == 0 || (s.option(Tfl.BEGIN_MASK) & bit) != 0;
            boolean toLast = end[at] >= s.sizes(0)[at] || (s.option(Tfl.END_MASK) & bit) != 0;
            if (!fromFirst || !toLast || s.longs(3)[at] != 1 || (removed & bit) != 0) {
                throw new Prevented("it takes some of the examples");
            }
            s.setOptions(Tfl.BEGIN_MASK, s.option(Tfl.BEGIN_MASK) | bit, Tfl.END_MASK, s.option(Tfl.END_MASK) | bit);
        }
        return axis.on(at - Long.bitCount(removed & (bit - 1)));
    }

    /** Blocks come before the batch: {@code out[block · B + b]}. Source: {@code kernels/space_to_batch_nd.cc}. */
    static BatchAxis spaceToBatch(BatchStep s) {
        BatchAxis axis = s.only(0);
        requireFirst(axis);
        return new BatchAxis(0, axis.outer() * blocks(s), axis.inner());
    }

    static BatchAxis batchToSpace(BatchStep s) {
        BatchAxis axis = s.only(0);
        requireFirst(axis);
        if (axis.outer() % blocks(s) != 0) {
            throw new Prevented("it takes the examples for blocks");
        }
        return new BatchAxis(0, axis.outer() / blocks(s), axis.inner());
    }

    /** The extents that are asked for; that of the batch is asked for anew. Source: {@code kernels/broadcast_to.cc}. */
    static BatchAxis broadcastTo(BatchStep s) {
        long[] to = s.resultSizes();
        BatchAxis axis = s.only(0);
        BatchAxis result = axis.on(axis.axis() + to.length - s.rank(0));
        s.longs(1);
        boolean stays = to[result.axis()] == s.sizes(0)[axis.axis()];
        boolean is32 = s.node().input(1).type() == DataType.INT32;
        if (!stays || !result.isPlain() || !is32 || !s.graph().isCounted()) {
            throw new Prevented("it repeats the examples");
        }
        s.graph().changes().operand(s.node(), 1, (target, copied) -> {
            Emitter emit = Emitter.by(target, copied);
            return emit.vector(to, result.axis(), s.graph().count(emit));
        });
        return result;
    }

    private static long blocks(BatchStep s) {
        return Arrays.stream(s.longs(1)).reduce(1, (a, b) -> a * b);
    }

    private static void requireFirst(BatchAxis axis) {
        if (axis.axis() != 0) {
            throw new Prevented("examples are on axis " + axis.axis());
        }
    }
}
