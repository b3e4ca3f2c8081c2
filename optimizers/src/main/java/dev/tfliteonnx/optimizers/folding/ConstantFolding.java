package dev.tfliteonnx.optimizers.folding;

import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.executor.NodeFailedException;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.cleanup.KeptNodes;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes that read nothing but constants are computed ahead: those whose results have at most 64 KiB or are no larger than
 * what they replace, as long as the model does not grow by more than it may. Weights stay the integers that they are.
 *
 * <pre>
 * [1, 2] ─Concat([3])─▶ y      becomes      [1, 2, 3] ─▶ y
 * </pre>
 */
public final class ConstantFolding implements GraphPass {
    @Override
    public String name() {
        return "constant-folding";
    }

    @Override
    public String summary() {
        return "Computes ahead what depends on constants alone, within limits to the growth of the model.";
    }

    @Override
    public String drawing() {
        return "[1, 2], [3] → Concat → y\n=> [1, 2, 3] → y";
    }

    @Override
    public Set<String> after() {
        return Set.of("layout", "fusion");
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int folded = 0;
        for (Node node : graph.nodes()) {
            if (node.isAttached() && isFoldable(node) && fold(node, graph, context)) {
                folded++;
            }
        }
        if (folded > 0) {
            context.fired(name(), folded);
        }
        return folded > 0;
    }

    private static boolean isFoldable(Node node) {
        return !node.inputs().isEmpty()
                && !node.outputs().isEmpty()
                && !KeptNodes.contain(node)
                && node.inputs().stream().allMatch(v -> !v.isPresent() || isNumeric(v))
                && node.outputs().stream()
                        .allMatch(o -> o.shape().isStatic() && o.type().bits() > 0 && !o.isGraphOutput());
    }

    private static boolean isNumeric(Value value) {
        return value.isConstant() && value.type() != DataType.STRING;
    }

    private boolean fold(Node node, Graph graph, PassContext context) {
        long made = node.outputs().stream()
                .mapToLong(o -> o.type().byteSize(o.shape().elementCount()))
                .sum();
        long freed = node.inputs().stream()
                .filter(Value::hasOneUse)
                .flatMap(v -> v.constant().stream())
                .mapToLong(Tensor::byteSize)
                .sum();
        if (made > Math.max(Content.SMALL, freed) || (made > freed && !context.spend(made - freed))) {
            return false;
        }
        Optional<List<Tensor>> results = compute(node);
        if (results.isEmpty()) {
            return false;
        }
        Edit edit = graph.edit(name());
        for (int i = 0; i < node.outputs().size(); i++) {
            Value out = node.outputs().get(i);
            edit.replace(out, edit.constant(out.name(), results.get().get(i)));
        }
        edit.apply();
        return true;
    }

    /** A node that cannot be computed stays: it may be one that never runs. */
    private static Optional<List<Tensor>> compute(Node node) {
        try {
            return Executor.fold(node);
        } catch (NodeFailedException e) {
            return Optional.empty();
        }
    }
}
