package dev.tfliteonnx.executor;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.Node;
import java.util.List;
import java.util.Optional;

/** A node could not be run on the values that it was given. */
public final class NodeFailedException extends RuntimeException {
    private final transient Node node;

    /** A node, and why. */
    public NodeFailedException(Node node, String why, Throwable cause) {
        super(why + ", at " + node, cause);
        this.node = node;
    }

    /** A node that was given inputs, empty in the place of those left out, and what went wrong. */
    static NodeFailedException on(Node node, List<Optional<Array>> inputs, RuntimeException cause) {
        String shapes = inputs.stream()
                .map(i -> i.map(Array::toString).orElse("-"))
                .toList()
                .toString();
        return new NodeFailedException(node, cause.getMessage() + " for inputs " + shapes, cause);
    }

    /** The node. */
    public Node node() {
        return node;
    }
}
