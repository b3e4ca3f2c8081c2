package dev.tfliteonnx.executor;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;

/** Sees every value of a graph as it is computed, those of nested graphs once for every run. */
@FunctionalInterface
public interface Observer {
    /** A node has computed a value; the tensor's bytes are made when they are first read. */
    void computed(Value value, Tensor tensor);

    /** A node is done, graphs nested in it included, after so many ns; its values have been shown before. */
    default void ran(Node node, long nanos) {}
}
