package dev.tfliteonnx.optimizers.cleanup;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Nodes that compute the same from the same become one. DequantizeLinear stays: runtimes fuse each with its only reader.
 *
 * <pre>
 * x ─Relu─▶ a                     x ─Relu─▶ a
 * x ─Relu─▶ b      becomes                 └▶ b
 * </pre>
 */
public final class DuplicateNodes implements GraphPass {
    private record Signature(OpType op, List<Value> inputs, Attributes attributes, int outputs) {}

    @Override
    public String name() {
        return "duplicate-nodes";
    }

    @Override
    public String summary() {
        return "Nodes that compute the same from the same become one.";
    }

    @Override
    public String drawing() {
        return "x → Relu → a, x → Relu → b\n=> x → Relu → a, b";
    }

    @Override
    public Set<String> after() {
        return Set.of("shared-constants");
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        Map<Signature, Node> seen = new HashMap<>();
        int merged = 0;
        for (Node node : graph.nodes()) {
            if (KeptNodes.contain(node) || !node.subgraphs().isEmpty()) {
                continue;
            }
            Signature key = new Signature(
                    node.op(),
                    List.copyOf(node.inputs()),
                    node.attributes(),
                    node.outputs().size());
            Node first = seen.putIfAbsent(key, node);
            if (first != null && merge(graph, node, first)) {
                merged++;
            }
        }
        if (merged > 0) {
            context.fired(name(), merged);
        }
        return merged > 0;
    }

    private boolean merge(Graph graph, Node node, Node first) {
        Edit edit = graph.edit(name());
        for (int i = 0; i < node.outputs().size(); i++) {
            Value old = node.outputs().get(i);
            Value by = first.outputs().get(i);
            if (!Edit.canReplace(old, by) || !old.shape().agreesWith(by.shape())) {
                return false;
            }
            edit.replace(old, by);
        }
        edit.apply();
        return true;
    }
}
