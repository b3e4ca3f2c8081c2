package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Operators that pick elements by indices: indices and elements may have examples, or one of both. */
final class BatchGathers {
    private BatchGathers() {}

    /** Elements along an axis. Source: {@code kernels/gather.cc}. */
    static BatchAxis gather(BatchStep s) {
        int along = BatchStep.fromStart(s.option(Tfl.AXIS), s.rank(0));
        int shared = BatchStep.fromStart(s.option(Tfl.BATCH_DIMS), s.rank(1));
        Optional<BatchAxis> params = s.axis(0);
        Optional<BatchAxis> indices = s.axis(1);
        if (params.isPresent() && indices.isPresent()) {
            if (!params.equals(indices) || params.get().axis() >= shared) {
                throw new Prevented("indices and elements have examples on different axes");
            }
            return params.get();
        }
        if (shared != 0) {
            throw new Prevented("only one of its operands has examples");
        }
        if (indices.isPresent()) {
            return indices.get().on(along + indices.get().axis());
        }
        BatchAxis axis = BatchRules.sparing(s, 0, along);
        return axis.axis() < along ? axis : axis.on(axis.axis() + s.rank(1) - 1);
    }

    /**
     * Elements at places. Where both operands have examples, the places, which name the one example of the file, name
     * that of their own. Source: {@code kernels/gather_nd.cc}.
     */
    static BatchAxis gatherNd(BatchStep s) {
        int last = s.rank(1) - 1;
        long depth = s.sizes(1)[last];
        Optional<BatchAxis> places = s.axis(1);
        if (places.isEmpty() || places.get().axis() == last) {
            throw new Prevented("its places are the same for all examples");
        }
        Optional<BatchAxis> elements = s.axis(0);
        if (elements.isEmpty()) {
            return places.get();
        }
        BatchAxis axis = places.get();
        boolean isNamed = elements.get().isPlain() && elements.get().axis() < depth && axis.outer() == 1;
        if (s.before() != 1 || !isNamed || !s.graph().isCounted()) {
            throw new Prevented("places and elements have examples on different axes");
        }
        int named = elements.get().axis();
        s.graph().changes().operand(s.node(), 1, (target, copied) -> {
            Emitter emit = Emitter.by(target, copied);
            Value own = numbers(s, emit, copied, axis, new long[] {named, depth - 1 - named});
            ValueInfo info = ValueInfo.of(emit.base() + "/own", copied.type(), copied.shape());
            return emit.op("ADD", info, copied, own);
        });
        return axis;
    }

    /** The number of the example of each place in one column, beside columns of zeros. */
    private static Value numbers(BatchStep s, Emitter emit, Value places, BatchAxis axis, long[] beside) {
        Dim n = s.after();
        Value count = emit.reshaped(s.graph().count(emit), Shape.SCALAR);
        Value zero = emit.constant(Shape.SCALAR, 0);
        Value numbers = emit.integers("RANGE", Shape.ofDims(List.of(n)), zero, count, emit.constant(Shape.SCALAR, 1));
        Value rows = emit.reshaped(numbers, Shape.ofDims(List.of(n, Dim.of(1))), -1, 1);
        if (axis.inner() != 1) {
            rows = emit.integers(
                    "TILE", Shape.ofDims(List.of(n, Dim.of(axis.inner()))), rows, emit.vector(1, axis.inner()));
        }
        int rank = places.shape().rank();
        long[] column = new long[rank];
        Arrays.fill(column, 1);
        column[axis.axis()] = -1;
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < rank; i++) {
            dims.add(i == axis.axis() ? axis.extent(n) : Dim.of(1));
        }
        Value one = emit.reshaped(rows, Shape.ofDims(dims), column);
        long[] pads = new long[2 * rank];
        pads[2 * rank - 2] = beside[0];
        pads[2 * rank - 1] = beside[1];
        dims.set(rank - 1, Dim.of(beside[0] + beside[1] + 1));
        Value padded = emit.integers("PAD", Shape.ofDims(dims), one, emit.constant(Shape.of(rank, 2), pads));
        return places.type() == DataType.INT32
                ? padded
                : emit.op(
                        "CAST",
                        Emitter.options("CAST")
                                .with(Tfl.IN_DATA_TYPE, DataType.INT32)
                                .with(Tfl.OUT_DATA_TYPE, places.type()),
                        ValueInfo.of(emit.base() + "/numbers", places.type(), padded.shape()),
                        padded);
    }
}
