package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.Optional;

/** How two elements are made one, read from the subgraph of a reduction or a scatter. */
enum Combination {
    /** The second replaces the first. */
    REPLACE("", "", "none"),
    ADD("Add", "ReduceSum", "add"),
    MULTIPLY("Mul", "ReduceProd", "mul"),
    MAXIMUM("Max", "ReduceMax", "max"),
    MINIMUM("Min", "ReduceMin", "min");

    private final String binary;
    private final String reduction;
    private final String scatter;

    Combination(String binary, String reduction, String scatter) {
        this.binary = binary;
        this.reduction = reduction;
        this.scatter = scatter;
    }

    /** The ONNX operator that reduces axes. */
    String reduction() {
        return reduction;
    }

    /** The {@code reduction} of ScatterElements. */
    String scatter() {
        return scatter;
    }

    /** Two elements made one. */
    Value join(Onnx onnx, Value a, Value b) {
        return this == MAXIMUM || this == MINIMUM ? Integers.extreme(onnx, binary, a, b) : onnx.op(binary, a, b);
    }

    /** Reads a subgraph; refused unless it is one of these. Truth values are to be taken as 0 and 1. */
    static Combination of(TflOp op, int subgraph) {
        Graph body = op.lowering().model().graphs().get(subgraph);
        Optional<Combination> found = Optional.empty();
        if (body.inputs().size() == 2 && body.outputs().size() == 1) {
            Value out = body.outputs().get(0);
            List<Node> nodes = body.nodes();
            if (nodes.isEmpty() && out == body.inputs().get(1)) {
                found = Optional.of(REPLACE);
            } else if (nodes.size() == 1 && out == nodes.get(0).output() && isPlain(nodes.get(0), body)) {
                found = of(nodes.get(0).op().name(), out.type() == DataType.BOOL);
            }
        }
        return found.orElseThrow(() -> op.refuse(
                DiagnosticCode.NOT_HANDLED,
                "its body (subgraph " + subgraph + ") is not one operator on two elements",
                "export the model with sums, products, minima or maxima"));
    }

    private static boolean isPlain(Node node, Graph body) {
        boolean active =
                node.attributes().find(Tfl.FUSED_ACTIVATION_FUNCTION).orElse(Activation.NONE) != Activation.NONE;
        return !active
                && node.inputs().size() == 2
                && node.input(0) != node.input(1)
                && body.inputs().containsAll(node.inputs());
    }

    private static Optional<Combination> of(String op, boolean logical) {
        return switch (op) {
            case "ADD", "STABLEHLO_ADD" -> Optional.of(logical ? MAXIMUM : ADD);
            case "MUL", "STABLEHLO_MULTIPLY" -> Optional.of(logical ? MINIMUM : MULTIPLY);
            case "MAXIMUM", "STABLEHLO_MAXIMUM" -> Optional.of(MAXIMUM);
            case "MINIMUM", "STABLEHLO_MINIMUM" -> Optional.of(MINIMUM);
            case "LOGICAL_AND" -> Optional.of(MINIMUM);
            case "LOGICAL_OR" -> Optional.of(MAXIMUM);
            case "STABLEHLO_AND" -> logical ? Optional.of(MINIMUM) : Optional.empty();
            case "STABLEHLO_OR" -> logical ? Optional.of(MAXIMUM) : Optional.empty();
            default -> Optional.empty();
        };
    }
}
