package dev.tfliteonnx.rewriters;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.List;
import java.util.Optional;

/** TensorFlow operators that a model runs as they are become the builtin operators that mean the same. */
public final class FlexOperators implements GraphPass {
    private static final String PREFIX = "Flex";

    @Override
    public String name() {
        return "flex-builtins";
    }

    @Override
    public String summary() {
        return "Turns TensorFlow operators into the builtin operators that mean the same.";
    }

    @Override
    public String drawing() {
        return "x, w → FlexMatMul {transpose_b=true}\n=> x, w → BATCH_MATMUL {adj_y=true}";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int changed = 0;
        for (Node node : graph.nodes()) {
            boolean isFlex =
                    node.op().domain().equals(OpType.CUSTOM) && node.op().name().startsWith(PREFIX);
            if (isFlex && rewrite(graph.edit(name()), node)) {
                changed++;
            }
        }
        if (changed > 0) {
            context.fired(name(), changed);
        }
        return changed > 0;
    }

    private static boolean rewrite(Edit edit, Node node) {
        FlexForm form = FlexForms.find(node.op().name().substring(PREFIX.length()));
        Optional<List<Value>> results = form.make(new FlexNode(node, edit));
        if (results.isEmpty()) {
            return false;
        }
        for (int i = 0; i < results.get().size(); i++) {
            if (node.outputs().get(i).isPresent()) {
                edit.replace(node.outputs().get(i), results.get().get(i));
            }
        }
        edit.apply();
        return true;
    }
}
