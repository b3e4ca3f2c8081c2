package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.executor.kernels.Walk;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** StableHLO operators that move elements. Source: the StableHLO specification, if nothing else is told. */
final class HloMoves {
    private HloMoves() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("STABLEHLO_RESHAPE", c -> c.in(0).reshaped(outDims(c)))
                .one(
                        "STABLEHLO_TRANSPOSE",
                        c -> Moves.transposed(c.in(0), c.option(Tfl.PERMUTATION).toIntArray()))
                .one("STABLEHLO_CONCATENATE", c -> Moves.joined(c.inputsFrom(0), c.number(Tfl.DIMENSION)))
                .one("STABLEHLO_BROADCAST_IN_DIM", HloMoves::broadcastInDim)
                .one("STABLEHLO_SLICE", HloMoves::slice)
                .one("STABLEHLO_DYNAMIC_SLICE", HloMoves::dynamicSlice)
                .one("STABLEHLO_DYNAMIC_UPDATE_SLICE", HloMoves::dynamicUpdateSlice)
                .one("STABLEHLO_IOTA", HloMoves::iota)
                .one("STABLEHLO_GATHER", HloMoves::gather)
                .one("STABLEHLO_SCATTER", HloMoves::scatter);
    }

    /** The extents of the result, which only the file knows. */
    private static int[] outDims(TfliteCall call) {
        return Dims.of(call.out(0).shape().sizes());
    }

    /** STABLEHLO_BROADCAST_IN_DIM: axis i becomes axis {@code broadcast_dimensions[i]}. */
    static Array broadcastInDim(TfliteCall call) {
        Array x = call.in(0);
        int[] to = call.option(Tfl.BROADCAST_DIMENSIONS).toIntArray();
        int[] dims = outDims(call);
        int[] own = Dims.strides(x.dims());
        int[] strides = new int[dims.length];
        for (int i = 0; i < to.length; i++) {
            strides[to[i]] = x.dim(i) == 1 ? 0 : own[i];
        }
        return Moves.strided(x, 0, dims, strides);
    }

    /** STABLEHLO_SLICE: from start to limit in strides. */
    static Array slice(TfliteCall call) {
        Array x = call.in(0);
        int[] starts = call.option(Tfl.START_INDICES).toIntArray();
        int[] limits = call.option(Tfl.LIMIT_INDICES).toIntArray();
        int[] steps = call.option(Tfl.STRIDES).toIntArray();
        int[] own = Dims.strides(x.dims());
        int[] dims = new int[x.rank()];
        int[] strides = new int[x.rank()];
        for (int k = 0; k < dims.length; k++) {
            dims[k] = (limits[k] - starts[k] + steps[k] - 1) / steps[k];
            strides[k] = own[k] * steps[k];
        }
        return Moves.strided(x, place(starts, own), dims, strides);
    }

    private static int place(int[] index, int[] strides) {
        int place = 0;
        for (int k = 0; k < index.length; k++) {
            place += index[k] * strides[k];
        }
        return place;
    }

    /** Starts brought to where a window of {@code sizes} fits. */
    private static int[] clamped(int[] starts, int[] dims, int[] sizes) {
        int[] out = new int[starts.length];
        Arrays.setAll(out, k -> Math.max(0, Math.min(starts[k], dims[k] - sizes[k])));
        return out;
    }

    private static int[] scalars(TfliteCall call, int first) {
        return call.inputsFrom(first).stream()
                .mapToInt(a -> Math.toIntExact(a.integer()))
                .toArray();
    }

    /** STABLEHLO_DYNAMIC_SLICE: a part at starts that are clamped so that it is there. */
    static Array dynamicSlice(TfliteCall call) {
        Array x = call.in(0);
        int[] sizes = call.option(Tfl.SLICE_SIZES).toIntArray();
        int[] own = Dims.strides(x.dims());
        return Moves.strided(x, place(clamped(scalars(call, 1), x.dims(), sizes), own), sizes, own);
    }

    /** STABLEHLO_DYNAMIC_UPDATE_SLICE: a part replaced at starts that are clamped so that it fits. */
    static Array dynamicUpdateSlice(TfliteCall call) {
        Array x = call.in(0);
        Array part = call.in(1);
        Array out = new Array(x.type(), x.dims(), Moves.copy(x));
        put(part, out, place(clamped(scalars(call, 2), x.dims(), part.dims()), Dims.strides(x.dims())));
        return out;
    }

    /** Writes a part over the elements of a fresh array, from a place on. */
    private static void put(Array part, Array into, int place) {
        for (Walk w = new Walk(part.dims(), Dims.strides(into.dims())); w.valid(); w.next()) {
            for (int i = 0; i < w.length(); i++) {
                int to = place + w.offset(0) + i * w.stride(0);
                System.arraycopy(part.data(), w.position() + i, into.data(), to, 1);
            }
        }
    }

    /** STABLEHLO_IOTA: numbers that count along an axis. */
    static Array iota(TfliteCall call) {
        int[] dims = outDims(call);
        int axis = call.number(Tfl.IOTA_DIMENSION);
        int inner = Dims.count(dims, axis + 1, dims.length);
        long[] out = new long[Dims.count(dims)];
        Arrays.setAll(out, i -> i / inner % dims[axis]);
        return Array.ofLongs(call.outType(), dims, out);
    }

    private static boolean has(int[] axes, int axis) {
        return Arrays.stream(axes).anyMatch(a -> a == axis);
    }

    /** The axes up to {@code rank} that are not among {@code axes}. */
    static int[] others(int rank, int[] axes) {
        return IntStream.range(0, rank).filter(k -> !has(axes, k)).toArray();
    }

    /** Indices {@code [..., k]}, whatever axis their vectors lie on. */
    private static Array vectorsLast(Array indices, int axis) {
        return axis == indices.rank()
                ? indices.reshaped(Dims.concat(indices.dims(), 1))
                : Moves.transposed(indices, Dims.concat(others(indices.rank(), new int[] {axis}), axis));
    }

    /** The starts on all axes that row {@code i} of the indices gives. */
    private static int[] starts(int[] indices, int i, int[] map, int rank) {
        int[] starts = new int[rank];
        for (int k = 0; k < map.length; k++) {
            starts[map[k]] = indices[i * map.length + k];
        }
        return starts;
    }

    /** STABLEHLO_GATHER: a part for each vector of indices. Source: {@code kernels/stablehlo_gather.cc}. */
    static Array gather(TfliteCall call) {
        Array x = call.in(0);
        Array vectors = vectorsLast(call.in(1), call.number(Tfl.INDEX_VECTOR_DIM));
        int[] indices = vectors.ints();
        int[] map = call.option(Tfl.START_INDEX_MAP).toIntArray();
        int[] sizes = call.option(Tfl.SLICE_SIZES).toIntArray();
        int[] own = Dims.strides(x.dims());
        int run = Dims.count(sizes);
        int[] batch = Dims.slice(vectors.dims(), 0, vectors.rank() - 1);
        int[] part = Dims.without(sizes, call.option(Tfl.COLLAPSED_SLICE_DIMS).toIntArray());
        Array out = Array.zeros(x.type(), Dims.concat(batch, part));
        for (int i = 0; i < Dims.count(batch); i++) {
            int[] starts = clamped(starts(indices, i, map, x.rank()), x.dims(), sizes);
            Object found = Moves.strided(x, place(starts, own), sizes, own).data();
            System.arraycopy(found, 0, out.data(), i * run, run);
        }
        int[] offset = call.option(Tfl.OFFSET_DIMS).toIntArray();
        int[] perm = new int[out.rank()];
        int fromBatch = 0;
        int fromPart = batch.length;
        for (int k = 0; k < perm.length; k++) {
            perm[k] = has(offset, k) ? fromPart++ : fromBatch++;
        }
        return Moves.transposed(out, perm);
    }

    /**
     * STABLEHLO_SCATTER of one operand: parts joined to it by a graph one after the other, as far as they lie inside. They
     * follow each other as the updates do: a part holds what lies behind the last axis of the indices.
     * Source: {@code kernels/stablehlo_scatter.cc}.
     */
    static Array scatter(TfliteCall call) {
        if (call.arity() != 3) {
            throw new IllegalArgumentException("scatters of several operands");
        }
        Array x = call.in(0);
        Array updates = call.in(2);
        int[] indices =
                vectorsLast(call.in(1), call.number(Tfl.INDEX_VECTOR_DIM)).ints();
        int[] map = call.option(Tfl.SCATTER_DIMS_TO_OPERAND_DIMS).toIntArray();
        int[] window = call.option(Tfl.UPDATE_WINDOW_DIMS).toIntArray();
        int[] kept = others(x.rank(), call.option(Tfl.INSERTED_WINDOW_DIMS).toIntArray());
        int split = IntStream.of(others(updates.rank(), window)).max().orElse(-1) + 1;
        int[] axes = new int[updates.rank()];
        Arrays.fill(axes, -1);
        int[] sizes = Windows.ones(x.rank());
        for (int k = 0; k < window.length; k++) {
            axes[window[k]] = kept[k];
            sizes[kept[k]] = window[k] < split ? 1 : updates.dim(window[k]);
        }
        int run = Dims.count(sizes);
        Array out = new Array(x.type(), x.dims(), Moves.copy(x));
        for (int i = 0; run > 0 && i < updates.size() / run; i++) {
            int[] from = new int[x.rank()];
            int row = place(i, Dims.slice(updates.dims(), 0, split), axes, from);
            int[] starts = starts(indices, row, map, x.rank());
            Arrays.setAll(starts, k -> starts[k] + from[k]);
            update(call, out, starts, new Part(updates, i * run, sizes));
        }
        return out;
    }

    /** Which of the indices part {@code i} belongs to; where it begins in its window goes into {@code from}. */
    private static int place(int i, int[] dims, int[] axes, int[] from) {
        int rest = i;
        int row = 0;
        int rows = 1;
        for (int k = dims.length - 1; k >= 0; k--) {
            int at = rest % dims[k];
            rest /= dims[k];
            if (axes[k] >= 0) {
                from[axes[k]] = at;
            } else {
                row += at * rows;
                rows *= dims[k];
            }
        }
        return row;
    }

    /**
     * Elements of an array that follow each other.
     *
     * @param from the array
     * @param at where they begin
     * @param dims their extents
     */
    private record Part(Array from, int at, int[] dims) {}

    private static void update(TfliteCall call, Array out, int[] starts, Part part) {
        int rank = starts.length;
        int[] low = new int[rank];
        int[] dims = new int[rank];
        for (int k = 0; k < rank; k++) {
            low[k] = Math.max(0, -starts[k]);
            dims[k] = Math.max(0, Math.min(part.dims()[k], out.dim(k) - starts[k]) - low[k]);
            starts[k] += low[k];
        }
        int[] own = Dims.strides(out.dims());
        int[] strides = Dims.strides(part.dims());
        if (Dims.count(dims) > 0) {
            Array old = Moves.strided(out, place(starts, own), dims, own);
            Array given = Moves.strided(part.from(), part.at() + place(low, strides), dims, strides);
            int body = call.number(Tfl.UPDATE_COMPUTATION_SUBGRAPH_INDEX);
            put(call.run(body, List.of(old, given)).get(0), out, place(starts, own));
        }
    }
}
