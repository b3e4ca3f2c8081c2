package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.cleanup.Reversal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A recurrent operator in the place of a loop.
 *
 * @param results the results of the loop that anything reads, and what they are
 */
record Replacement(Node loop, Layer layer, Map<Integer, Results.Kind> results) {
    void apply(Edit edit) {
        String base = loop.outputs().get(results.keySet().iterator().next()).name();
        Onnx onnx = new Onnx(edit, base, loop.origin());
        List<Value> values = conditions(onnx)
                .reduce((a, b) -> onnx.op("And", a, b))
                .map(condition -> branches(onnx, condition))
                .orElseGet(() -> values(onnx));
        int i = 0;
        for (int result : results.keySet()) {
            edit.replace(loop.outputs().get(result), values.get(i++));
        }
        edit.apply();
    }

    /** Whether it depends on what the model is given whether the loop runs at all. */
    static boolean mayRest(Node loop) {
        return hasCondition(loop) || hasOpenLimit(loop);
    }

    private static boolean hasCondition(Node loop) {
        return loop.input(1).isPresent()
                && Content.longs(loop.input(1)).filter(v -> v[0] == 1).isEmpty();
    }

    private static boolean hasOpenLimit(Node loop) {
        return loop.input(0).isPresent() && !loop.input(0).isConstant();
    }

    /** What must hold for the loop to run at all. */
    private Stream<Value> conditions(Onnx onnx) {
        Stream<Value> first = hasCondition(loop) ? Stream.of(loop.input(1)) : Stream.of();
        return hasOpenLimit(loop)
                ? Stream.concat(
                        first, Stream.of(onnx.op("Less", onnx.scalar(DataType.INT64, 0), onnx.reshape(loop.input(0)))))
                : first;
    }

    private List<Value> values(Onnx onnx) {
        List<Value> built = layer.build(onnx);
        List<Value> values = new ArrayList<>();
        results.forEach((i, kind) -> values.add(
                switch (kind) {
                    case ALL -> inOrder(onnx, onnx.squeeze(built.get(0), 1));
                    case LAST -> last(onnx, i, built.get(1));
                    case LAST_CELL -> last(onnx, i, built.get(2));
                }));
        return values;
    }

    private Value inOrder(Onnx onnx, Value all) {
        return layer.isReversed() ? Reversal.of(onnx, all, 0) : all;
    }

    private Value last(Onnx onnx, int result, Value state) {
        boolean flat = loop.outputs().get(result).shape().hasRank(2);
        return flat ? onnx.squeeze(state, 0) : onnx.op("Identity", state);
    }

    /** The operator if the loop runs at all, and what the loop starts from if it does not. */
    private List<Value> branches(Onnx onnx, Value condition) {
        Graph runs = onnx.graph().nested(onnx.base() + "/steps");
        runs.setOutputs(values(onnx.into(runs)));
        Graph rests = onnx.graph().nested(onnx.base() + "/no_step");
        Onnx otherwise = onnx.into(rests);
        rests.setOutputs(results.keySet().stream()
                .map(i -> i + 2 < loop.inputs().size() ? otherwise.op("Identity", loop.input(i + 2)) : none(otherwise))
                .toList());
        Attributes branches = Attributes.of(OnnxOps.THEN_BRANCH, runs).with(OnnxOps.ELSE_BRANCH, rests);
        return onnx.ops("If", branches, results.size(), condition);
    }

    /** No states at all, [0, b, n]. */
    private Value none(Onnx onnx) {
        long[] zero = {0};
        return onnx.slice(onnx.unsqueeze(layer.start(), 0), zero, zero, zero, new long[] {1});
    }
}
