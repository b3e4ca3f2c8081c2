package dev.tfliteonnx.ir;

import java.util.List;

/** Takes new nodes: a graph that is being built, or an edit of one. */
public interface Sink {
    /**
     * Adds a node.
     *
     * @param outputs what the node computes; names are made unique
     * @return the values that the node computes
     */
    List<Value> add(OpType op, List<Value> inputs, Attributes attributes, List<ValueInfo> outputs, Origin origin);

    /** Adds a constant under a name that is made unique. */
    Value constant(String name, Tensor tensor);

    /** The graph that the nodes end in. */
    Graph graph();
}
