package dev.tfliteonnx.handlers;

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

/**
 * Operators that put elements at computed places, or add them up there.
 *
 * <p>Where places may be equal they are numbers of rows for ScatterElements: ONNX Runtime's ScatterND takes several
 * threads to the same element.
 */
final class Scattering {
    private Scattering() {}

    /**
     * Indices scalar, {@code [n]} or {@code [n,r]}, output shape {@code [r]}, values {@code [n]}, default → the default
     * everywhere but at the indices, of equal ones the last counts.
     *
     * <p>Source: {@code kernels/sparse_to_dense.cc}; ONNX Expand-13 and ScatterND-13, or ScatterElements-13.
     */
    static List<Value> sparseToDense(TflOp op, Onnx onnx) {
        Value shape = op.int64(1);
        Value indices = op.rank(0) == 2 ? op.int64(0) : onnx.reshape(op.int64(0), -1, 1);
        Value values = onnx.reshape(op.in(2), -1);
        Value none = onnx.reshape(op.in(3));
        int rank = (int) op.size(1, 0);
        if (op.constant(0).filter(t -> differ(t, rank)).isPresent()) {
            return List.of(onnx.op("ScatterND", onnx.op("Expand", none, shape), indices, values));
        }
        Value whole = onnx.op("Expand", none, count(onnx, shape));
        Value places = onnx.reshape(places(onnx, indices, shape, rank), -1);
        return List.of(onnx.op("Reshape", onnx.op("ScatterElements", whole, places, values), shape));
    }

    /**
     * Indices {@code [...,r]}, updates, shape → zeros with the updates added at the indices.
     *
     * <p>Source: {@code kernels/scatter_nd.cc}; ONNX ScatterElements-16 with reduction add, or ScatterND-13 if all indices
     * are known and differ.
     */
    static List<Value> scatterNd(TflOp op, Onnx onnx) {
        Value updates = op.in(1);
        boolean bool = updates.type() == DataType.BOOL;
        Value summands = bool ? onnx.cast(updates, DataType.INT32) : updates;
        Value shape = op.int64(2);
        int rank = (int) op.size(2, 0);
        int depth = op.rank(0) - 1 + rank - op.rank(1); // what the updates do not have of the shape
        Value y;
        if (op.constant(0).filter(t -> differ(t, depth)).isPresent()) {
            y = onnx.op("ScatterND", Extents.filled(onnx, summands.type(), 0, shape), op.int64(0), summands);
        } else {
            Value inner = part(onnx, shape, depth, rank);
            Value places = onnx.reshape(places(onnx, op.int64(0), shape, depth), -1);
            Value rows = onnx.op("Reshape", summands, Extents.join(onnx, onnx.ints(-1), inner));
            Value flat = Extents.join(onnx, count(onnx, part(onnx, shape, 0, depth)), inner);
            Value sum = summed(onnx, flat, places, rows, rank - depth + 1);
            y = onnx.op("Reshape", sum, shape);
        }
        return List.of(onnx.cast(y, updates.type()));
    }

    private static boolean differ(Tensor indices, int width) {
        if (indices.elementCount() > Tensor.SMALL) {
            return false;
        }
        long[] all = indices.toLongs();
        Set<List<Long>> seen = new HashSet<>();
        for (int i = 0; i < all.length; i += width) {
            if (!seen.add(Arrays.stream(all, i, i + width).boxed().collect(Collectors.toList()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Data {@code [n,...]}, ids {@code [n]} that ascend → the sum of the rows of each id, {@code [last id + 1,...]}.
     *
     * <p>Source: {@code kernels/segment_sum.cc}; ONNX ScatterElements-16 with reduction add.
     */
    static List<Value> segmentSum(TflOp op, Onnx onnx) {
        Value ids = op.int64(1);
        Value last = op.constant(1).isPresent()
                ? onnx.ints(Arrays.stream(op.longs(1)).max().orElse(-1) + 1)
                : onnx.add(onnx.gather(ids, onnx.ints(-1), 0), onnx.ints(1));
        return List.of(segmented(op, onnx, ids, last, "add", 0));
    }

    /**
     * Data {@code [N...,...]}, ids {@code [N...]}, how many → the rows of each id joined, {@code [how many,...]}; rows of
     * negative ids are left out, ids without rows get what the reduction begins with.
     *
     * <p>Source: {@code kernels/unsorted_segment.cc}; ONNX ScatterElements with a reduction, 16 for add and mul, 18 for
     * max and min.
     *
     * @param reduction {@code add}, {@code mul}, {@code max} or {@code min}
     */
    static OpHandler unsortedSegment(String reduction) {
        return (op, onnx) -> {
            double start = start(reduction, op.in(0).type());
            Value count = onnx.reshape(op.int64(2), 1);
            Value ids = onnx.reshape(op.int64(1), -1);
            boolean sound =
                    op.constant(1).isPresent() && LongStream.of(op.longs(1)).allMatch(i -> i >= 0);
            if (sound) {
                return List.of(segmented(op, onnx, ids, count, reduction, start));
            }
            // one more row takes what belongs nowhere
            Value placed = onnx.where(onnx.op("Less", ids, onnx.ints(0)), count, ids);
            Value all = segmented(op, onnx, placed, Extents.plus(onnx, count, 1), reduction, start);
            return List.of(onnx.op("Slice", all, onnx.ints(0), count, onnx.ints(0)));
        };
    }

    private static double start(String reduction, DataType type) {
        return switch (reduction) {
            case "mul" -> 1;
            case "max" -> type.isFloat() ? -Float.MAX_VALUE : type.min();
            case "min" -> type.isFloat() ? Float.MAX_VALUE : type.max();
            default -> 0;
        };
    }

    private static Value segmented(TflOp op, Onnx onnx, Value ids, Value rows, String reduction, double start) {
        int over = op.rank(1);
        Value inner = Extents.join(onnx, Extents.of(op, onnx, 0).range(over, op.rank(0)));
        Value data = over == 1 ? op.in(0) : flattened(onnx, op.in(0), inner);
        Value begin = Extents.filled(onnx, data.type(), start, Extents.join(onnx, rows, inner));
        return scattered(onnx, begin, spread(onnx, ids, data, op.rank(0) - over + 1), data, reduction);
    }

    /** A tensor as rows of a shape. */
    private static Value flattened(Onnx onnx, Value x, Value row) {
        Value shape = Extents.join(onnx, onnx.ints(-1), row);
        return shape.constant().map(t -> onnx.reshape(x, t.toLongs())).orElseGet(() -> onnx.op("Reshape", x, shape));
    }

    /**
     * The sum of rows at places.
     *
     * @param shape of the result, the first extent being the number of places
     * @param places {@code [n]}
     * @param rows {@code [n,...]}
     * @param rank of the result and of the rows
     */
    static Value summed(Onnx onnx, Value shape, Value places, Value rows, int rank) {
        Value zeros = Extents.filled(onnx, rows.type(), 0, shape);
        return scattered(onnx, zeros, spread(onnx, places, rows, rank), rows, "add");
    }

    /**
     * Rows joined in at places, one after the other.
     *
     * @param whole {@code [m,...]}
     * @param places {@code [n]}
     * @param rows {@code [n,...]}
     * @param reduction as ScatterElements names it
     */
    static Value joined(Onnx onnx, Value whole, Value places, Value rows, String reduction) {
        return scattered(onnx, whole, spread(onnx, places, rows, whole.shape().rank()), rows, reduction);
    }

    private static Value scattered(Onnx onnx, Value whole, Value places, Value updates, String reduction) {
        Attributes attributes = Attributes.of(OnnxOps.AXIS, 0L).with(OnnxOps.REDUCTION, reduction);
        return onnx.op("ScatterElements", attributes, whole, places, updates);
    }

    /** The place of each row for each of its elements. */
    private static Value spread(Onnx onnx, Value places, Value rows, int rank) {
        return rank == 1 ? places : onnx.op("Expand", column(onnx, places, rank), onnx.shapeOf(rows));
    }

    /** Index vectors {@code [...,depth]} as numbers of rows of a tensor of that shape. */
    static Value places(Onnx onnx, Value indices, Value shape, int depth) {
        Value place = component(onnx, indices, 0);
        for (int i = 1; i < depth; i++) {
            place = onnx.add(onnx.mul(place, part(onnx, shape, i, i + 1)), component(onnx, indices, i));
        }
        return place;
    }

    private static Value component(Onnx onnx, Value indices, int i) {
        return onnx.gather(indices, onnx.scalar(DataType.INT64, i), -1);
    }

    /** Some of the extents of a shape. */
    static Value part(Onnx onnx, Value shape, int from, int to) {
        return shape.constant()
                .map(t -> onnx.ints(Arrays.copyOfRange(t.toLongs(), from, to)))
                .orElseGet(() -> onnx.slice(shape, new long[] {from}, new long[] {to}, new long[] {0}, new long[] {1}));
    }

    /** How many elements a tensor of that shape has, as a vector. */
    static Value count(Onnx onnx, Value shape) {
        return shape.constant()
                .map(t -> onnx.ints(Arrays.stream(t.toLongs()).reduce(1, (a, b) -> a * b)))
                .orElseGet(() -> onnx.op("ReduceProd", shape));
    }

    /** A vector as a column of a shape of ones: {@code [n]} → {@code [n,1,...]}. */
    static Value column(Onnx onnx, Value x, int rank) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[0] = -1;
        return rank == 1 ? x : onnx.reshape(x, shape);
    }
}
