package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The graphs that operators run in their place, again and again, or one of several. */
final class Callees {
    /** The operators that run graphs. */
    static final Set<String> CALLERS =
            Set.of("IF", "WHILE", "CALL", "STABLEHLO_WHILE", "STABLEHLO_CASE", "STABLEHLO_COMPOSITE");

    private static final List<Key<Long>> KEYS = List.of(
            Tfl.SUBGRAPH,
            Tfl.DECOMPOSITION_SUBGRAPH_INDEX,
            Tfl.THEN_SUBGRAPH_INDEX,
            Tfl.ELSE_SUBGRAPH_INDEX,
            Tfl.COND_SUBGRAPH_INDEX,
            Tfl.BODY_SUBGRAPH_INDEX);

    private Callees() {}

    /** Whether a node runs graphs. */
    static boolean has(Node node) {
        return node.op().domain().isEmpty() && CALLERS.contains(node.op().name());
    }

    /** The graphs that a node runs. */
    static List<Graph> of(Node node, Model model) {
        if (!has(node)) {
            return List.of();
        }
        List<Long> indices = new ArrayList<>();
        KEYS.forEach(key -> node.attributes().find(key).ifPresent(indices::add));
        for (long index : node.attributes()
                .find(Tfl.BRANCH_SUBGRAPH_INDICES)
                .orElse(Ints.of())
                .toArray()) {
            indices.add(index);
        }
        return indices.stream()
                .filter(i -> i >= 0 && i < model.graphs().size())
                .map(i -> model.graphs().get(i.intValue()))
                .toList();
    }

    /** The graphs that a graph runs, at any depth, without itself. */
    static Set<Graph> within(Graph graph, Model model) {
        Set<Graph> met = new HashSet<>();
        ArrayDeque<Graph> open = new ArrayDeque<>(List.of(graph));
        while (!open.isEmpty()) {
            for (Node node : open.remove().nodes()) {
                of(node, model).stream().filter(met::add).forEach(open::add);
            }
        }
        met.remove(graph);
        return met;
    }
}
