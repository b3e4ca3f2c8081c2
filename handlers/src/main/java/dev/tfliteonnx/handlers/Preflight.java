package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.tfl.OperatorPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks every operator up in the table before any of them is touched, so that all refusals are told at once. */
public final class Preflight {
    private Preflight() {}

    /** What the table refuses in one graph: operators, and element types of their results. */
    public static List<Diagnostic> check(Graph graph, HandlerTable table) {
        List<Diagnostic> refused = new ArrayList<>();
        for (Node node : graph.nodes()) {
            refusal(node, table).ifPresent(refused::add);
        }
        return refused;
    }

    /**
     * What is refused in a graph and in those that its control flow runs: what the table refuses, and subgraphs that do
     * not exist, run themselves, or are nested too deeply.
     *
     * @param graph the number of the graph
     */
    public static List<Diagnostic> check(Model model, int graph, HandlerTable table) {
        List<Diagnostic> refused = new ArrayList<>();
        for (int reached : Subgraphs.reachable(model, graph)) {
            refused.addAll(check(model.graphs().get(reached), table));
            for (Node node : model.graphs().get(reached).nodes()) {
                Subgraphs.of(node).stream()
                        .filter(run -> !Subgraphs.exists(model, run))
                        .forEach(run -> refused.add(new Diagnostic(
                                DiagnosticCode.INVALID_MODEL,
                                OperatorPlace.of(node),
                                "it refers to subgraph " + run.index() + ", which does not exist",
                                "export the model anew")));
            }
        }
        Subgraphs.endless(model, graph)
                .ifPresent(g -> refused.add(new Diagnostic(
                        DiagnosticCode.INVALID_MODEL,
                        Where.NOWHERE,
                        "subgraph " + g + " (\"" + model.graphs().get(g).name()
                                + "\") runs itself, or is nested in more than " + Subgraphs.DEEPEST + " others",
                        "export the model without recursion")));
        return refused;
    }

    private static Optional<Diagnostic> refusal(Node node, HandlerTable table) {
        OpRow row = table.find(node.op());
        if (row.handler().isEmpty()) {
            return Optional.of(new Diagnostic(row.refusal(), OperatorPlace.of(node), row.note(), row.remedy()));
        }
        if (row.types().isEmpty() || node.outputs().isEmpty() || Complex.touches(node)) {
            return Optional.empty();
        }
        DataType type = node.output().type();
        if (row.types().contains(type)) {
            return Optional.empty();
        }
        return Optional.of(new Diagnostic(
                DiagnosticCode.UNSUPPORTED_TYPE,
                OperatorPlace.of(node),
                "its result \"" + node.output().name() + "\" is " + type + "; handled are " + row.types(),
                "convert the tensors before export"));
    }
}
