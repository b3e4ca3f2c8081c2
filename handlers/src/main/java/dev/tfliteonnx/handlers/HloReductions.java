package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** StableHLO reductions, whole and by windows. Their bodies must be one operator. */
final class HloReductions {
    private HloReductions() {}

    /**
     * {@code x}, start → {@code x} without {@code dimensions}, each element joined with the start.
     *
     * <p>Source: the StableHLO specification; ONNX ReduceSum-13, ReduceProd-18, ReduceMax-20, ReduceMin-20.
     */
    static List<Value> reduce(TflOp op, Onnx onnx) {
        requireOne(op);
        Combination body = Combination.of(op, op.subgraph(op.option(Tfl.BODY_SUBGRAPH_INDEX)));
        Value x = counted(onnx, op.in(0));
        Value start = counted(onnx, onnx.reshape(op.in(1)));
        Value y = onnx.reduce(
                body.reduction(), x, false, op.option(Tfl.DIMENSIONS).toArray());
        return List.of(onnx.cast(body.join(onnx, start, y), op.in(0).type()));
    }

    /**
     * {@code x}, start → the elements of windows, joined with the start; {@code x} is padded with the start.
     *
     * <p>Source: {@code kernels/stablehlo_reduce_window.cc}; axis by axis {@link SlidingReductions#slid}.
     */
    static List<Value> reduceWindow(TflOp op, Onnx onnx) {
        requireOne(op);
        Combination body = Combination.of(op, op.subgraph(op.option(Tfl.BODY_SUBGRAPH_INDEX)));
        int rank = op.rank(0);
        long[] window = op.option(Tfl.WINDOW_DIMENSIONS).toArray();
        long[] strides = orOnes(op.option(Tfl.WINDOW_STRIDES).toArray(), rank);
        long[] dilations = orOnes(op.option(Tfl.WINDOW_DILATIONS).toArray(), rank);
        long[] holes = Arrays.stream(orOnes(op.option(Tfl.BASE_DILATIONS).toArray(), rank))
                .map(d -> d - 1)
                .toArray();
        Value start = counted(onnx, onnx.reshape(op.in(1)));
        Value y = HloShapes.spread(op, onnx, counted(onnx, op.in(0)), holes, start);
        y = HloShapes.edged(onnx, y, pads(op.option(Tfl.PADDING_PAIRS).toArray(), rank), start);
        for (int axis = 0; axis < rank; axis++) {
            long span = (window[axis] - 1) * dilations[axis] + 1;
            long windows = Math.max(0, Math.floorDiv(y.shape().size(axis) - span, strides[axis]) + 1);
            long[] slid = {windows, window[axis], strides[axis], dilations[axis]};
            y = SlidingReductions.slid(onnx, body.reduction(), y, axis, slid);
        }
        return List.of(onnx.cast(body.join(onnx, start, y), op.in(0).type()));
    }

    private static void requireOne(TflOp op) {
        if (op.inputs() != 2) {
            throw op.refuse(
                    DiagnosticCode.NOT_HANDLED,
                    "it reduces " + op.inputs() / 2 + " operands together",
                    "export the model with reductions of one operand");
        }
    }

    /** Truth values as 0 and 1, which minima and maxima take. */
    private static Value counted(Onnx onnx, Value x) {
        return x.type() == DataType.BOOL ? onnx.cast(x, DataType.INT32) : x;
    }

    private static long[] orOnes(long[] given, int rank) {
        long[] all = given.length == 0 ? new long[rank] : given;
        if (given.length == 0) {
            Arrays.fill(all, 1);
        }
        return all;
    }

    /** Pairs of low and high padding, axis by axis, in ONNX's order. */
    static long[] pads(long[] pairs, int rank) {
        long[] pads = new long[2 * rank];
        for (int i = 0; 2 * i + 1 < pairs.length; i++) {
            pads[i] = pairs[2 * i];
            pads[rank + i] = pairs[2 * i + 1];
        }
        return pads;
    }
}
