package dev.tfliteonnx.exporter.onnx;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which graph each constant is written in: the outermost one that reads it. A constant of {@value ExternalData#THRESHOLD}
 * bytes or more that only sibling graphs read, such as both branches of an {@code If}, is written once in the graph that
 * has them both; smaller ones are written in each, where shape inference sees them.
 */
public final class Initializers {
    private final Map<Graph, Set<Value>> read = new IdentityHashMap<>();
    private final Map<Graph, List<Value>> written = new IdentityHashMap<>();

    /** Looks through a graph and the graphs nested in it. */
    public Initializers(Graph graph) {
        collect(graph);
        assign(graph, new HashSet<>());
    }

    /** The constants to be written in one of the graphs, in order. */
    public List<Value> of(Graph graph) {
        return written.getOrDefault(graph, List.of());
    }

    private Set<Value> collect(Graph graph) {
        Set<Value> all = new LinkedHashSet<>(graph.constants());
        nested(graph).forEach(g -> all.addAll(collect(g)));
        read.put(graph, all);
        return all;
    }

    private void assign(Graph graph, Set<Value> outer) {
        Set<Value> own = new LinkedHashSet<>(graph.constants());
        Set<Value> once = new HashSet<>();
        for (Graph g : nested(graph)) {
            for (Value v : read.getOrDefault(g, Set.of())) {
                if (!once.add(v) && isLarge(v)) {
                    own.add(v);
                }
            }
        }
        own.removeAll(outer);
        written.put(graph, List.copyOf(own));
        Set<Value> known = new HashSet<>(outer);
        known.addAll(own);
        nested(graph).forEach(g -> assign(g, known));
    }

    private static boolean isLarge(Value v) {
        return v.constant().filter(t -> t.byteSize() >= ExternalData.THRESHOLD).isPresent();
    }

    private static List<Graph> nested(Graph graph) {
        List<Graph> nested = new ArrayList<>();
        for (Node node : graph.nodes()) {
            nested.addAll(node.subgraphs());
        }
        return nested;
    }
}
