package dev.tfliteonnx.ir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One operation. Its op, attributes and outputs never change; to change a node, replace it. */
public final class Node {
    private final OpType op;
    private final Attributes attributes;
    private final Origin origin;
    private final List<Graph> subgraphs;
    private final List<Value> outputs;
    final List<Value> inputs;

    @Nullable
    Node previous;

    @Nullable
    Node next;

    @Nullable
    Graph graph;

    long position;

    Node(OpType op, List<Value> inputs, Attributes attributes, List<ValueInfo> outputs, Origin origin) {
        this.op = op;
        this.inputs = new ArrayList<>(inputs);
        this.attributes = attributes;
        this.origin = origin;
        this.subgraphs = subgraphs(attributes);
        List<Value> made = new ArrayList<>(outputs.size());
        for (ValueInfo o : outputs) {
            made.add(o.equals(ValueInfo.ABSENT) ? Value.ABSENT : new Value(o, this));
        }
        this.outputs = Collections.unmodifiableList(made);
    }

    /** What it computes. */
    public OpType op() {
        return op;
    }

    /** Whether it is the default-domain or builtin operator of that name. */
    public boolean is(String name) {
        return op.is(name);
    }

    /** The values it reads, {@link Value#ABSENT} in the place of those left out. */
    public List<Value> inputs() {
        return Collections.unmodifiableList(inputs);
    }

    /** An input, absent also past the end of the list. */
    public Value input(int i) {
        return i < inputs.size() ? inputs.get(i) : Value.ABSENT;
    }

    /** The values it computes, {@link Value#ABSENT} in the place of those left out. */
    public List<Value> outputs() {
        return outputs;
    }

    /** The first value it computes. */
    public Value output() {
        return outputs.get(0);
    }

    /** Its options. */
    public Attributes attributes() {
        return attributes;
    }

    /** Where it came from. */
    public Origin origin() {
        return origin;
    }

    /** Whether it is still in a graph. */
    public boolean isAttached() {
        return graph != null;
    }

    /** The graphs that it runs. */
    public List<Graph> subgraphs() {
        return subgraphs;
    }

    private static List<Graph> subgraphs(Attributes attributes) {
        if (attributes.isEmpty()) {
            return List.of();
        }
        List<Graph> graphs = new ArrayList<>();
        for (Object value : attributes.asMap().values()) {
            if (value instanceof Graph g) {
                graphs.add(g);
            } else if (value instanceof Collection<?> many) {
                many.stream()
                        .filter(Graph.class::isInstance)
                        .map(Graph.class::cast)
                        .forEach(graphs::add);
            }
        }
        return List.copyOf(graphs);
    }

    @Override
    public String toString() {
        String out = outputs.stream().map(Value::toString).collect(Collectors.joining(", "));
        String in = inputs.stream().map(v -> v.isPresent() ? v.name() : "-").collect(Collectors.joining(", "));
        return out + " = " + op + "(" + in + ")" + (attributes.isEmpty() ? "" : " " + attributes);
    }
}
