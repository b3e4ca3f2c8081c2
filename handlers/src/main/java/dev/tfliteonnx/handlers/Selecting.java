package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Operators that choose between two values place by place. */
final class Selecting {
    private Selecting() {}

    /**
     * {@code condition ? x : y} where the condition is a scalar, one truth value for each row, or of the shape of x.
     *
     * <p>Source: {@code kernels/select.cc}; ONNX Where-9. A vector of conditions goes along the first axis, where NumPy
     * would put it along the last.
     */
    static List<Value> select(TflOp op, Onnx onnx) {
        Value condition = op.in(0);
        if (op.rank(0) == 1 && op.rank(1) > 1) {
            long[] rows = new long[op.rank(1)];
            Arrays.fill(rows, 1);
            rows[0] = -1;
            condition = onnx.reshape(condition, rows);
        }
        return List.of(onnx.where(condition, op.in(1), op.in(2)));
    }

    /**
     * Indices of any shape, depth, on, off → one more axis, at the option {@code axis}, along which the place that an
     * index names holds on and all others off. An index that names no place, a negative one too, gives off alone.
     *
     * <p>Source: {@code kernels/one_hot.cc}; ONNX Equal-13 and Where-9, since OneHot counts negative indices from the
     * end.
     */
    static List<Value> oneHot(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long option = op.option(Tfl.AXIS);
        int axis = (int) (option < 0 ? option + rank + 1 : option);
        long[] places = new long[rank + 1 - axis];
        Arrays.fill(places, 1);
        places[0] = -1;
        Value index = op.raw(0);
        Value range = op.constant(1).isPresent()
                ? onnx.constant(range(index.type(), op.longs(1)[0]))
                : onnx.op(
                        "Range",
                        onnx.scalarLike(index, 0),
                        onnx.reshape(onnx.cast(op.raw(1), index.type())),
                        onnx.scalarLike(index, 1));
        Value hit = onnx.op("Equal", onnx.unsqueeze(index, axis), onnx.reshape(range, places));
        return List.of(onnx.where(hit, onnx.reshape(op.in(2)), onnx.reshape(op.in(3))));
    }

    private static Tensor range(DataType type, long n) {
        long[] values = new long[(int) n];
        Arrays.setAll(values, i -> i);
        return Tensor.ofIntegers(type, Shape.of(n), values);
    }

    /**
     * {@code x [...,n]} → {@code [...,n,n]} with x on the diagonal and 0 elsewhere. Source:
     * {@code kernels/matrix_diag.cc}; ONNX Where-9.
     */
    static List<Value> matrixDiag(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long n = op.size(0, rank - 1);
        Value x = onnx.unsqueeze(op.in(0), rank - 1);
        return List.of(onnx.where(diagonal(onnx, n, n), x, onnx.scalarLike(x, 0)));
    }

    /**
     * {@code x [...,r,c]} with {@code diagonal [...,min(r,c)]} put in. Source: {@code kernels/matrix_set_diag.cc}; ONNX
     * Where-9.
     */
    static List<Value> matrixSetDiag(TflOp op, Onnx onnx) {
        int rank = op.rank(0);
        long rows = op.size(0, rank - 2);
        long columns = op.size(0, rank - 1);
        Value x = op.in(0);
        Value diagonal = op.in(1);
        if (rows < columns) {
            long[] pads = new long[2 * (rank - 1)];
            pads[pads.length - 1] = columns - rows;
            diagonal = onnx.op("Pad", diagonal, onnx.ints(pads));
        }
        return List.of(onnx.where(diagonal(onnx, rows, columns), onnx.unsqueeze(diagonal, rank - 2), x));
    }

    /** True where row and column agree. */
    private static Value diagonal(Onnx onnx, long rows, long columns) {
        Tensor row = range(DataType.INT64, rows).reshaped(Shape.of(rows, 1));
        return onnx.op("Equal", onnx.constant(row), onnx.constant(range(DataType.INT64, columns)));
    }

    /**
     * The shape that two shapes broadcast to. Source: {@code kernels/broadcast_args.cc}; ONNX Where-9: an extent of 1
     * gives way to the other, so that 0 is kept.
     */
    static List<Value> broadcastArgs(TflOp op, Onnx onnx) {
        long rank = Math.max(op.size(0, 0), op.size(1, 0));
        Value a = leading(op, onnx, 0, rank);
        Value b = leading(op, onnx, 1, rank);
        return List.of(onnx.where(onnx.op("Equal", a, onnx.scalarLike(a, 1)), b, a));
    }

    private static Value leading(TflOp op, Onnx onnx, int i, long rank) {
        Value shape = op.raw(i);
        long missing = rank - op.size(i, 0);
        return missing == 0
                ? shape
                : onnx.concat(0, onnx.constant(Tensor.splat(shape.type(), Shape.of(missing), 1)), shape);
    }
}
