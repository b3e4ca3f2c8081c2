package dev.tfliteonnx.ir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A change to a graph that happens whole or not at all. New nodes may be added and read before the edit is applied; they
 * enter the graph right before the first user of what they replace. Nodes that nothing reads any more are removed, and a
 * new value takes over the name of the value that it replaces.
 */
public final class Edit implements Sink {
    private final Graph graph;
    private final String rule;
    private final List<Node> added = new ArrayList<>();
    private final Map<Value, Value> replaced = new LinkedHashMap<>();
    private final List<Node> removed = new ArrayList<>();
    private boolean applied;

    Edit(Graph graph, String rule) {
        this.graph = graph;
        this.rule = rule;
    }

    /** The rule or pass that makes the change. */
    public String rule() {
        return rule;
    }

    @Override
    public List<Value> add(
            OpType op, List<Value> inputs, Attributes attributes, List<ValueInfo> outputs, Origin origin) {
        Node node = new Node(op, inputs, attributes, outputs, origin.by(rule));
        node.outputs().stream().filter(Value::isPresent).forEach(o -> o.name = graph.uniqueName(o.name));
        added.add(node);
        return node.outputs();
    }

    @Override
    public Value constant(String name, Tensor tensor) {
        return graph.constant(name, tensor);
    }

    @Override
    public Graph graph() {
        return graph;
    }

    /**
     * Lets every user of {@code old} read {@code by} instead, but for the nodes that this edit adds.
     *
     * @throws IllegalGraphException if the types differ or the shapes contradict each other
     */
    public Edit replace(Value old, Value by) {
        boolean sameType =
                graph.dialect() == Dialect.TFLITE ? old.realType() == by.realType() : old.type() == by.type();
        if (!sameType
                || !old.containers().equals(by.containers())
                || !old.shape().agreesWith(by.shape())) {
            throw new IllegalGraphException(rule + " would replace " + old + " by " + by);
        }
        if (old != by) {
            replaced.put(old, by);
        }
        return this;
    }

    /**
     * Whether {@code old} can be replaced by a value that exists already: an output of a graph must stay a value of its
     * own that a node of the same graph computes.
     */
    public static boolean canReplace(Value old, Value by) {
        if (!old.isGraphOutput()) {
            return true;
        }
        Node here = old.producer().orElse(null);
        Node there = by.producer().orElse(null);
        return !by.isGraphOutput() && here != null && there != null && here.graph == there.graph;
    }

    /** Removes a node that nothing reads; without effect if something does when the edit is applied. */
    public Edit removeUnused(Node node) {
        removed.add(node);
        return this;
    }

    /** Makes the change. */
    public void apply() {
        if (applied) {
            throw new IllegalStateException("edit by " + rule + " was applied before");
        }
        applied = true;
        replaced.forEach(
                (old, by) -> by.shape = Shape.merge(by.shape(), old.shape()).orElseThrow());
        graph.apply(added, replaced, removed);
    }
}
