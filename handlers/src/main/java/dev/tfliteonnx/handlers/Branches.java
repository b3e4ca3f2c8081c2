package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** One of several subgraphs, chosen when the model runs. */
final class Branches {
    private final TflOp op;
    private final int[] subgraphs;
    private final BiFunction<Onnx, Integer, Value> isChosen;

    private Branches(TflOp op, long[] subgraphs, BiFunction<Onnx, Integer, Value> isChosen) {
        this.op = op;
        this.subgraphs = Arrays.stream(subgraphs).mapToInt(op::subgraph).toArray();
        this.isChosen = isChosen;
    }

    /**
     * condition (one boolean), operands → results of one of two subgraphs.
     *
     * <p>Source: {@code kernels/if.cc}; ONNX If-13. Branches read what they need of the outer graph. Variables that a
     * branch assigns are further results.
     */
    static List<Value> either(TflOp op, Onnx onnx) {
        Value condition = onnx.reshape(op.raw(0));
        long[] subgraphs = {op.option(Tfl.THEN_SUBGRAPH_INDEX), op.option(Tfl.ELSE_SUBGRAPH_INDEX)};
        Branches branches = new Branches(op, subgraphs, (o, k) -> condition);
        return Calls.settle(op, branches.from(0, onnx));
    }

    /**
     * index (one int32), operands → results of the subgraph with that number, or of the last.
     *
     * <p>Source: {@code kernels/stablehlo_case.cc}; ONNX If-13 in If-13.
     */
    static List<Value> choice(TflOp op, Onnx onnx) {
        long[] subgraphs = op.option(Tfl.BRANCH_SUBGRAPH_INDICES).toArray();
        if (subgraphs.length == 0) {
            throw op.refuse(DiagnosticCode.INVALID_MODEL, "it has no branches", "");
        }
        Value index = onnx.reshape(op.raw(0));
        Branches branches = new Branches(op, subgraphs, (o, k) -> o.op("Equal", index, o.scalar(DataType.INT32, k)));
        return Calls.settle(op, branches.from(0, onnx));
    }

    private Calls.Outcome from(int k, Onnx onnx) {
        if (k == subgraphs.length - 1) {
            return Calls.run(op, subgraphs[k], 1, onnx.graph());
        }
        Variables variables = op.lowering().variables();
        Value condition = isChosen.apply(onnx, k);
        Graph then = onnx.graph().nested(onnx.base() + "/then");
        Graph otherwise = onnx.graph().nested(onnx.base() + "/else");
        Map<Resource.Variable, Value> before = variables.assigned();
        Calls.Outcome a = Calls.run(op, subgraphs[k], 1, then);
        Map<Resource.Variable, Value> afterThen = variables.assigned();
        variables.restore(before);
        Calls.Outcome b = from(k + 1, onnx.into(otherwise));
        Map<Resource.Variable, Value> afterElse = variables.assigned();
        variables.restore(before);
        if (!a.handles().equals(b.handles())) {
            throw op.refuse(DiagnosticCode.UNSUPPORTED_OPTION, "its branches give handles of different variables", "");
        }
        Map<Resource.Variable, Value> changed = changed(before, afterThen, afterElse);
        List<Value> left = outputs(onnx.into(then), a, changed, afterThen);
        List<Value> right = outputs(onnx.into(otherwise), b, changed, afterElse);
        if (left.isEmpty()) {
            Calls.discard(then);
            Calls.discard(otherwise);
            return a;
        }
        Calls.close(onnx.into(then), left);
        Calls.close(onnx.into(otherwise), right);
        Attributes bodies = Attributes.of(OnnxOps.THEN_BRANCH, then).with(OnnxOps.ELSE_BRANCH, otherwise);
        return merged(a, changed, onnx.ops("If", bodies, left.size(), condition));
    }

    /** The variables that a branch assigned, each with a value that it got. */
    private static Map<Resource.Variable, Value> changed(
            Map<Resource.Variable, Value> before,
            Map<Resource.Variable, Value> afterThen,
            Map<Resource.Variable, Value> afterElse) {
        Map<Resource.Variable, Value> changed = new LinkedHashMap<>();
        for (Map<Resource.Variable, Value> after : List.of(afterThen, afterElse)) {
            after.forEach((variable, value) -> {
                if (before.get(variable) != value) {
                    changed.putIfAbsent(variable, value);
                }
            });
        }
        return changed;
    }

    /** What a branch gives: results that are values, then what the variables that some branch assigned hold. */
    private List<Value> outputs(
            Onnx onnx,
            Calls.Outcome outcome,
            Map<Resource.Variable, Value> changed,
            Map<Resource.Variable, Value> after) {
        List<Value> outputs = new ArrayList<>();
        for (int i = 0; i < outcome.values().size(); i++) {
            if (!outcome.isHandle(i)) {
                DataType type = op.lowering().typeOf(op.out(i));
                outputs.add(onnx.cast(outcome.values().get(i), type));
            }
        }
        changed.forEach((variable, like) -> {
            Value held = after.get(variable);
            outputs.add(held != null ? held : op.read(variable, like));
        });
        return outputs;
    }

    private Calls.Outcome merged(Calls.Outcome branch, Map<Resource.Variable, Value> changed, List<Value> results) {
        List<Value> values = new ArrayList<>();
        int next = 0;
        for (int i = 0; i < branch.values().size(); i++) {
            values.add(branch.isHandle(i) ? Value.ABSENT : results.get(next++));
        }
        for (Resource.Variable variable : changed.keySet()) {
            op.lowering().variables().assign(variable, results.get(next++));
        }
        return new Calls.Outcome(values, branch.handles());
    }
}
