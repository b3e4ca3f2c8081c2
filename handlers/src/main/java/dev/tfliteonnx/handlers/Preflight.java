package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks every operator up in the table before any of them is touched, so that all refusals are told at once. */
public final class Preflight {
    private Preflight() {}

    /** What the table refuses in a graph: operators, and element types of their results. */
    public static List<Diagnostic> check(Graph graph, HandlerTable table) {
        List<Diagnostic> refused = new ArrayList<>();
        for (Node node : graph.nodes()) {
            refusal(node, table).ifPresent(refused::add);
        }
        return refused;
    }

    private static Optional<Diagnostic> refusal(Node node, HandlerTable table) {
        OpRow row = table.find(node.op());
        if (row.handler().isEmpty()) {
            return Optional.of(new Diagnostic(row.refusal(), where(node), row.note(), row.remedy()));
        }
        if (row.types().isEmpty() || node.outputs().isEmpty()) {
            return Optional.empty();
        }
        DataType type = node.output().type();
        if (row.types().contains(type)) {
            return Optional.empty();
        }
        return Optional.of(new Diagnostic(
                DiagnosticCode.UNSUPPORTED_TYPE,
                where(node),
                "its result \"" + node.output().name() + "\" is " + type + "; handled are " + row.types(),
                "convert the tensors before export"));
    }

    /** The place of an operator. */
    static Where where(Node node) {
        String op = node.op().domain().equals(OpType.CUSTOM)
                ? "CUSTOM " + node.op().name()
                : node.op().name();
        String name = node.outputs().isEmpty() ? "" : node.output().name();
        return new Where(op, node.origin().operator(), name, List.of(), "");
    }
}
