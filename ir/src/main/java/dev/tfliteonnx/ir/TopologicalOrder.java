package dev.tfliteonnx.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** Puts producers before users, keeping the order otherwise. */
final class TopologicalOrder {
    private final Graph graph;
    /** For each node on the way, which of its inputs comes next; −1 when it is in its place. */
    private final Map<Node, Integer> nextInput = new IdentityHashMap<>();

    private final List<Node> order = new ArrayList<>();

    private TopologicalOrder(Graph graph) {
        this.graph = graph;
    }

    /**
     * The nodes of a graph in such an order.
     *
     * @throws IllegalGraphException if nodes form a circle
     */
    static List<Node> of(Graph graph) {
        TopologicalOrder sort = new TopologicalOrder(graph);
        graph.nodes().forEach(sort::visit);
        return sort.order;
    }

    private void visit(Node start) {
        ArrayDeque<Node> stack = new ArrayDeque<>(List.of(start));
        while (!stack.isEmpty()) {
            Node n = stack.peek();
            List<Value> reads = new ArrayList<>(n.inputs());
            n.subgraphs().forEach(g -> captured(g, reads));
            int i = nextInput.getOrDefault(n, 0);
            if (i < 0 || i >= reads.size()) {
                if (i >= 0) {
                    nextInput.put(n, -1);
                    order.add(n);
                }
                stack.pop();
                continue;
            }
            nextInput.put(n, i + 1);
            Node p = reads.get(i).producer().orElse(null);
            if (p != null && p.graph == graph && nextInput.getOrDefault(p, 0) >= 0) {
                if (nextInput.containsKey(p)) {
                    throw new IllegalGraphException("nodes form a circle through " + p);
                }
                stack.push(p);
            }
        }
    }

    /** Adds the values that nodes of a nested graph, or of graphs nested in it, read. */
    private static void captured(Graph nested, List<Value> into) {
        for (Node n : nested.nodes()) {
            into.addAll(n.inputs());
            n.subgraphs().forEach(g -> captured(g, into));
        }
        into.addAll(nested.outputs());
    }
}
