package dev.tfliteonnx;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Gives inputs and outputs the names that a signature has for them. */
final class Naming {
    private Naming() {}

    /**
     * Renames values; another value that has a wanted name yields it.
     *
     * @param wanted the new names; where two values want the same, the later gets a number
     */
    static void rename(Graph graph, Map<Value, String> wanted) {
        Map<String, Value> present = new HashMap<>();
        graph.inputs().forEach(v -> present.put(v.name(), v));
        graph.constants().forEach(v -> present.put(v.name(), v));
        for (Node node : graph.nodes()) {
            node.outputs().forEach(v -> present.put(v.name(), v));
        }
        Map<Value, String> changes = new LinkedHashMap<>(wanted);
        changes.entrySet().removeIf(e -> e.getKey().name().equals(e.getValue()));
        for (String name : changes.values()) {
            Value holder = present.get(name);
            if (holder != null && !changes.containsKey(holder)) {
                graph.rename(holder, name + "/inner");
            }
        }
        // names are swapped freely if all who change let go of theirs first
        changes.keySet().forEach(v -> graph.rename(v, v.name() + "/renamed"));
        changes.forEach(graph::rename);
    }
}
