package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** Operators that put or gather up elements at computed places. */
final class Scattering {
    private Scattering() {}

    /**
     * Indices scalar, {@code [n]} or {@code [n,r]}, output shape {@code [r]}, values scalar or {@code [n]}, default →
     * the default everywhere but at the indices.
     *
     * <p>Source: {@code kernels/sparse_to_dense.cc}; ONNX Expand-13, ScatterND-13.
     */
    static List<Value> sparseToDense(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        Value indices = rank == 2 ? op.int64(0) : onnx.reshape(op.int64(0), -1, 1);
        Value values = op.in(2);
        if (rank == 0 || op.rank(2) == 1) {
            values = onnx.reshape(values, -1);
        } else {
            values = onnx.op("Expand", values, Extents.of(op, onnx, 0).at(0));
        }
        Value whole = onnx.op("Expand", onnx.reshape(op.in(3)), op.int64(1));
        return List.of(onnx.op("ScatterND", whole, indices, values));
    }

    /**
     * Indices {@code [...,r]}, updates, shape → zeros with the updates added at the indices.
     *
     * <p>Source: {@code kernels/scatter_nd.cc}; ONNX ScatterND-16 with reduction add, or ScatterND-13 if all indices are
     * known and differ.
     */
    static List<Value> scatterNd(TflOp op, Onnx onnx) {
        Value updates = op.in(1);
        boolean bool = updates.type() == DataType.BOOL;
        Value summands = bool ? onnx.cast(updates, DataType.INT32) : updates;
        Value zeros = Extents.filled(onnx, summands.type(), 0, op.int64(2));
        boolean apart = op.constant(0).filter(Scattering::differ).isPresent();
        Attributes attributes = apart ? Attributes.NONE : Attributes.of(OnnxOps.REDUCTION, "add");
        return List.of(onnx.cast(onnx.op("ScatterND", attributes, zeros, op.int64(0), summands), updates.type()));
    }

    private static boolean differ(Tensor indices) {
        if (indices.elementCount() > Tensor.SMALL) {
            return false;
        }
        long[] all = indices.toLongs();
        int width = (int) indices.shape().size(indices.shape().rank() - 1);
        Set<List<Long>> seen = new HashSet<>();
        for (int i = 0; i < all.length; i += width) {
            List<Long> index = Arrays.stream(all, i, i + width).boxed().collect(Collectors.toList());
            if (!seen.add(index)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Data {@code [n,...]}, ids {@code [n]} that ascend → the sum of the rows of each id, {@code [last id + 1,...]}.
     *
     * <p>Source: {@code kernels/segment_sum.cc}; ONNX ScatterND-16 with reduction add.
     */
    static List<Value> segmentSum(TflOp op, Onnx onnx) {
        Value ids = op.int64(1);
        Value last = op.constant(1).isPresent()
                ? onnx.ints(Arrays.stream(op.longs(1)).max().orElse(-1) + 1)
                : onnx.add(onnx.gather(ids, onnx.ints(-1), 0), onnx.ints(1));
        return List.of(segmented(op, onnx, ids, last, "add", 0));
    }

    /**
     * Data {@code [n,...]}, ids {@code [n]}, how many → the rows of each id joined, {@code [how many,...]}; rows of
     * negative ids are left out, ids without rows get what the reduction begins with.
     *
     * <p>Source: {@code kernels/unsorted_segment.cc}; ONNX ScatterND with a reduction, 16 for add and mul, 18 for max
     * and min.
     *
     * @param reduction {@code add}, {@code mul}, {@code max} or {@code min}
     */
    static OpHandler unsortedSegment(String reduction) {
        return (op, onnx) -> {
            if (op.rank(1) != 1) {
                throw op.refuse(
                        DiagnosticCode.INVALID_MODEL, "segment ids are " + op.shape(1) + "; kernels take vectors", "");
            }
            double start = start(reduction, op.in(0).type());
            Value count = onnx.reshape(op.int64(2), 1);
            boolean sound = op.constant(1).isPresent() && LongStream.of(op.longs(1)).allMatch(i -> i >= 0);
            if (sound) {
                return List.of(segmented(op, onnx, op.int64(1), count, reduction, start));
            }
            // one more row takes what belongs nowhere
            Value ids = op.int64(1);
            Value placed = onnx.where(onnx.op("Less", ids, onnx.ints(0)), count, ids);
            Value all = segmented(op, onnx, placed, Extents.plus(onnx, count, 1), reduction, start);
            return List.of(onnx.op("Slice", all, onnx.ints(0), count, onnx.ints(0)));
        };
    }

    private static double start(String reduction, DataType type) {
        boolean real = type.isFloat();
        return switch (reduction) {
            case "mul" -> 1;
            case "max" -> real ? -Float.MAX_VALUE : type.min();
            case "min" -> real ? Float.MAX_VALUE : type.max();
            default -> 0;
        };
    }

    private static Value segmented(TflOp op, Onnx onnx, Value ids, Value rows, String reduction, double start) {
        Value data = op.in(0);
        Value[] inner = Extents.of(op, onnx, 0).range(1, op.rank(0));
        Value[] extents = new Value[inner.length + 1];
        extents[0] = rows;
        System.arraycopy(inner, 0, extents, 1, inner.length);
        Value begin = Extents.filled(onnx, data.type(), start, Extents.join(onnx, extents));
        Attributes attributes = Attributes.of(OnnxOps.REDUCTION, reduction);
        return onnx.op("ScatterND", attributes, begin, onnx.unsqueeze(ids, 1), data);
    }

    /** The sum of rows at places of a tensor of zeros of a shape. ONNX ScatterND-16. */
    static Value summed(Onnx onnx, Value shape, Value places, Value rows) {
        Value zeros = Extents.filled(onnx, rows.type(), 0, shape);
        return onnx.op("ScatterND", Attributes.of(OnnxOps.REDUCTION, "add"), zeros, places, rows);
    }

    /** A vector as a column of a shape of ones: {@code [n]} → {@code [n,1,...]}. */
    static Value column(Onnx onnx, Value x, int rank) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[0] = -1;
        return rank == 1 ? x : onnx.reshape(x, shape);
    }
}
