package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.RuntimeOptimization;
import dev.tfliteonnx.onnx.RuntimeOptimization.Group;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What can be left to ONNX Runtime, which makes these changes when it has loaded a file: units of quantized operators, and
 * convolutions with their activations.
 *
 * <p>Source: {@code qdq_selector_action_transformer.cc}, {@code conv_activation_fusion.cc}; the records in files of ONNX
 * Runtime 1.29 and 1.30.
 */
public final class SavedUnits {
    private static final String UNITS = "QDQSelectorActionTransformer";
    private static final String ACTIVATIONS = "ConvActivationFusion";

    /** Operators whose records have a place for a bias, whether there is one or not. */
    private static final Set<String> WITH_BIAS = Set.of("Conv", "Gemm");

    private SavedUnits() {}

    /** The changes to one graph, in the order of its nodes; none of the graphs nested in it. */
    public static List<RuntimeOptimization> of(Graph graph, TargetPlatform platform) {
        Set<Node> own = new HashSet<>(graph.nodes());
        List<UnitRule> rules = UnitRules.all(platform);
        List<RuntimeOptimization> saved = new ArrayList<>();
        Set<Node> taken = new HashSet<>();
        for (Node node : graph.nodes()) {
            if (node.op().domain().isEmpty() && !node.outputs().isEmpty()) {
                saved(node, rules, own).ifPresent(change -> {
                    saved.add(change);
                    taken.add(node);
                });
            }
        }
        for (Node node : graph.nodes()) {
            if (!taken.contains(node)) {
                ConvActivation.activationOf(node).ifPresent(activation -> saved.add(convolution(node, activation)));
            }
        }
        return saved;
    }

    private static Optional<RuntimeOptimization> saved(Node node, List<UnitRule> rules, Set<Node> own) {
        Optional<UnitRule> rule = rules.stream()
                .filter(r -> r.selector().ops().contains(node.op().name()))
                .findFirst();
        return rule.flatMap(r -> Unit.around(node, own)
                .filter(u -> !u.dequantizes().isEmpty() && r.fits(u) && isBare(u))
                .map(u -> unit(u, r.selector().action())));
    }

    /** Whether nothing stands between the node and what quantizes its results. */
    private static boolean isBare(Unit unit) {
        return unit.quantizes().stream().allMatch(q -> unit.target().outputs().contains(q.input(0)));
    }

    private static RuntimeOptimization unit(Unit unit, String action) {
        List<Optional<Node>> before = new ArrayList<>();
        unit.dequantizes().forEach(dq -> before.add(Optional.of(dq)));
        if (WITH_BIAS.contains(action) && before.size() == 2) {
            before.add(Optional.empty());
        }
        Group group = new Group(
                before,
                unit.target(),
                unit.quantizes(),
                action.equals("*DQ"),
                unit.target().is("Split"));
        return new RuntimeOptimization(UNITS, action, group, produced(unit));
    }

    private static List<OpType> produced(Unit unit) {
        String op = unit.target().op().name();
        return switch (op) {
            case "Conv" -> List.of(OpType.onnx("QLinearConv"));
            case "MatMul" ->
                List.of(unit.quantizes().isEmpty() ? contrib("MatMulIntegerToFloat") : OpType.onnx("QLinearMatMul"));
            case "Gemm" -> List.of(contrib("QGemm"));
            // ONNX Runtime makes a new node, but does not save that: its own files with such a record do not load
            case "Split" -> List.of(unit.target().op());
            case "Add",
                    "Mul",
                    "AveragePool",
                    "GlobalAveragePool",
                    "LeakyRelu",
                    "Sigmoid",
                    "Softmax",
                    "Concat",
                    "Where" -> List.of(contrib("QLinear" + op));
            default -> List.of();
        };
    }

    private static OpType contrib(String name) {
        return new OpType(Dialect.ONNX, OnnxOps.MICROSOFT, name);
    }

    private static RuntimeOptimization convolution(Node conv, Node activation) {
        Group group = new Group(List.of(), conv, List.of(activation), false, false);
        return new RuntimeOptimization(ACTIVATIONS, "ConvAct", group, List.of(contrib("FusedConv")));
    }
}
