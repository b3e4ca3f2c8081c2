package dev.tfliteonnx.ir;

import java.util.Map;

/**
 * A way to call a model: a graph of it with names for its inputs and outputs.
 *
 * @param key the name of the signature
 * @param graph the number of the graph
 * @param inputs names for inputs of that graph, in the order of the file
 * @param outputs names for outputs of that graph, in the order of the file
 */
public record Signature(String key, int graph, Map<String, Value> inputs, Map<String, Value> outputs) {
    public Signature {
        inputs = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(inputs));
        outputs = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(outputs));
    }
}
