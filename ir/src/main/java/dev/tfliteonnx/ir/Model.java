package dev.tfliteonnx.ir;

import java.util.List;
import java.util.Map;

/**
 * What a file holds: graphs, ways to call them, and words about them.
 *
 * @param graphs the graphs; the first is the main one
 * @param signatures ways to call the graphs; may be empty
 * @param description what the file says of itself; may be empty
 * @param metadata further statements by key, in a fixed order: labels, normalization, origin
 * @param opsets the versions of the operator sets that the nodes are written for, by domain, {@code ai.onnx} as the empty
 *     string; empty if any may be chosen that fit
 */
public record Model(
        List<Graph> graphs,
        List<Signature> signatures,
        String description,
        Map<String, String> metadata,
        Map<String, Integer> opsets) {
    /**
     * In the metadata: before the name of an input that takes what persists from one run to the next, the key of the output
     * that gives it.
     */
    public static final String STATE = "tflite.state.";

    public Model {
        graphs = List.copyOf(graphs);
        signatures = List.copyOf(signatures);
        metadata = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(metadata));
        opsets = java.util.Collections.unmodifiableMap(new java.util.TreeMap<>(opsets));
    }

    /** A model whose operator sets may be chosen. */
    public Model(List<Graph> graphs, List<Signature> signatures, String description, Map<String, String> metadata) {
        this(graphs, signatures, description, metadata, Map.of());
    }

    /** The main graph. */
    public Graph main() {
        return graphs.get(0);
    }
}
