package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Another axis for the examples of a value, whose elements stay in order within each example. */
final class Spread {
    private final Dim after;
    private final long[] sizes;
    private final BatchAxis from;
    private final BatchAxis to;
    private final int rank;

    private Spread(Dim after, long[] sizes, BatchAxis from, BatchAxis to, int rank) {
        this.after = after;
        this.sizes = sizes;
        this.from = from;
        this.to = to;
        this.rank = rank;
    }

    /**
     * The form of a value with its examples elsewhere.
     *
     * @param sizes its extents in the file
     * @param from where its examples are
     * @param to where they are to be; its parts are those of the value there, or repeat its only one
     * @param rank how many axes there are to be, aligned at the last
     * @throws Prevented if the elements of an example would change their order
     */
    static GraphCopy.Form of(BatchModel model, long[] sizes, BatchAxis from, BatchAxis to, int rank) {
        Spread spread = new Spread(model.after(), sizes, from, to, rank);
        boolean isFirst = true;
        for (int i = 0; i < to.axis(); i++) {
            isFirst &= spread.own(i) == 1;
        }
        long there = spread.own(to.axis());
        boolean fits = isFirst && sizes.length <= rank && (there == 1 || there == to.inner());
        if (model.before() != 1 || from.outer() != 1 || to.outer() != 1 || !fits) {
            throw new Prevented("its operands have examples on different axes");
        }
        return spread::make;
    }

    /** The extent of an example along an axis of the result. */
    private long own(int axis) {
        int i = axis - rank + sizes.length;
        return i < 0 ? 1 : sizes[i];
    }

    private Value make(Graph target, Value copied) {
        Emitter emit = Emitter.by(target, copied);
        Value x = inFront(emit, copied);
        long there = own(to.axis());
        List<Dim> dims = new ArrayList<>();
        long[] parts = new long[rank];
        for (int i = 0; i < rank; i++) {
            parts[i] = i < to.axis() ? 1 : i == to.axis() ? -1 : own(i);
            dims.add(i == to.axis() ? to.extent(after) : Dim.of(parts[i]));
        }
        if (there == to.inner()) {
            return emit.reshaped(x, Shape.ofDims(dims), parts);
        }
        long[] tail = new long[rank - to.axis() + 1];
        long[] times = new long[tail.length];
        Arrays.fill(times, 1);
        times[1] = to.inner();
        tail[0] = -1;
        tail[1] = 1;
        List<Dim> apart = new ArrayList<>(List.of(after, Dim.of(1)));
        for (int i = 2; i < tail.length; i++) {
            tail[i] = own(to.axis() + i - 1);
            apart.add(Dim.of(tail[i]));
        }
        Value one = emit.reshaped(x, Shape.ofDims(apart), tail);
        apart.set(1, Dim.of(to.inner()));
        ValueInfo info = new ValueInfo(emit.base() + "/repeated", x.type(), Shape.ofDims(apart), x.quant());
        return emit.reshaped(emit.op("TILE", info, one, emit.vector(times)), Shape.ofDims(dims), parts);
    }

    /** With the examples before all else. */
    private Value inFront(Emitter emit, Value x) {
        long pre = product(sizes, 0, from.axis());
        if (pre == 1) {
            return x;
        }
        long inner = sizes[from.axis()];
        long post = product(sizes, from.axis() + 1, sizes.length);
        Shape apart = Shape.ofDims(List.of(Dim.of(pre), after, Dim.of(inner), Dim.of(post)));
        Value split = emit.reshaped(x, apart, pre, -1, inner, post);
        ValueInfo info = new ValueInfo(emit.base() + "/turned", x.type(), apart.permuted(1, 0, 2, 3), x.quant());
        return emit.op("TRANSPOSE", info, split, emit.vector(1, 0, 2, 3));
    }

    private static long product(long[] sizes, int from, int to) {
        return Arrays.stream(sizes, from, to).reduce(1, Math::multiplyExact);
    }
}
