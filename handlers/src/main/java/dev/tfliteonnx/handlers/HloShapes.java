package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** StableHLO operators that arrange elements anew. Source: the StableHLO specification. */
final class HloShapes {
    private HloShapes() {}

    /** The shape of the output in the file; refused if it is not complete. */
    static long[] outShape(TflOp op) {
        Shape shape = op.out().shape();
        if (!shape.isStatic()) {
            throw op.refuse(
                    DiagnosticCode.UNKNOWN_SHAPE,
                    "the shape " + shape + " of its result is not known",
                    "export the model with fixed shapes");
        }
        return shape.sizes();
    }

    /** The same elements in the shape of the output. ONNX Reshape-14. */
    static List<Value> reshape(TflOp op, Onnx onnx) {
        return List.of(onnx.reshape(op.in(0), outShape(op)));
    }

    /** The axes in the order of {@code permutation}. ONNX Transpose-13. */
    static List<Value> transpose(TflOp op, Onnx onnx) {
        return List.of(op.in(0, op.option(Tfl.PERMUTATION).toIntArray()));
    }

    /** Joined along {@code dimension}. ONNX Concat-13. */
    static List<Value> concatenate(TflOp op, Onnx onnx) {
        return List.of(onnx.concat(op.option(Tfl.DIMENSION).intValue(), op.allIn()));
    }

    /** Axis {@code i} of the operand becomes axis {@code broadcast_dimensions[i]}. ONNX Reshape-14, Expand-13. */
    static List<Value> broadcastInDim(TflOp op, Onnx onnx) {
        long[] out = outShape(op);
        int[] dims = op.option(Tfl.BROADCAST_DIMENSIONS).toIntArray();
        int[] order = IntStream.range(0, dims.length)
                .boxed()
                .sorted((a, b) -> dims[a] - dims[b])
                .mapToInt(Integer::intValue)
                .toArray();
        long[] aligned = new long[out.length];
        Arrays.fill(aligned, 1);
        for (int i = 0; i < dims.length; i++) {
            aligned[dims[i]] = op.size(0, i);
        }
        Value x = onnx.reshape(onnx.transpose(op.in(0), order), aligned);
        return List.of(Arrays.equals(aligned, out) ? x : onnx.op("Expand", x, onnx.ints(out)));
    }

    /** From {@code start_indices} to {@code limit_indices} in {@code strides}. ONNX Slice-13. */
    static List<Value> slice(TflOp op, Onnx onnx) {
        long[] starts = op.option(Tfl.START_INDICES).toArray();
        long[] axes = LongStream.range(0, starts.length).toArray();
        return List.of(onnx.slice(
                op.in(0),
                starts,
                op.option(Tfl.LIMIT_INDICES).toArray(),
                axes,
                op.option(Tfl.STRIDES).toArray()));
    }

    /** {@code slice_sizes} elements from starts on, which are clamped so that they are there. ONNX Slice-13. */
    static List<Value> dynamicSlice(TflOp op, Onnx onnx) {
        long[] sizes = op.option(Tfl.SLICE_SIZES).toArray();
        long[] room = new long[sizes.length];
        for (int i = 0; i < sizes.length; i++) {
            room[i] = op.size(0, i) - sizes[i];
        }
        Value start = clamped(onnx, starts(op, onnx, 1), room);
        Value end = onnx.add(start, onnx.ints(sizes));
        Value axes = onnx.ints(LongStream.range(0, sizes.length).toArray());
        return List.of(onnx.reshape(onnx.op("Slice", op.in(0), start, end, axes), sizes));
    }

    /** The operand with an update put in at starts, which are clamped so that it fits. ONNX ScatterND-13. */
    static List<Value> dynamicUpdateSlice(TflOp op, Onnx onnx) {
        Shape part = Shape.of(op.shape(1).sizes());
        int rank = part.rank();
        long[] room = new long[rank];
        for (int i = 0; i < rank; i++) {
            room[i] = op.size(0, i) - part.size(i);
        }
        if (Arrays.stream(room).allMatch(r -> r == 0)) {
            return List.of(op.in(1));
        }
        Value start = clamped(onnx, starts(op, onnx, 2), room);
        Value places = onnx.add(onnx.constant(grid(part.sizes())), start);
        return List.of(onnx.op("ScatterND", op.in(0), places, op.in(1)));
    }

    private static Value starts(TflOp op, Onnx onnx, int first) {
        Value[] starts = new Value[op.inputs() - first];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = onnx.cast(onnx.reshape(op.raw(first + i), 1), DataType.INT64);
        }
        return onnx.concat(0, starts);
    }

    static Value clamped(Onnx onnx, Value start, long[] room) {
        return onnx.op("Min", onnx.op("Max", start, onnx.ints(0)), onnx.ints(room));
    }

    /** The coordinates of all elements of a shape: {@code [shape..., rank]}. */
    static Tensor grid(long... shape) {
        int rank = shape.length;
        int count = Math.toIntExact(Shape.of(shape).elementCount());
        long[] coordinates = new long[Math.multiplyExact(count, rank)];
        for (int i = 0; i < count; i++) {
            long rest = i;
            for (int axis = rank - 1; axis >= 0; axis--) {
                coordinates[i * rank + axis] = rest % shape[axis];
                rest /= shape[axis];
            }
        }
        long[] paired = Arrays.copyOf(shape, rank + 1);
        paired[rank] = rank;
        return Tensor.ofIntegers(DataType.INT64, Shape.of(paired), coordinates);
    }

    /** Numbers that count along {@code iota_dimension}; a constant. */
    static List<Value> iota(TflOp op, Onnx onnx) {
        long[] out = outShape(op);
        int axis = op.option(Tfl.IOTA_DIMENSION).intValue();
        long[] line = new long[out.length];
        Arrays.fill(line, 1);
        line[axis] = out[axis];
        long[] numbers = LongStream.range(0, out[axis]).toArray();
        Value counted = onnx.constant(Tensor.ofIntegers(DataType.INT64, Shape.of(line), numbers)
                .cast(op.out().type()));
        return List.of(Arrays.equals(line, out) ? counted : onnx.op("Expand", counted, onnx.ints(out)));
    }

    /**
     * {@code x}, value → {@code x} with {@code interior_padding} values between elements and {@code edge_padding} at the
     * ends, where negative numbers cut off.
     *
     * <p>Source: {@code kernels/stablehlo_pad.cc}; ONNX Pad-13, Reshape-14, Slice-13.
     */
    static List<Value> pad(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long[] low = op.option(Tfl.EDGE_PADDING_LOW).toArray();
        long[] high = op.option(Tfl.EDGE_PADDING_HIGH).toArray();
        long[] interior = op.option(Tfl.INTERIOR_PADDING).toArray();
        Value fill = onnx.reshape(op.in(1));
        long[] pads = new long[2 * rank];
        System.arraycopy(low, 0, pads, 0, rank);
        System.arraycopy(high, 0, pads, rank, rank);
        return List.of(edged(onnx, spread(op, onnx, op.in(0), interior, fill), pads, fill));
    }

    /** {@code x} with values at its ends; negative numbers cut off. */
    static Value edged(Onnx onnx, Value x, long[] pads, Value fill) {
        int rank = pads.length / 2;
        long[] starts = new long[rank];
        long[] ends = new long[rank];
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        for (int i = 0; i < rank; i++) {
            starts[i] = Math.max(0, -pads[i]);
            ends[i] = pads[rank + i] < 0 ? pads[rank + i] : Long.MAX_VALUE;
        }
        long[] added = Arrays.stream(pads).map(p -> Math.max(0, p)).toArray();
        Value padded = Arrays.stream(added).allMatch(p -> p == 0) ? x : onnx.pad(x, added, fill);
        boolean cuts = Arrays.stream(pads).anyMatch(p -> p < 0);
        return cuts ? onnx.slice(padded, starts, ends, LongStream.range(0, rank).toArray(), ones) : padded;
    }

    /** {@code x} with that many values put between any two elements along each axis. */
    static Value spread(TflOp op, Onnx onnx, Value x, long[] interior, Value fill) {
        if (Arrays.stream(interior).allMatch(d -> d == 0) || !isStatic(op, x)) {
            return x;
        }
        int rank = interior.length;
        long[] sizes = x.shape().sizes();
        long[] apart = new long[2 * rank];
        long[] pads = new long[4 * rank];
        long[] wide = new long[rank];
        long[] ends = new long[rank];
        long[] ones = new long[rank];
        Arrays.fill(ones, 1);
        for (int i = 0; i < rank; i++) {
            apart[2 * i] = sizes[i];
            apart[2 * i + 1] = 1;
            pads[2 * rank + 2 * i + 1] = interior[i];
            wide[i] = sizes[i] * (interior[i] + 1);
            ends[i] = Math.max(0, wide[i] - interior[i]);
        }
        Value padded = onnx.reshape(onnx.pad(onnx.reshape(x, apart), pads, fill), wide);
        return onnx.slice(
                padded, new long[rank], ends, LongStream.range(0, rank).toArray(), ones);
    }

    private static boolean isStatic(TflOp op, Value x) {
        if (!x.shape().isStatic()) {
            throw op.refuse(
                    DiagnosticCode.UNKNOWN_SHAPE,
                    "values are put between the elements of " + x.shape() + ", which is not known",
                    "export the model with fixed shapes");
        }
        return true;
    }

    /**
     * Operands ordered along {@code dimension} by the first of them. The comparator must be one comparison.
     *
     * <p>ONNX TopK-11, which keeps the order of equal elements, and GatherElements-13.
     */
    static List<Value> sort(TflOp op, Onnx onnx) {
        Comparator order = Comparator.of(op, op.subgraph(op.option(Tfl.COMPARATOR_SUBGRAPH_INDEX)));
        int axis = op.option(Tfl.DIMENSION).intValue();
        Attributes attributes =
                Attributes.of(OnnxOps.AXIS, (long) axis).with(OnnxOps.LARGEST, order.descending() ? 1L : 0L);
        List<Value> sorted = onnx.ops("TopK", attributes, 2, op.in(order.key()), onnx.ints(op.size(0, axis)));
        return IntStream.range(0, op.inputs())
                .mapToObj(i -> i == order.key()
                        ? sorted.get(0)
                        : onnx.op("GatherElements", Attributes.of(OnnxOps.AXIS, (long) axis), op.in(i), sorted.get(1)))
                .toList();
    }
}
