package dev.tfliteonnx.executor;

import dev.tfliteonnx.ir.Node;

/** A node could not be run on the values that it was given. */
public final class NodeFailedException extends RuntimeException {
    private final transient Node node;

    /** A node, and why. */
    public NodeFailedException(Node node, String why, Throwable cause) {
        super(why + ", at " + node, cause);
        this.node = node;
    }

    /** The node. */
    public Node node() {
        return node;
    }
}
