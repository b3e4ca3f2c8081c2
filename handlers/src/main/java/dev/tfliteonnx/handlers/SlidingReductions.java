package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.ReduceWindowFunction;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators of windows that slide along any axes, and of holes put between elements. */
final class SlidingReductions {
    private SlidingReductions() {}

    /**
     * {@code x}, start, window, strides, dilations {@code [rank]} → the elements of each window joined with the start.
     *
     * <p>Source: {@code kernels/stablehlo_reduce_window.cc}; axis by axis a Gather-13 of all windows and a reduction.
     */
    static List<Value> reduceWindow(TflOp op, Onnx onnx) {
        ReduceWindowFunction function = op.option(Tfl.REDUCE_FUNCTION);
        if (function == ReduceWindowFunction.UNSUPPORTED) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "reduce_function is UNSUPPORTED", "");
        }
        long[] window = op.longs(2);
        long[] strides = op.longs(3);
        long[] dilations = op.longs(4);
        DataType type = op.in(0).type();
        boolean logical = function == ReduceWindowFunction.ALL || function == ReduceWindowFunction.ANY;
        DataType carrier = logical ? DataType.INT32 : carrier(type);
        Value y = carried(onnx, op.in(0), logical, carrier);
        for (int axis = 0; axis < window.length; axis++) {
            if (!op.shape(0).isFixed(axis)) {
                y = slid(onnx, function, y, axis, window[axis], strides[axis], dilations[axis]);
                continue;
            }
            long span = (window[axis] - 1) * dilations[axis] + 1;
            long room = op.size(0, axis) - span;
            if (room < 0 || strides[axis] < 1) {
                throw op.refuse(
                        DiagnosticCode.INVALID_MODEL,
                        "windows of " + span + " elements every " + strides[axis] + " do not fit the "
                                + op.size(0, axis) + " elements of axis " + axis,
                        "");
            }
            long[] slid = {room / strides[axis] + 1, window[axis], strides[axis], dilations[axis]};
            y = slid(onnx, reduction(function), y, axis, slid);
        }
        Value start = carried(onnx, onnx.reshape(op.in(1)), logical, carrier);
        return List.of(onnx.cast(joined(onnx, function, start, y), type));
    }

    private static Value carried(Onnx onnx, Value x, boolean logical, DataType carrier) {
        return onnx.cast(logical ? onnx.cast(x, DataType.BOOL) : x, carrier);
    }

    private static DataType carrier(DataType type) {
        return switch (type) {
            case INT8, UINT8, INT16, UINT16 -> DataType.INT32;
            case UINT32, UINT64 -> DataType.INT64;
            default -> type;
        };
    }

    private static String reduction(ReduceWindowFunction function) {
        return switch (function) {
            case ADD -> "ReduceSum";
            case MUL -> "ReduceProd";
            case MINIMUM, ALL -> "ReduceMin";
            case MAXIMUM, ANY -> "ReduceMax";
            case UNSUPPORTED -> throw new IllegalArgumentException(function.name());
        };
    }

    private static Value joined(Onnx onnx, ReduceWindowFunction function, Value a, Value b) {
        return switch (function) {
            case ADD -> onnx.add(a, b);
            case MUL -> onnx.mul(a, b);
            case MINIMUM, ALL -> Integers.extreme(onnx, "Min", a, b);
            case MAXIMUM, ANY -> Integers.extreme(onnx, "Max", a, b);
            case UNSUPPORTED -> throw new IllegalArgumentException(function.name());
        };
    }

    /**
     * {@code x} with the elements of each window along an axis made one. Products of integers are made factor by factor:
     * ONNX Runtime's ReduceProd saturates where the kernels wrap.
     *
     * @param slid how many windows, the elements of each, the steps from window to window and from element to element
     */
    static Value slid(Onnx onnx, String reduction, Value x, int axis, long[] slid) {
        if (slid[1] == 1 && slid[2] == 1 && slid[0] == x.shape().size(axis)) {
            return x;
        }
        if (reduction.equals("ReduceProd") && !x.type().isFloat()) {
            return IntStream.range(0, (int) slid[1])
                    .mapToObj(i -> factor(onnx, x, axis, slid, i * slid[3]))
                    .reduce(onnx::mul)
                    .orElseThrow();
        }
        long[] all = new long[Math.toIntExact(slid[0] * slid[1])];
        for (int i = 0; i < all.length; i++) {
            all[i] = i / slid[1] * slid[2] + i % slid[1] * slid[3];
        }
        Value places = onnx.constant(Tensor.ofIntegers(DataType.INT64, Shape.of(slid[0], slid[1]), all));
        return onnx.reduce(reduction, onnx.gather(x, places, axis), false, axis + 1);
    }

    /** As {@link #slid(Onnx, String, Value, int, long[])} along an axis of unknown extent, element by element. */
    private static Value slid(Onnx onnx, ReduceWindowFunction function, Value x, int axis, long... slides) {
        long last = (slides[0] - 1) * slides[2];
        return LongStream.range(0, slides[0])
                .map(i -> i * slides[2])
                .mapToObj(from -> {
                    long[] to = {from == last ? Long.MAX_VALUE : from - last};
                    return onnx.slice(x, new long[] {from}, to, new long[] {axis}, new long[] {slides[1]});
                })
                .reduce((a, b) -> joined(onnx, function, a, b))
                .orElseThrow();
    }

    private static Value factor(Onnx onnx, Value x, int axis, long[] slid, long from) {
        long[] to = {from + (slid[0] - 1) * slid[2] + 1};
        return onnx.slice(x, new long[] {from}, to, new long[] {axis}, new long[] {slid[2]});
    }

    /**
     * {@code x}, dilations {@code [rank]}, value → {@code x} with as many elements less one of that value between any two
     * along each axis.
     *
     * <p>Source: {@code kernels/dilate.cc}; ONNX Reshape-14, Pad-13, Reshape-14, Slice-13.
     */
    static List<Value> dilate(TflOp op, Onnx onnx) {
        long[] dilations = op.longs(1);
        int rank = op.rank(0);
        Extents x = Extents.of(op, onnx, 0);
        Value[] apart = new Value[2 * rank];
        Value[] wide = new Value[rank];
        long[] pads = new long[4 * rank];
        long[] starts = new long[rank];
        long[] ends = new long[rank];
        long[] axes = new long[rank];
        long[] steps = new long[rank];
        for (int i = 0; i < rank; i++) {
            apart[2 * i] = x.at(i);
            apart[2 * i + 1] = onnx.ints(1);
            pads[2 * rank + 2 * i + 1] = dilations[i] - 1;
            wide[i] = Extents.times(onnx, x.at(i), dilations[i]);
            ends[i] = dilations[i] == 1 ? Long.MAX_VALUE : 1 - dilations[i];
            axes[i] = i;
            steps[i] = 1;
        }
        Value open = Extents.reshape(onnx, op.in(0), apart);
        Value padded = onnx.op("Pad", open, onnx.ints(pads), onnx.reshape(op.in(2)));
        return List.of(onnx.slice(Extents.reshape(onnx, padded, wide), starts, ends, axes, steps));
    }
}
