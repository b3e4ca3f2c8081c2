package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Attributes;
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

/**
 * A recurrent operator in the place of a loop.
 *
 * @param results the results of the loop that anything reads, and what they are
 */
record Replacement(Node loop, Layer layer, Map<Integer, Results.Kind> results) {
    void apply(Edit edit) {
        String base = loop.outputs().get(results.keySet().iterator().next()).name();
        Onnx onnx = new Onnx(edit, base, loop.origin());
        Value condition = loop.input(1);
        boolean runs = !condition.isPresent()
                || Content.longs(condition).filter(v -> v[0] == 1).isPresent();
        List<Value> values = runs ? values(onnx) : branches(onnx, condition);
        int i = 0;
        for (int result : results.keySet()) {
            edit.replace(loop.outputs().get(result), values.get(i++));
        }
        edit.apply();
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
                .map(i -> otherwise.op("Identity", loop.input(i + 2)))
                .toList());
        Attributes branches = Attributes.of(OnnxOps.THEN_BRANCH, runs).with(OnnxOps.ELSE_BRANCH, rests);
        return onnx.ops("If", branches, results.size(), condition);
    }
}
