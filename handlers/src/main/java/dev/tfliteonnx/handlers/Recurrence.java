package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A computation that is repeated over time and carries values from one step to the next. */
final class Recurrence {
    /** One step. */
    @FunctionalInterface
    interface Step {
        /**
         * The carried values after the step; the first is also what comes out.
         *
         * @param onnx where the nodes go
         * @param x what comes in at this time
         * @param state the carried values before the step
         */
        List<Value> next(Onnx onnx, Value x, List<Value> state);
    }

    /**
     * What came of it.
     *
     * @param y what came out at each time, in the order of the input
     * @param state the carried values after the last step
     */
    record Run(Value y, List<Value> state) {}

    private Recurrence() {}

    /**
     * Repeats a step over the first axis of {@code x}: a Loop, or the step itself where there is but one.
     *
     * @param reverse whether the last time comes first
     */
    static Run over(Onnx onnx, Value x, List<Value> initial, boolean reverse, Step step) {
        if (x.shape().dim(0).is(1)) {
            List<Value> last = step.next(onnx, onnx.squeeze(x, 0), initial);
            return new Run(onnx.unsqueeze(last.get(0), 0), last);
        }
        Dim time = x.shape().dim(0);
        Value length = time instanceof Dim.Fixed fixed
                ? onnx.constant(Tensor.ofIntegers(DataType.INT64, Shape.SCALAR, fixed.size()))
                : onnx.gather(onnx.shapeOf(x), onnx.constant(Tensor.scalar(DataType.INT64, 0)), 0);
        Value last = reverse ? onnx.sub(length, onnx.scalar(DataType.INT64, 1)) : Value.ABSENT;

        String base = onnx.base() + "/step";
        Graph body = onnx.graph().nested(base);
        Onnx inner = onnx.into(body);
        Value i = body.input(ValueInfo.of(base + "/i", DataType.INT64, Shape.SCALAR));
        Value more = body.input(ValueInfo.of(base + "/more", DataType.BOOL, Shape.SCALAR));
        List<Value> before = new ArrayList<>();
        for (Value v : initial) {
            before.add(body.input(ValueInfo.of(base + "/state", v.type(), v.shape())));
        }
        Value now = inner.gather(x, reverse ? inner.sub(last, i) : i, 0);
        List<Value> outputs = new ArrayList<>(step.next(inner, now, before));
        outputs.add(inner.op("Identity", outputs.get(0)));
        outputs.add(0, inner.op("Identity", more));
        body.setOutputs(outputs);

        List<Value> inputs = new ArrayList<>(List.of(length, Value.ABSENT));
        inputs.addAll(initial);
        Attributes attributes = Attributes.of(OnnxOps.BODY, body);
        int n = initial.size();
        List<Value> results = onnx.ops("Loop", attributes, n + 1, inputs.toArray(Value[]::new));
        Value y = results.get(n);
        if (y.shape().isRanked()) {
            onnx.graph().refine(y, y.shape().with(0, time));
        }
        return new Run(reverse ? reversed(onnx, y) : y, Collections.unmodifiableList(results.subList(0, n)));
    }

    private static Value reversed(Onnx onnx, Value y) {
        return onnx.slice(y, new long[] {-1}, new long[] {Integer.MIN_VALUE}, new long[] {0}, new long[] {-1});
    }
}
