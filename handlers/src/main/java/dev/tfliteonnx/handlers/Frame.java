package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Sink;
import dev.tfliteonnx.ir.Value;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;

/** A subgraph while it is expressed: where its nodes go, and what its tensors have become so far. */
final class Frame {
    private final Graph source;
    private final Sink sink;
    private final Map<Value, Value> values = new IdentityHashMap<>();
    private final Map<Value, Resource> resources = new IdentityHashMap<>();
    private boolean fixedShapes = true;

    Frame(Graph source, Sink sink) {
        this.source = source;
        this.sink = sink;
    }

    /** The subgraph. */
    Graph source() {
        return source;
    }

    /** Where the nodes go. */
    Sink sink() {
        return sink;
    }

    /** Whether every input has a fixed shape, so that the shapes of the file can be trusted. */
    boolean fixedShapes() {
        return fixedShapes;
    }

    /** Says that some input has no fixed shape. */
    void openShapes() {
        fixedShapes = false;
    }

    /** What a tensor has become. */
    Optional<Value> find(Value tensor) {
        return Optional.ofNullable(values.get(tensor));
    }

    /** Says what a tensor has become. */
    void put(Value tensor, Value value) {
        values.put(tensor, value);
    }

    /** What a tensor of type resource refers to. */
    Optional<Resource> resource(Value tensor) {
        return Optional.ofNullable(resources.get(tensor));
    }

    /** Says what a tensor of type resource refers to. */
    void put(Value tensor, Resource resource) {
        resources.put(tensor, resource);
    }
}
