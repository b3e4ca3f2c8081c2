package dev.tfliteonnx.tfl;

import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import java.util.List;

/** Where an operator of a TFLite graph is, as diagnostics tell it: its name, its number and its first result. */
public final class OperatorPlace {
    private OperatorPlace() {}

    /** The place of an operator; a custom one is told by its custom code. */
    public static Where of(Node node) {
        String op = node.op().domain().equals(OpType.CUSTOM)
                ? "CUSTOM " + node.op().name()
                : node.op().name();
        String name = node.outputs().isEmpty() ? "" : node.output().name();
        return new Where(op, node.origin().operator(), name, List.of(), "");
    }
}
