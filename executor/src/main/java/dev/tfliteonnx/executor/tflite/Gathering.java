package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.Optional;

/** Elements and parts picked and placed by index; indices are not counted from the end. */
final class Gathering {
    private Gathering() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("GATHER", Gathering::gather)
                .one("GATHER_ND", Gathering::gatherNd)
                .one("SCATTER_ND", Gathering::scatterNd)
                .one("SPARSE_TO_DENSE", Gathering::sparseToDense)
                .one("EMBEDDING_LOOKUP", Gathering::embeddingLookup)
                .one("SEGMENT_SUM", c -> segments(c, segmentCount(c.in(1)), Merge.SUM))
                .one("UNSORTED_SEGMENT_SUM", c -> segments(c, (int) c.in(2).integer(), Merge.SUM))
                .one("UNSORTED_SEGMENT_PROD", c -> segments(c, (int) c.in(2).integer(), Merge.PROD))
                .one("UNSORTED_SEGMENT_MAX", c -> segments(c, (int) c.in(2).integer(), Merge.MAX))
                .one("UNSORTED_SEGMENT_MIN", c -> segments(c, (int) c.in(2).integer(), Merge.MIN));
    }

    /** What becomes of elements that meet at one place. */
    private enum Merge {
        SUM,
        PROD,
        MAX,
        MIN;

        float start() {
            return switch (this) {
                case SUM -> 0;
                case PROD -> 1;
                case MAX -> -Float.MAX_VALUE;
                case MIN -> Float.MAX_VALUE;
            };
        }

        long start(int bits) {
            return switch (this) {
                case SUM -> 0;
                case PROD -> 1;
                case MAX -> Long.MIN_VALUE >> (64 - bits);
                case MIN -> Long.MAX_VALUE >> (64 - bits);
            };
        }

        float of(float a, float b) {
            return switch (this) {
                case SUM -> a + b;
                case PROD -> a * b;
                case MAX -> Math.max(a, b);
                case MIN -> Math.min(a, b);
            };
        }

        long of(long a, long b) {
            return switch (this) {
                case SUM -> a + b;
                case PROD -> a * b;
                case MAX -> Math.max(a, b);
                case MIN -> Math.min(a, b);
            };
        }
    }

    private static int checked(int index, int size) {
        if (index < 0 || index >= size) {
            throw new IllegalArgumentException("index " + index + " of an axis of extent " + size);
        }
        return index;
    }

    /** GATHER: parts of an axis, in batches of their own. Source: {@code kernels/gather.cc}. */
    static Array gather(TfliteCall call) {
        Array x = call.in(0);
        Array indices = call.in(1);
        int axis = Dims.axis(call.number(Tfl.AXIS), x.rank());
        int batchDims = call.number(Tfl.BATCH_DIMS);
        int shared = batchDims < 0 ? batchDims + indices.rank() : batchDims;
        int[] index = indices.ints();
        int batch = Dims.count(x.dims(), 0, shared);
        int outer = Dims.count(x.dims(), shared, axis);
        int inner = Dims.count(x.dims(), axis + 1, x.rank());
        int each = Dims.count(indices.dims(), shared, indices.rank());
        int size = x.dim(axis);
        int[] head = Dims.concat(Dims.slice(x.dims(), 0, axis), Dims.slice(indices.dims(), shared, indices.rank()));
        Array out = Array.zeros(x.type(), Dims.concat(head, Dims.slice(x.dims(), axis + 1, x.rank())));
        int to = 0;
        for (int row = 0; row < batch * outer; row++) {
            for (int i = 0; i < each; i++) {
                int from = row * size + checked(index[row / Math.max(1, outer) * each + i], size);
                System.arraycopy(x.data(), from * inner, out.data(), to, inner);
                to += inner;
            }
        }
        return out;
    }

    /** Where the parts begin that the last rows of indices [..., k] name. */
    private static int[] places(Array indices, int[] dims) {
        int[] index = indices.ints();
        int k = indices.dim(-1);
        int[] strides = Dims.strides(dims);
        int[] places = new int[Dims.count(indices.dims(), 0, indices.rank() - 1)];
        for (int i = 0; i < places.length; i++) {
            for (int axis = 0; axis < k; axis++) {
                places[i] += checked(index[i * k + axis], dims[axis]) * strides[axis];
            }
        }
        return places;
    }

    /** GATHER_ND: every last row of the indices names an element or a part. Source: {@code kernels/gather_nd.cc}. */
    static Array gatherNd(TfliteCall call) {
        Array x = call.in(0);
        Array indices = call.in(1);
        int[] places = places(indices, x.dims());
        int[] part = Dims.slice(x.dims(), indices.dim(-1), x.rank());
        int run = Dims.count(part);
        Array out = Array.zeros(x.type(), Dims.concat(Dims.slice(indices.dims(), 0, indices.rank() - 1), part));
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(x.data(), places[i], out.data(), i * run, run);
        }
        return out;
    }

    /** SCATTER_ND: parts added up in zeros. Source: {@code kernels/scatter_nd.cc}. */
    static Array scatterNd(TfliteCall call) {
        Array indices = call.in(0);
        int[] dims = call.in(2).ints();
        int run = Dims.count(dims, indices.dim(-1), dims.length);
        return merged(call.in(1), places(indices, dims), run, dims, Merge.SUM);
    }

    /** Parts of {@code run} elements merged at places, none where that is negative. */
    private static Array merged(Array parts, int[] places, int run, int[] dims, Merge merge) {
        int size = Dims.count(dims);
        if (parts.type().isFloat()) {
            float[] out = new float[size];
            Arrays.fill(out, merge.start());
            float[] in = parts.floats();
            for (int i = 0; i < places.length * run; i++) {
                int at = places[i / run] + i % run;
                if (places[i / run] >= 0) {
                    out[at] = merge.of(out[at], in[i]);
                }
            }
            return Array.ofFloats(parts.type(), dims, out);
        }
        long[] out = new long[size];
        Arrays.fill(out, merge.start(parts.type().bits()));
        long[] in = parts.longs();
        for (int i = 0; i < places.length * run; i++) {
            int at = places[i / run] + i % run;
            if (places[i / run] >= 0) {
                out[at] = merge.of(out[at], in[i]);
            }
        }
        return Array.ofLongs(parts.type(), dims, out);
    }

    /**
     * Rows merged by the numbers of their segments; negative numbers are left out. Source: {@code kernels/segment_sum.cc},
     * {@code kernels/unsorted_segment.cc}.
     */
    private static Array segments(TfliteCall call, int count, Merge merge) {
        Array x = call.in(0);
        Array ids = call.in(1);
        int[] part = Dims.slice(x.dims(), ids.rank(), x.rank());
        int run = Dims.count(part);
        int[] places = ids.ints();
        for (int i = 0; i < places.length; i++) {
            places[i] = places[i] < 0 ? -1 : checked(places[i], count) * run;
        }
        return merged(x, places, run, Dims.concat(new int[] {count}, part), merge);
    }

    private static int segmentCount(Array ids) {
        return ids.size() == 0 ? 0 : ids.ints()[ids.size() - 1] + 1;
    }

    /** SPARSE_TO_DENSE: values at indices of rank 0 to 2 in a constant. Source: {@code kernels/sparse_to_dense.cc}. */
    static Array sparseToDense(TfliteCall call) {
        Array indices = call.in(0);
        int[] dims = call.in(1).ints();
        Array values = call.in(2);
        Array rows = indices.rank() == 2 ? indices : indices.reshaped(indices.size(), 1);
        int[] places = places(rows, dims);
        Array base = Moves.stretched(call.in(3).reshaped(), dims);
        Object out = Moves.copy(base);
        for (int i = 0; i < places.length; i++) {
            System.arraycopy(values.data(), values.rank() == 0 ? 0 : i, out, places[i], 1);
        }
        return new Array(values.type(), dims, out);
    }

    /**
     * EMBEDDING_LOOKUP: rows of a table, turned into real numbers if they are stored as integers. Source: {@code
     * kernels/embedding_lookup.cc}.
     */
    static Array embeddingLookup(TfliteCall call) {
        int[] index = call.in(0).ints();
        Array table = call.in(1);
        int[] part = Dims.slice(table.dims(), 1, table.rank());
        int run = Dims.count(part);
        Array rows = Array.zeros(table.type(), Dims.concat(new int[] {index.length}, part));
        for (int i = 0; i < index.length; i++) {
            System.arraycopy(table.data(), checked(index[i], table.dim(0)) * run, rows.data(), i * run, run);
        }
        Optional<QuantParams> quant = call.node().input(1).quant();
        if (rows.type() == call.outType() || quant.isEmpty()) {
            return rows;
        }
        byte[] stored = (byte[]) rows.data(); // unsigned bytes are read as signed ones too
        float[] out = new float[stored.length];
        QuantParams q = quant.get();
        int block = q.blockSize() == 0 ? run : q.blockSize();
        for (int i = 0; i < out.length; i++) {
            int row = index[i / run];
            int at = q.count() == 1 ? 0 : row * (q.count() / table.dim(0)) + (q.blockSize() == 0 ? 0 : i % run / block);
            out[i] = stored[i] * q.scale(at);
        }
        return Array.ofFloats(call.outType(), rows.dims(), out);
    }
}
