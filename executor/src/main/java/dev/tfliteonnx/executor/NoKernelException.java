package dev.tfliteonnx.executor;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;

/** A graph has an operator that the executor does not run. */
public final class NoKernelException extends RuntimeException {
    private final transient OpType op;
    private final transient Node node;

    /** No kernel for the operator of a node. */
    public NoKernelException(Node node) {
        super("no kernel for " + node.op().dialect() + " " + node.op() + ", wanted by " + node);
        this.op = node.op();
        this.node = node;
    }

    /** The operator. */
    public OpType op() {
        return op;
    }

    /** The first node that has it. */
    public Node node() {
        return node;
    }
}
