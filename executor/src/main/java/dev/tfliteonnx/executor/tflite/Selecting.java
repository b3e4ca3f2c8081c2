package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Lane;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Elements chosen by conditions and by order. */
final class Selecting {
    private Selecting() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("SELECT", Selecting::select)
                .one("SELECT_V2", c -> chosen(c.in(0), c.in(1), c.in(2)))
                .one("STABLEHLO_SELECT", c -> chosen(c.in(0), c.in(1), c.in(2)))
                .one("WHERE", Selecting::where)
                .one("ONE_HOT", Selecting::oneHot)
                .one("MATRIX_DIAG", Selecting::matrixDiag)
                .one("MATRIX_SET_DIAG", c -> withDiagonal(c.in(0), c.in(1)))
                .many("TOPK_V2", Selecting::topK)
                .one("ARG_MAX", c -> extreme(c, 1))
                .one("ARG_MIN", c -> extreme(c, -1))
                .many("UNIQUE", Selecting::unique)
                .one("BUCKETIZE", Selecting::bucketize)
                .many("NON_MAX_SUPPRESSION_V4", c -> Suppression.run(c, false))
                .many("NON_MAX_SUPPRESSION_V5", c -> Suppression.run(c, true));
    }

    /** SELECT: a condition of rank 1 chooses rows. Source: {@code kernels/select.cc}. */
    static Array select(TfliteCall call) {
        Array condition = call.in(0);
        Array x = call.in(1);
        if (condition.rank() == 1 && x.rank() > 1) {
            int[] dims = new int[x.rank()];
            Arrays.fill(dims, 1);
            dims[0] = condition.size();
            condition = condition.reshaped(dims);
        }
        return chosen(condition, x, call.in(2));
    }

    private static Array chosen(Array condition, Array x, Array y) {
        int[] dims = Dims.broadcast(condition.dims(), Dims.broadcast(x.dims(), y.dims()));
        byte[] holds = Moves.stretched(condition, dims).booleans();
        Object out = Moves.copy(Moves.stretched(y, dims));
        int[] index = new int[holds.length];
        Arrays.setAll(index, i -> holds[i] != 0 ? i : -1);
        Lane.pick(Moves.stretched(x, dims).data(), index, out);
        return new Array(x.type(), dims, out);
    }

    /** WHERE: the indices of all elements that are not zero, [n, rank]. Source: {@code kernels/where.cc}. */
    static Array where(TfliteCall call) {
        Array x = call.in(0);
        double[] values = x.doubles();
        int[] found = Arrays.stream(Dims.range(values.length))
                .filter(i -> values[i] != 0)
                .toArray();
        int[] strides = Dims.strides(x.dims());
        int rank = x.rank();
        long[] out = new long[found.length * rank];
        for (int i = 0; i < out.length; i++) {
            out[i] = found[i / rank] / strides[i % rank] % x.dim(i % rank);
        }
        return Array.ofLongs(call.outType(), new int[] {found.length, rank}, out);
    }

    /** ONE_HOT: on where the index says, off elsewhere. Source: {@code kernels/one_hot.cc}. */
    static Array oneHot(TfliteCall call) {
        Array indices = call.in(0);
        int depth = Math.toIntExact(call.in(1).integer());
        int axis = Dims.axis(call.number(Tfl.AXIS), indices.rank() + 1);
        int inner = Dims.count(indices.dims(), axis, indices.rank());
        int[] head = Dims.concat(Dims.slice(indices.dims(), 0, axis), depth);
        int[] dims = Dims.concat(head, Dims.slice(indices.dims(), axis, indices.rank()));
        Object out = Moves.copy(Moves.stretched(call.in(3).reshaped(), dims));
        long[] index = indices.longs();
        for (int i = 0; i < index.length; i++) {
            if (index[i] >= 0 && index[i] < depth) {
                int to = (i / inner * depth + (int) index[i]) * inner + i % inner;
                System.arraycopy(call.in(2).data(), 0, out, to, 1);
            }
        }
        return new Array(call.outType(), dims, out);
    }

    /** MATRIX_DIAG: [..., n] → [..., n, n]. Source: {@code kernels/matrix_diag.cc}. */
    static Array matrixDiag(TfliteCall call) {
        Array diagonal = call.in(0);
        return withDiagonal(Array.zeros(diagonal.type(), Dims.concat(diagonal.dims(), diagonal.dim(-1))), diagonal);
    }

    /** Matrices with another diagonal. Source: {@code kernels/matrix_set_diag.cc}. */
    private static Array withDiagonal(Array x, Array diagonal) {
        int rows = x.dim(-2);
        int columns = x.dim(-1);
        int n = Math.min(rows, columns);
        Object out = Moves.copy(x);
        for (int i = 0; i < diagonal.size(); i++) {
            System.arraycopy(diagonal.data(), i, out, (i / n * rows + i % n) * columns + i % n, 1);
        }
        return new Array(x.type(), x.dims(), out);
    }

    /** TOPK_V2: the greatest of every last row in order, of equals the first. Source: {@code kernels/topk_v2.cc}. */
    static List<Array> topK(TfliteCall call) {
        Array x = call.in(0);
        int k = Math.toIntExact(call.in(1).integer());
        int n = x.dim(-1);
        double[] real = x.type().isFloat() ? x.doubles() : new double[0];
        long[] whole = x.type().isFloat() ? new long[0] : x.longs();
        int[] dims = Dims.with(x.dims(), x.rank() - 1, k);
        int[] picked = new int[Dims.count(dims)];
        long[] indices = new long[picked.length];
        for (int row = 0; row < picked.length / Math.max(1, k); row++) {
            List<Integer> order = new ArrayList<>();
            for (int i = row * n; i < (row + 1) * n; i++) {
                order.add(i);
            }
            order.sort((a, b) -> real.length > 0 ? Double.compare(real[b], real[a]) : Long.compare(whole[b], whole[a]));
            for (int i = 0; i < k; i++) {
                picked[row * k + i] = order.get(i);
                indices[row * k + i] = order.get(i) - (long) row * n;
            }
        }
        Array values = Array.zeros(x.type(), dims);
        Lane.pick(x.data(), picked, values.data());
        return List.of(values, Array.ofLongs(call.out(1).type(), dims, indices));
    }

    /**
     * ARG_MAX and ARG_MIN: where the greatest or the least element of an axis stands, of equals the first; NaN is left
     * out. Source: {@code kernels/arg_min_max.cc}, {@code optimized/optimized_ops.h}.
     */
    private static Array extreme(TfliteCall call, int sign) {
        double[] x = call.in(0).doubles();
        int[] dims = call.in(0).dims();
        int axis = Dims.axis(call.in(1).integer(), dims.length);
        int inner = Dims.count(dims, axis + 1, dims.length);
        long[] out = new long[x.length / dims[axis]];
        for (int i = 0; i < out.length; i++) {
            int start = i / inner * dims[axis] * inner + i % inner;
            double best = x[start];
            for (int k = 1; k < dims[axis]; k++) {
                double here = x[start + k * inner];
                if (Double.isNaN(best) ? !Double.isNaN(here) : sign * here > sign * best) {
                    best = here;
                    out[i] = k;
                }
            }
        }
        return Array.ofLongs(call.outType(), Dims.without(dims, axis), out);
    }

    /** UNIQUE: the different elements in the order that they occur, and which each is. Source: {@code kernels/unique.cc}. */
    static List<Array> unique(TfliteCall call) {
        Array x = call.in(0);
        long[] whole = x.type().isFloat() ? new long[0] : x.longs();
        double[] real = x.type().isFloat() ? x.doubles() : new double[0];
        Map<Number, Integer> seen = new HashMap<>();
        int[] firsts = new int[x.size()];
        long[] groups = new long[x.size()];
        for (int i = 0; i < groups.length; i++) {
            Number key = real.length > 0 ? (Number) (real[i] + 0.0) : (Number) whole[i];
            Integer known = seen.putIfAbsent(key, seen.size());
            if (known == null) {
                firsts[seen.size() - 1] = i;
            }
            groups[i] = known == null ? seen.size() - 1 : known;
        }
        Array values = Array.zeros(x.type(), seen.size());
        Lane.pick(x.data(), Arrays.copyOf(firsts, seen.size()), values.data());
        return List.of(values, Array.ofLongs(call.out(1).type(), new int[] {groups.length}, groups));
    }

    /** BUCKETIZE: how many boundaries an element is not below. Source: {@code kernels/bucketize.cc}. */
    static Array bucketize(TfliteCall call) {
        Array x = call.in(0);
        float[] boundaries = call.option(Tfl.BOUNDARIES).toArray();
        double[] values = x.doubles();
        long[] out = new long[values.length];
        for (int i = 0; i < out.length; i++) {
            for (float boundary : boundaries) {
                out[i] += values[i] < boundary ? 0 : 1;
            }
        }
        return Array.ofLongs(DataType.INT32, x.dims(), out);
    }
}
