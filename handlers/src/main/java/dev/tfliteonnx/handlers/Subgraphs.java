package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalInt;

/** Which subgraphs an operator runs; not those that only describe it, as the bodies of reductions do. */
final class Subgraphs {
    /**
     * A subgraph that an operator runs.
     *
     * @param index its number; may not exist
     * @param firstOperand which of the operator's operands is the subgraph's first input
     */
    record Run(long index, int firstOperand) {}

    /** How deeply subgraphs may be nested. */
    static final int DEEPEST = 50;

    private Subgraphs() {}

    /** The subgraphs that an operator runs, in the order in which the schema lists them. */
    static List<Run> of(Node node) {
        if (!node.op().domain().isEmpty()) {
            return List.of();
        }
        return switch (node.op().name()) {
            case "IF" -> runs(node, 1, Tfl.THEN_SUBGRAPH_INDEX, Tfl.ELSE_SUBGRAPH_INDEX);
            case "WHILE", "STABLEHLO_WHILE" -> runs(node, 0, Tfl.COND_SUBGRAPH_INDEX, Tfl.BODY_SUBGRAPH_INDEX);
            case "CALL" -> runs(node, 0, Tfl.SUBGRAPH);
            case "STABLEHLO_COMPOSITE" -> runs(node, 0, Tfl.DECOMPOSITION_SUBGRAPH_INDEX);
            case "STABLEHLO_CASE" -> branches(node);
            default -> List.of();
        };
    }

    @SafeVarargs
    private static List<Run> runs(Node node, int firstOperand, Key<Long>... keys) {
        List<Run> runs = new ArrayList<>();
        for (Key<Long> key : keys) {
            runs.add(new Run(node.attributes().get(key, 0L), firstOperand));
        }
        return runs;
    }

    private static List<Run> branches(Node node) {
        Attributes attributes = node.attributes();
        List<Run> runs = new ArrayList<>();
        for (long index : attributes.get(Tfl.BRANCH_SUBGRAPH_INDICES, Ints.of()).toArray()) {
            runs.add(new Run(index, 1));
        }
        return runs;
    }

    /** A subgraph that runs itself, or that is nested too deeply, among those that one of them runs. */
    static OptionalInt endless(Model model, int graph) {
        return new Search(model).visit(graph, 0);
    }

    /** All subgraphs that one of them runs, itself included, in the order in which they are met. */
    static List<Integer> reachable(Model model, int graph) {
        List<Integer> met = new ArrayList<>(List.of(graph));
        BitSet known = new BitSet();
        known.set(graph);
        for (int i = 0; i < met.size(); i++) {
            for (Node node : model.graphs().get(met.get(i)).nodes()) {
                for (Run run : of(node)) {
                    if (exists(model, run) && !known.get((int) run.index())) {
                        known.set((int) run.index());
                        met.add((int) run.index());
                    }
                }
            }
        }
        return met;
    }

    /** Whether a subgraph exists. */
    static boolean exists(Model model, Run run) {
        return run.index() >= 0 && run.index() < model.graphs().size();
    }

    /** A walk along the edges between subgraphs, each looked at once. */
    private static final class Search {
        private final Model model;
        private final BitSet open = new BitSet();
        private final BitSet done = new BitSet();

        Search(Model model) {
            this.model = model;
        }

        OptionalInt visit(int graph, int depth) {
            if (open.get(graph) || depth > DEEPEST) {
                return OptionalInt.of(graph);
            }
            if (done.get(graph)) {
                return OptionalInt.empty();
            }
            open.set(graph);
            for (Node node : model.graphs().get(graph).nodes()) {
                for (Run run : of(node)) {
                    OptionalInt found = exists(model, run) ? visit((int) run.index(), depth + 1) : OptionalInt.empty();
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
            open.clear(graph);
            done.set(graph);
            return OptionalInt.empty();
        }
    }
}
