package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.TypedShape;
import dev.tfliteonnx.optimizers.layout.LayoutPass;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Convolutions and pools of integers take images of channels last, which their kernels are faster on; transpositions
 * are then cancelled by the layout pass.
 *
 * <p>Source: {@code nhwc_transformer.cc}.
 */
public final class ChannelsLastKernels implements GraphPass {
    private static final Set<String> POOLS = Set.of("QLinearAveragePool", "QLinearGlobalAveragePool");

    @Override
    public String name() {
        return "channels-last-kernels";
    }

    @Override
    public String summary() {
        return "Lets convolutions and pools of integers take images of channels last.";
    }

    @Override
    public String drawing() {
        return "x → QLinearConv → y\n=> x → Transpose → com.microsoft:QLinearConv (channels_last) → Transpose → y";
    }

    @Override
    public Set<String> after() {
        return Set.of("quantized-units");
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        if (graph.nodes().stream().noneMatch(n -> n.is("QLinearConv"))) {
            return false;
        }
        int turned = 0;
        for (Node node : graph.nodes()) {
            if (node.input(0).shape().isRanked() && node.input(0).shape().rank() >= 3 && isImage(node)) {
                turn(node, graph);
                turned++;
            }
        }
        if (turned > 0) {
            context.fired(name(), turned);
            new LayoutPass().run(graph, context);
        }
        return turned > 0;
    }

    private static boolean isImage(Node node) {
        boolean pool = node.op().domain().equals(OnnxOps.MICROSOFT)
                && POOLS.contains(node.op().name())
                && node.attributes().get(OnnxOps.CHANNELS_LAST, 0L) == 0;
        boolean max = node.is("MaxPool")
                && node.outputs().size() == 1
                && Unit.is8Bit(node.output().type());
        return pool || max || node.is("QLinearConv");
    }

    private void turn(Node node, Graph graph) {
        Edit edit = graph.edit(name());
        Value y = node.output();
        Onnx onnx = new Onnx(edit, y.name(), node.origin());
        int rank = node.input(0).shape().rank();
        int[] toLast = new int[rank];
        int[] toSecond = new int[rank];
        for (int i = 1; i < rank; i++) {
            toLast[i] = i == rank - 1 ? 1 : i + 1;
            toSecond[i] = i == 1 ? rank - 1 : i - 1;
        }
        List<Value> inputs = new ArrayList<>(node.inputs());
        inputs.set(0, onnx.transpose(node.input(0), toLast));
        boolean max = node.is("MaxPool");
        Attributes attributes = max ? node.attributes() : node.attributes().with(OnnxOps.CHANNELS_LAST, 1L);
        TypedShape result = new TypedShape(y.type(), y.shape().permuted(toLast));
        Value turned = onnx.contrib(max ? "NhwcMaxPool" : node.op().name(), attributes, result, inputs);
        edit.replace(y, onnx.transpose(turned, toSecond)).apply();
    }
}
