package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;

/**
 * STRIDED_SLICE: ranges with steps, and masks that widen, add and remove axes.
 *
 * <p>Source: {@code BuildStridedSliceParams} in {@code kernels/strided_slice.cc}; ONNX Slice-13, Squeeze-13 and
 * Unsqueeze-13.
 */
final class StridedSlices {
    /** What one axis of the operand, or one new axis, gets. */
    private record Range(boolean isNew, int spec) {
        static final int FULL = -1;
    }

    private StridedSlices() {}

    static List<Value> stridedSlice(TflOp op, Onnx onnx) {
        List<Range> ranges = ranges(op);
        long[] strides = op.longs(3);
        List<Long> newAxes = new ArrayList<>();
        List<Long> shrunk = new ArrayList<>();
        List<Integer> sliced = new ArrayList<>();
        List<Integer> specs = new ArrayList<>();
        int axis = 0;
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            if (range.isNew()) {
                newAxes.add((long) i - shrunk.size());
                continue;
            }
            if (range.spec() != Range.FULL) {
                sliced.add(axis);
                specs.add(range.spec());
                if (bit(op.option(Tfl.SHRINK_AXIS_MASK), range.spec())) {
                    shrunk.add((long) axis);
                }
            }
            axis++;
        }
        if (axis > op.rank(0)) {
            throw op.refuse(
                    DiagnosticCode.INVALID_MODEL, "its ellipsis stands for no axis, to which TFLite gives one", "");
        }
        boolean constant =
                op.constant(1).isPresent() && op.constant(2).isPresent() && !mayBeginBefore(op, sliced, specs, strides);
        Value y = constant
                ? sliceConstant(op, onnx, sliced, specs, strides)
                : sliceComputed(op, onnx, sliced, specs, strides);
        y = onnx.squeeze(y, toArray(shrunk));
        return List.of(onnx.unsqueeze(y, toArray(newAxes)));
    }

    /** What stands for each axis of the result before axes are shrunk away. */
    private static List<Range> ranges(TflOp op) {
        int count = op.longs(3).length;
        long ellipsis = op.option(Tfl.ELLIPSIS_MASK);
        long newAxis = op.option(Tfl.NEW_AXIS_MASK);
        int added = 0;
        for (int i = 0; i < count; i++) {
            if (bit(newAxis, i) && !bit(ellipsis, i)) {
                added++;
            }
        }
        int rank = op.rank(0) + added;
        List<Range> ranges = new ArrayList<>();
        int shift = 0;
        for (int i = 0; i < rank; ) {
            int spec = i - shift;
            if (spec < count && bit(ellipsis, spec)) {
                int end = Math.max(i + 1, Math.min(i + 1 + rank - count, rank));
                shift += end - i - 1;
                for (; i < end; i++) {
                    ranges.add(new Range(false, Range.FULL));
                }
            } else {
                boolean isNew = spec < count && bit(newAxis, spec);
                ranges.add(new Range(isNew, spec < count ? spec : Range.FULL));
                i++;
            }
        }
        return ranges;
    }

    private static Value sliceConstant(TflOp op, Onnx onnx, List<Integer> axes, List<Integer> specs, long[] strides) {
        long[] begin = op.longs(1);
        long[] end = op.longs(2);
        List<long[]> kept = new ArrayList<>();
        for (int i = 0; i < axes.size(); i++) {
            int s = specs.get(i);
            long step = strides[s];
            boolean shrink = bit(op.option(Tfl.SHRINK_AXIS_MASK), s);
            if (step == 0) {
                throw op.refuse(DiagnosticCode.INVALID_MODEL, "its stride " + s + " is 0", "");
            }
            boolean fromEdge = bit(op.option(Tfl.BEGIN_MASK), s);
            long start = fromEdge ? (step > 0 ? 0 : Long.MAX_VALUE) : begin[s];
            boolean toEdge = bit(op.option(Tfl.END_MASK), s);
            long stop = toEdge ? (step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE) : stop(op, axes.get(i), begin[s], end[s]);
            if (shrink) {
                stop = start == -1 ? Long.MAX_VALUE : start + 1;
                step = 1;
            }
            boolean isEmpty =
                    step < 0 && !fromEdge && op.shape(0).isFixed(axes.get(i)) && start < -op.size(0, axes.get(i));
            if (isEmpty && !shrink) {
                kept.add(new long[] {0, 0, axes.get(i), 1});
            } else if (start != 0 || stop != Long.MAX_VALUE || step != 1) {
                kept.add(new long[] {start, stop, axes.get(i), step});
            }
        }
        if (kept.isEmpty()) {
            return op.in(0);
        }
        return onnx.slice(op.in(0), column(kept, 0), column(kept, 1), column(kept, 2), column(kept, 3));
    }

    /** Whether a range that runs backwards may begin before the first place, from where ONNX would begin. */
    private static boolean mayBeginBefore(TflOp op, List<Integer> axes, List<Integer> specs, long[] strides) {
        for (int i = 0; i < axes.size(); i++) {
            int s = specs.get(i);
            if (strides[s] < 0
                    && op.longs(1)[s] < -1
                    && !bit(op.option(Tfl.BEGIN_MASK), s)
                    && !op.shape(0).isFixed(axes.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** The end of a range; with the option {@code offset} it counts from the begin. */
    private static long stop(TflOp op, int axis, long begin, long end) {
        if (!op.option(Tfl.OFFSET)) {
            return end;
        }
        long from = begin < 0 ? begin + op.size(0, axis) : begin;
        return from + end;
    }

    private static Value sliceComputed(TflOp op, Onnx onnx, List<Integer> axes, List<Integer> specs, long[] strides) {
        Value begin = op.int64(1);
        Value end = op.option(Tfl.OFFSET) ? onnx.add(begin, op.int64(2)) : op.int64(2);
        int n = axes.size();
        Value[] starts = new Value[n];
        Value[] stops = new Value[n];
        long[] at = new long[n];
        long[] steps = new long[n];
        for (int i = 0; i < n; i++) {
            int s = specs.get(i);
            at[i] = axes.get(i);
            steps[i] = strides[s];
            boolean shrink = bit(op.option(Tfl.SHRINK_AXIS_MASK), s);
            starts[i] = bit(op.option(Tfl.BEGIN_MASK), s)
                    ? onnx.ints(steps[i] > 0 ? 0 : Long.MAX_VALUE)
                    : onnx.slice(begin, new long[] {s}, new long[] {s + 1}, new long[] {0}, new long[] {1});
            stops[i] = bit(op.option(Tfl.END_MASK), s)
                    ? onnx.ints(steps[i] > 0 ? Long.MAX_VALUE : Long.MIN_VALUE)
                    : onnx.slice(end, new long[] {s}, new long[] {s + 1}, new long[] {0}, new long[] {1});
            if (steps[i] < 0 && !shrink && !bit(op.option(Tfl.BEGIN_MASK), s)) {
                Value size = Extents.of(op, onnx, 0).at(axes.get(i));
                Value before = onnx.op("Less", onnx.add(starts[i], size), onnx.ints(0));
                stops[i] = onnx.where(before, onnx.ints(0), stops[i]); // from the first place to itself
            }
            if (shrink) {
                steps[i] = 1;
                Value last = onnx.op("Equal", starts[i], onnx.ints(-1));
                stops[i] = onnx.where(last, onnx.ints(Long.MAX_VALUE), onnx.add(starts[i], onnx.ints(1)));
            }
        }
        if (n == 0) {
            return op.in(0);
        }
        Value from = onnx.concat(0, starts);
        Value to = onnx.concat(0, stops);
        return onnx.op("Slice", op.in(0), from, to, onnx.ints(at), onnx.ints(steps));
    }

    private static boolean bit(long mask, int i) {
        return (mask >> i & 1) != 0;
    }

    private static long[] column(List<long[]> rows, int column) {
        return rows.stream().mapToLong(r -> r[column]).toArray();
    }

    private static long[] toArray(List<Long> values) {
        return values.stream().mapToLong(v -> v).toArray();
    }
}
