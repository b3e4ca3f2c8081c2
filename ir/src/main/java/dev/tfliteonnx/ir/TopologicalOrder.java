package dev.tfliteonnx.ir;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Puts producers before users, keeping the order otherwise. */
final class TopologicalOrder {
    private final Graph graph;
    private final Set<Node> begun = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Node> placed = Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Step> way = new ArrayDeque<>();
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
        begin(start);
        while (!way.isEmpty()) {
            Step step = way.peek();
            if (step.reads.hasNext()) {
                step.reads.next().producer().filter(p -> p.graph == graph).ifPresent(this::begin);
            } else {
                placed.add(step.node);
                order.add(step.node);
                way.pop();
            }
        }
    }

    private void begin(Node node) {
        if (begun.add(node)) {
            way.push(new Step(node, reads(node).iterator()));
        } else if (!placed.contains(node)) {
            throw new IllegalGraphException("nodes form a circle through " + node);
        }
    }

    /** All values that a node reads, and those that the graphs it runs do. */
    private static List<Value> reads(Node node) {
        if (node.subgraphs().isEmpty()) {
            return node.inputs;
        }
        List<Value> reads = new ArrayList<>(node.inputs);
        node.subgraphs().forEach(g -> captured(g, reads));
        return reads;
    }

    /** Adds the values that nodes of a nested graph, or of graphs nested in it, read. */
    private static void captured(Graph nested, List<Value> into) {
        for (Node n : nested.nodes()) {
            into.addAll(reads(n));
        }
        into.addAll(nested.outputs());
    }

    /**
     * A node on the way to one that reads from it.
     *
     * @param reads the values whose producers are still to be looked at
     */
    private record Step(Node node, Iterator<Value> reads) {}
}
