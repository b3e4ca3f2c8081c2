package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * StableHLO's gather and scatter: windows of the operand at places that index vectors give.
 *
 * <p>Axes of which a window holds less than the operand are <em>indexed</em>: they are moved to the front, and GatherND and
 * ScatterND get the coordinates of each element of the window along them. The other axes follow whole.
 */
final class HloIndexing {
    private final TflOp op;
    private final Onnx onnx;
    private final int rank;
    private final long[] window;
    private final int[] indexed;
    private final int[] whole;

    private HloIndexing(TflOp op, Onnx onnx, long[] window, long[] given) {
        this.op = op;
        this.onnx = onnx;
        this.rank = window.length;
        this.window = window;
        int[] partial = IntStream.range(0, rank)
                .filter(d -> window[d] != op.size(0, d) || LongStream.of(given).anyMatch(g -> g == d))
                .toArray();
        this.indexed = partial.length == 0 ? new int[] {0} : partial;
        this.whole = IntStream.range(0, rank)
                .filter(d -> Arrays.stream(indexed).noneMatch(i -> i == d))
                .toArray();
    }

    /**
     * {@code x}, starts → a window of {@code slice_sizes} for each start, which is clamped so that the window is inside.
     *
     * <p>Source: {@code kernels/stablehlo_gather.cc}; ONNX GatherND-13.
     */
    static List<Value> gather(TflOp op, Onnx onnx) {
        long[] map = op.option(Tfl.START_INDEX_MAP).toArray();
        // a window of the whole axis can only start at 0, whatever is given
        HloIndexing at = new HloIndexing(op, onnx, op.option(Tfl.SLICE_SIZES).toArray(), new long[0]);
        return List.of(at.gather(map));
    }

    private Value gather(long[] map) {
        Value starts = starts(op.option(Tfl.INDEX_VECTOR_DIM).intValue());
        int batch = starts.shape().rank() - 1;
        long[] room = Arrays.stream(map)
                .map(d -> op.size(0, (int) d) - window[(int) d])
                .toArray();
        Value places = places(HloShapes.clamped(onnx, starts, room), map);
        Value y = onnx.op("GatherND", onnx.transpose(op.in(0), order()), places);
        // y is batch, indexed, whole; what is collapsed goes, and the rest takes its place among the results
        long[] collapsed = op.option(Tfl.COLLAPSED_SLICE_DIMS).toArray();
        List<Integer> axes = new ArrayList<>();
        List<Long> gone = new ArrayList<>();
        int[] order = order();
        for (int i = 0; i < rank; i++) {
            int axis = order[i];
            if (Arrays.stream(collapsed).anyMatch(c -> c == axis)) {
                gone.add((long) batch + i);
            } else {
                axes.add(axis);
            }
        }
        Value kept = onnx.squeeze(y, gone.stream().mapToLong(Long::longValue).toArray());
        int[] offset = op.option(Tfl.OFFSET_DIMS).toIntArray();
        List<Integer> sorted = axes.stream().sorted().toList();
        int[] perm = new int[batch + axes.size()];
        int nextBatch = 0;
        int nextOffset = 0;
        for (int i = 0; i < perm.length; i++) {
            int place = i;
            boolean isOffset = Arrays.stream(offset).anyMatch(o -> o == place);
            perm[i] = isOffset ? batch + axes.indexOf(sorted.get(nextOffset++)) : nextBatch++;
        }
        return onnx.transpose(kept, perm);
    }

    /**
     * {@code x}, starts, updates → {@code x} with a window of updates at each start joined in; what is outside is left
     * out.
     *
     * <p>Source: {@code kernels/stablehlo_scatter.cc}; ONNX ScatterElements-18. Starts that are not constant are checked when
     * the model runs: what is outside goes to a row that is cut off again.
     */
    static List<Value> scatter(TflOp op, Onnx onnx) {
        Combination body = Combination.of(op, op.subgraph(op.option(Tfl.UPDATE_COMPUTATION_SUBGRAPH_INDEX)));
        int rank = op.rank(0);
        long[] inserted = op.option(Tfl.INSERTED_WINDOW_DIMS).toArray();
        int[] windowAxes = op.option(Tfl.UPDATE_WINDOW_DIMS).toIntArray();
        long[] window = new long[rank];
        int next = 0;
        for (int d = 0; d < rank; d++) {
            int axis = d;
            boolean isInserted = Arrays.stream(inserted).anyMatch(i -> i == axis);
            window[d] = isInserted ? 1 : op.size(2, windowAxes[next++]);
        }
        long[] map = op.option(Tfl.SCATTER_DIMS_TO_OPERAND_DIMS).toArray();
        return List.of(new HloIndexing(op, onnx, window, map).scatter(body, map, inserted, windowAxes));
    }

    private Value scatter(Combination body, long[] map, long[] inserted, int[] windowAxes) {
        Value starts = starts(op.option(Tfl.INDEX_VECTOR_DIM).intValue());
        int[] sequence = sequence(starts.shape().rank() - 1, inserted, windowAxes);
        int[] last =
                IntStream.range(sequence.length, sequence.length + whole.length).toArray();
        Value places = onnx.transpose(places(starts, map), with(sequence, sequence.length));
        Value x = onnx.transpose(op.in(0), order());
        Value updates = onnx.transpose(updates(starts.shape().rank() - 1, inserted, windowAxes), with(sequence, last));
        DataType type = x.type();
        DataType carrier = carrier(type, body);
        x = onnx.cast(x, carrier);
        updates = onnx.cast(updates, carrier);
        boolean fits = isInside(map);
        long rows = op.size(0, indexed[0]);
        if (!fits) {
            long[] more = new long[2 * rank];
            more[rank] = 1;
            x = onnx.pad(x, more, onnx.scalarLike(x, 0));
            places = redirected(places, rows);
        }
        Value y = scattered(x, places, updates, body);
        if (!fits) {
            y = onnx.slice(y, new long[] {0}, new long[] {rows}, new long[] {0}, new long[] {1});
        }
        return onnx.transpose(onnx.cast(y, type), inverse(order()));
    }

    /** What joined elements are computed in: ONNX Runtime joins neither truth values nor float16. */
    private static DataType carrier(DataType type, Combination body) {
        return switch (body == Combination.REPLACE ? DataType.INT8 : type) {
            case BOOL -> DataType.INT32;
            case FLOAT16 -> DataType.FLOAT32;
            default -> type;
        };
    }

    /**
     * The axes of starts and of windows in the order in which the updates have them: that is how they follow each other,
     * and of several at one place the last replaces.
     */
    private int[] sequence(int batch, long[] inserted, int[] windowAxes) {
        int[] place = new int[batch + indexed.length];
        int next = 0;
        for (int axis = 0; axis < op.rank(2); axis++) {
            int at = axis;
            if (Arrays.stream(windowAxes).noneMatch(w -> w == at)) {
                place[next++] = axis;
            }
        }
        for (int i = 0; i < indexed.length; i++) {
            int d = indexed[i];
            int before = (int) Arrays.stream(inserted).filter(a -> a < d).count();
            boolean isInserted = Arrays.stream(inserted).anyMatch(a -> a == d);
            place[batch + i] = isInserted ? op.rank(2) : windowAxes[d - before];
        }
        return IntStream.range(0, place.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> place[i]))
                .mapToInt(i -> i)
                .toArray();
    }

    private static int[] with(int[] first, int... more) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(more)).toArray();
    }

    /** Rows joined in one after the other: ONNX Runtime's ScatterND takes several threads to the same element. */
    private Value scattered(Value x, Value places, Value updates, Combination body) {
        long[] sizes = x.shape().sizes();
        int depth = indexed.length;
        long[] rows = new long[rank - depth + 1];
        rows[0] = Arrays.stream(sizes, 0, depth).reduce(1, (a, b) -> a * b);
        System.arraycopy(sizes, depth, rows, 1, rank - depth);
        Value flat = onnx.reshape(x, rows);
        rows[0] = -1;
        Value joined = Scattering.joined(
                onnx,
                flat,
                onnx.reshape(Scattering.places(onnx, places, onnx.ints(sizes), depth), -1),
                onnx.reshape(updates, rows),
                body.scatter());
        return onnx.reshape(joined, sizes);
    }

    /** The updates as batch, indexed axes, whole axes; axes that they lack are put in. */
    private Value updates(int batch, long[] inserted, int[] windowAxes) {
        int updateRank = op.rank(2);
        int[] batchAxes = IntStream.range(0, updateRank)
                .filter(i -> Arrays.stream(windowAxes).noneMatch(w -> w == i))
                .toArray();
        int[] perm = IntStream.concat(Arrays.stream(batchAxes), Arrays.stream(windowAxes))
                .toArray();
        Value u = onnx.transpose(op.in(2), perm);
        long[] sorted = Arrays.stream(inserted).sorted().map(d -> d + batch).toArray();
        Value complete = onnx.unsqueeze(u, sorted);
        int[] order = order();
        int[] moved = IntStream.range(0, batch + rank)
                .map(i -> i < batch ? i : batch + order[i - batch])
                .toArray();
        return onnx.transpose(complete, moved);
    }

    /** Whether constant starts, if they are, keep every window inside the operand. */
    private boolean isInside(long[] map) {
        if (op.constant(1).isEmpty()) {
            return false;
        }
        Shape shape = op.shape(1);
        int axis = op.option(Tfl.INDEX_VECTOR_DIM).intValue();
        long[] starts = op.longs(1);
        long inner = 1;
        for (int i = axis + 1; i < shape.rank(); i++) {
            inner *= shape.size(i);
        }
        for (int i = 0; i < starts.length; i++) {
            int d = (int) map[(int) (i / inner % map.length)];
            if (starts[i] < 0 || starts[i] > op.size(0, d) - window[d]) {
                return false;
            }
        }
        return true;
    }

    /** Places of which a coordinate is outside, sent to the row behind the last. */
    private Value redirected(Value places, long rows) {
        long[] limits = Arrays.stream(indexed).mapToLong(d -> op.size(0, d)).toArray();
        Value low = onnx.op("Less", places, onnx.ints(0));
        Value high = onnx.op("GreaterOrEqual", places, onnx.ints(limits));
        Value outside = onnx.cast(onnx.op("Or", low, high), DataType.INT32);
        Value any =
                onnx.cast(onnx.reduce("ReduceMax", outside, true, places.shape().rank() - 1), DataType.BOOL);
        long[] behind = new long[indexed.length];
        behind[0] = rows;
        return onnx.where(any, onnx.ints(behind), places);
    }

    /** The starts as {@code [batch..., k]} of int64. */
    private Value starts(int vectorAxis) {
        Value starts = onnx.cast(op.raw(1), DataType.INT64);
        int r = op.rank(1);
        if (vectorAxis == r) {
            return onnx.unsqueeze(starts, r);
        }
        int[] perm = IntStream.range(0, r)
                .map(i -> i == r - 1 ? vectorAxis : i < vectorAxis ? i : i + 1)
                .toArray();
        return onnx.transpose(starts, perm);
    }

    /** The coordinates of each element of each window along the indexed axes: {@code [batch..., windows..., axes]}. */
    private Value places(Value starts, long[] map) {
        int batch = starts.shape().rank() - 1;
        long[] columns = new long[indexed.length];
        boolean complete = true;
        for (int i = 0; i < columns.length; i++) {
            int axis = indexed[i];
            columns[i] = IntStream.range(0, map.length)
                    .filter(k -> map[k] == axis)
                    .findFirst()
                    .orElse(map.length);
            complete &= columns[i] < map.length;
        }
        Value all = starts;
        if (!complete) {
            Value first = onnx.slice(starts, new long[] {0}, new long[] {1}, new long[] {batch}, new long[] {1});
            all = onnx.concat(batch, starts, onnx.sub(first, first));
        }
        boolean same = Arrays.equals(columns, LongStream.range(0, map.length).toArray());
        Value placed = same ? all : onnx.gather(all, onnx.ints(columns), batch);
        long[] extents = Arrays.stream(indexed).mapToLong(d -> window[d]).toArray();
        requireModest(extents);
        long[] between = LongStream.range(batch, batch + extents.length).toArray();
        Value spread = onnx.unsqueeze(placed, between);
        boolean points = Arrays.stream(extents).allMatch(e -> e == 1);
        Tensor grid = HloShapes.grid(extents);
        return points ? spread : onnx.add(spread, onnx.constant(grid));
    }

    private void requireModest(long[] extents) {
        if (Shape.of(extents).elementCount() > 1 << 22) {
            throw op.refuse(
                    DiagnosticCode.UNSUPPORTED_OPTION,
                    "its windows of " + Shape.of(extents) + " elements would need a coordinate each",
                    "export the model with smaller windows");
        }
    }

    private int[] order() {
        return IntStream.concat(Arrays.stream(indexed), Arrays.stream(whole)).toArray();
    }

    private static int[] inverse(int[] perm) {
        int[] inverse = new int[perm.length];
        for (int i = 0; i < perm.length; i++) {
            inverse[perm[i]] = i;
        }
        return inverse;
    }
}
