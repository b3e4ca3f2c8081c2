package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.quant.IntegerOperators;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Why no operator on integers can stand for a node, in words: the first condition of its rule that does not hold. */
final class UnitReasons {
    private final TargetPlatform platform;
    private final List<UnitRule> rules;
    private final Set<Node> own;

    UnitReasons(TargetPlatform platform, Set<Node> own) {
        this.platform = platform;
        this.rules = UnitRules.all(platform);
        this.own = own;
    }

    /**
     * The reason; empty if an operator on integers can stand for it.
     *
     * @param op what the node is an instance of, with an activation fused if that is not its own operator
     */
    Optional<String> against(Node node, String op) {
        Optional<UnitRule> rule =
                rules.stream().filter(r -> r.selector().ops().contains(op)).findFirst();
        if (rule.isEmpty()) {
            return Unit.around(node, own)
                    .filter(u -> IntegerOperators.takes(op))
                    .flatMap(this::types)
                    .or(() -> Optional.of("ONNX Runtime has no integer kernel for " + op));
        }
        if (!node.is(op)) {
            return Optional.of("its activation does more than the range of the result does");
        }
        Optional<Unit> unit = Unit.around(node, own);
        boolean fits = unit.isPresent()
                && !unit.get().dequantizes().isEmpty()
                && rule.get().fits(unit.get());
        if (fits) {
            return Optional.empty();
        }
        return Optional.of(operands(node)
                .or(() -> results(node))
                .or(() -> unit.flatMap(this::types))
                .orElse("it does not meet the conditions of " + rule.get().name()));
    }

    private Optional<String> operands(Node node) {
        for (int i = 0; i < node.inputs().size(); i++) {
            Value in = node.input(i);
            Optional<Node> dq = in.producer().filter(n -> n.is("DequantizeLinear"));
            if (in.isPresent() && in.type().isFloat() && dq.isEmpty() && !(node.is("Resize") && i > 0)) {
                return Optional.of("operand " + i + " (" + in.name() + ") is not dequantized from integers");
            }
            if (dq.isPresent() && !in.hasOneUse()) {
                return Optional.of("operand " + i + " is dequantized for other nodes, too");
            }
            if (dq.isPresent() && i < 2 && !Unit.is8Bit(dq.get().input(0).type())) {
                return Optional.of(
                        "operand " + i + " is " + spelt(dq.get().input(0).type()));
            }
        }
        return Optional.empty();
    }

    private Optional<String> results(Node node) {
        Optional<Node> activation = Unit.activation(node);
        for (Value out : activation.map(Node::outputs).orElse(node.outputs())) {
            if (out.isGraphOutput()) {
                return Optional.of("its result leaves the graph unquantized");
            }
            Optional<Node> reader = out.uses().stream()
                    .filter(u -> !u.user().is("QuantizeLinear") || u.input() != 0)
                    .map(Use::user)
                    .findFirst();
            if (reader.isPresent()) {
                return Optional.of("its result goes to " + reader.get().op().name() + " unquantized");
            }
            if (out.uses().size() > 1) {
                return Optional.of("its result is quantized more than once");
            }
        }
        Node last = activation.orElse(node);
        return activation.isPresent()
                        && !Unit.isSuperfluous(
                                activation.get(), last.output().uses().get(0).user())
                ? Optional.of(activation.get().op().name() + " does more than the range of the result does")
                : Optional.empty();
    }

    private Optional<String> types(Unit u) {
        if (u.dequantizes().isEmpty() || u.quantizes().isEmpty()) {
            return Optional.of("its result is not quantized");
        }
        DataType x = u.type(0);
        if (u.result() != x) {
            return Optional.of("it takes " + spelt(x) + " and gives " + spelt(u.result()));
        }
        if (x == DataType.INT8 && !platform.takesInt8()) {
            return Optional.of("it takes int8, for which there are integer kernels on Arm only");
        }
        if (u.dequantizes().size() > 2 && u.target().is("Conv") && !u.hasFittingBias()) {
            return Optional.of("the bias does not count in steps of the product of both scales");
        }
        if (u.target().is("Resize")) {
            return Optional.of("its mode is " + u.target().attributes().get(OnnxOps.MODE, "nearest"));
        }
        return u.keepsQuantization() ? Optional.empty() : Optional.of("scale or zero point change with it");
    }

    private static String spelt(DataType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }
}
