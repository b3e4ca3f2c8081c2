package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.TypedShape;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A convolution of floats and the activation that alone reads it become one FusedConv; with sums, so does an Add of a
 * tensor of the same shape between them or without an activation.
 *
 * <p>Source: {@code conv_activation_fusion.cc}, {@code conv_add_act_fusion.cc}.
 */
public final class ConvActivation implements GraphPass {
    private static final Set<String> ACTIVATIONS =
            Set.of("Relu", "Sigmoid", "Tanh", "LeakyRelu", "Clip", "HardSigmoid");

    private final boolean sums;

    /** The pass, with sums or without. */
    public ConvActivation(boolean sums) {
        this.sums = sums;
    }

    @Override
    public String name() {
        return sums ? "conv-add-activation" : "conv-activation";
    }

    @Override
    public String summary() {
        return sums
                ? "A Conv, the Add of another tensor and an activation, if there is one, become one FusedConv."
                : "A Conv and its activation become one FusedConv.";
    }

    @Override
    public String drawing() {
        String add = sums ? " → Add(z)" : "";
        return "x → Conv" + add + " → Relu → y\n=> x" + (sums ? ", z" : "") + " → FusedConv → y";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int fused = 0;
        for (Node node : graph.nodes()) {
            boolean done = node.isAttached() && (sums ? fuseSum(node, graph) : fuse(node, graph));
            fused += done ? 1 : 0;
        }
        if (fused > 0) {
            context.fired(name(), fused);
        }
        return fused > 0;
    }

    private boolean fuse(Node conv, Graph graph) {
        Optional<Node> activation = activationOf(conv);
        activation.ifPresent(a -> replace(conv, List.of(), a, graph));
        return activation.isPresent();
    }

    /** The activation that can join a node; empty if the node is no convolution of floats or is read elsewhere too. */
    static Optional<Node> activationOf(Node node) {
        return node.is("Conv") && node.output().type() == DataType.FLOAT32
                ? activation(node.output())
                : Optional.empty();
    }

    private boolean fuseSum(Node add, Graph graph) {
        Value y = add.outputs().isEmpty() ? Value.ABSENT : add.output();
        boolean alike = add.is("Add")
                && y.type() == DataType.FLOAT32
                && y.shape().hasRank(4)
                && add.input(0).shape().equals(y.shape())
                && add.input(1).shape().equals(y.shape());
        for (int i = 0; alike && i < 2; i++) {
            Optional<Node> conv = add.input(i)
                    .producer()
                    .filter(p ->
                            p.is("Conv") && p.input(2).isPresent() && p.output().hasOneUse());
            if (conv.isPresent()) {
                replace(conv.get(), List.of(add.input(1 - i)), activation(y).orElse(add), graph);
                return true;
            }
        }
        return false;
    }

    private static Optional<Node> activation(Value x) {
        return Optional.of(x)
                .filter(Value::hasOneUse)
                .map(v -> v.uses().get(0).user())
                .filter(n -> n.op().domain().isEmpty()
                        && ACTIVATIONS.contains(n.op().name())
                        && n.input(0) == x
                        && (!n.is("Clip") || (isNumber(n.input(1)) && isNumber(n.input(2)))));
    }

    private static boolean isNumber(Value bound) {
        return !bound.isPresent() || Content.single(bound).isPresent();
    }

    private void replace(Node conv, List<Value> summands, Node last, Graph graph) {
        Edit edit = graph.edit(name());
        Attributes attributes = conv.attributes();
        if (!last.is("Add")) {
            attributes = attributes.with(OnnxOps.ACTIVATION, last.op().name());
        }
        float[] parameters = parameters(last);
        if (parameters.length > 0) {
            attributes = attributes.with(OnnxOps.ACTIVATION_PARAMS, Floats.of(parameters));
        }
        List<Value> inputs = new ArrayList<>(conv.inputs());
        inputs.addAll(summands);
        Value y = last.output();
        Value fused = new Onnx(edit, y.name(), conv.origin())
                .contrib("FusedConv", attributes, new TypedShape(y.type(), y.shape()), inputs);
        edit.replace(y, fused).apply();
    }

    private static float[] parameters(Node activation) {
        Attributes a = activation.attributes();
        return switch (activation.op().name()) {
            case "LeakyRelu" -> new float[] {a.get(OnnxOps.ALPHA, 0.01f)};
            case "HardSigmoid" -> new float[] {a.get(OnnxOps.ALPHA, 0.2f), a.get(OnnxOps.BETA, 0.5f)};
            case "Clip" ->
                new float[] {bound(activation.input(1), -Float.MAX_VALUE), bound(activation.input(2), Float.MAX_VALUE)};
            default -> new float[0];
        };
    }

    private static float bound(Value value, float otherwise) {
        return Content.single(value).map(Double::floatValue).orElse(otherwise);
    }
}
