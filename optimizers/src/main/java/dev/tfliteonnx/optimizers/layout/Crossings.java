package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The Transposes of a graph. One that changes the layout of an input, before any other does, is at the edge, as is one that
 * does so to an output, after all others; at most one for each input and output. The others are inside.
 *
 * @param all how many there are
 * @param inside how many of them are inside
 */
public record Crossings(int all, int inside) {
    /** Counts them; those of nested graphs are not counted. */
    public static Crossings of(Graph graph) {
        List<Node> nodes = graph.nodes();
        Map<Value, Set<Value>> before = new HashMap<>();
        graph.inputs().forEach(v -> before.put(v, Set.of(v)));
        Map<Value, Set<Value>> after = new HashMap<>();
        graph.outputs().forEach(v -> after.computeIfAbsent(v, k -> new LinkedHashSet<>())
                .add(v));
        Map<Node, Set<Value>> edges = new HashMap<>();
        for (Node node : nodes) {
            Set<Value> reached = new LinkedHashSet<>();
            node.inputs().forEach(v -> reached.addAll(before.getOrDefault(v, Set.of())));
            boolean ends = node.is("Transpose");
            edges.put(node, reached);
            node.outputs().forEach(v -> before.put(v, ends ? Set.of() : reached));
        }
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            Set<Value> reached = new LinkedHashSet<>();
            node.outputs().forEach(v -> reached.addAll(after.getOrDefault(v, Set.of())));
            if (node.is("Transpose")) {
                edges.computeIfAbsent(node, k -> new LinkedHashSet<>()).addAll(reached);
            } else {
                node.inputs().forEach(v -> after.computeIfAbsent(v, k -> new LinkedHashSet<>())
                        .addAll(reached));
            }
        }
        return count(nodes, edges);
    }

    private static Crossings count(List<Node> nodes, Map<Node, Set<Value>> edges) {
        Set<Value> taken = new LinkedHashSet<>();
        int all = 0;
        int inside = 0;
        for (Node node : nodes) {
            if (node.is("Transpose")) {
                all++;
                boolean edge = edges.getOrDefault(node, Set.of()).stream()
                        .filter(v -> !taken.contains(v))
                        .findFirst()
                        .filter(taken::add)
                        .isPresent();
                inside += edge ? 0 : 1;
            }
        }
        return new Crossings(all, inside);
    }
}
