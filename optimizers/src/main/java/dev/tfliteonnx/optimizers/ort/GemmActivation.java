package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.TypedShape;
import java.util.Set;

/**
 * A Gemm of floats and the activation that alone reads it become one FusedGemm.
 *
 * <p>Source: {@code gemm_activation_fusion.cc}.
 */
public final class GemmActivation implements GraphPass {
    private static final Key<Float> ACTIVATION_ALPHA = Key.ofFloat("activation_alpha");
    private static final Set<String> ACTIVATIONS = Set.of("Relu", "Sigmoid", "Tanh", "LeakyRelu");

    @Override
    public String name() {
        return "gemm-activation";
    }

    @Override
    public String summary() {
        return "A Gemm and its activation become one FusedGemm.";
    }

    @Override
    public String drawing() {
        return "x → Gemm → Relu → y\n=> x → FusedGemm → y";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int fused = 0;
        for (Node node : graph.nodes()) {
            boolean gemm = node.isAttached()
                    && node.is("Gemm")
                    && node.output().type() == DataType.FLOAT32
                    && node.output().hasOneUse();
            if (gemm && isActivation(node.output().uses().get(0).user())) {
                fuse(node, node.output().uses().get(0).user(), graph);
                fused++;
            }
        }
        if (fused > 0) {
            context.fired(name(), fused);
        }
        return fused > 0;
    }

    private static boolean isActivation(Node node) {
        return node.op().domain().isEmpty() && ACTIVATIONS.contains(node.op().name());
    }

    private void fuse(Node gemm, Node activation, Graph graph) {
        Edit edit = graph.edit(name());
        Attributes attributes =
                gemm.attributes().with(OnnxOps.ACTIVATION, activation.op().name());
        if (activation.is("LeakyRelu")) {
            attributes =
                    attributes.with(ACTIVATION_ALPHA, activation.attributes().get(OnnxOps.ALPHA, 0.01f));
        }
        Value y = activation.output();
        Value fused = new Onnx(edit, y.name(), gemm.origin())
                .contrib("FusedGemm", attributes, new TypedShape(y.type(), y.shape()), gemm.inputs());
        edit.replace(y, fused).apply();
    }
}
