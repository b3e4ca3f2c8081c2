package dev.tfliteonnx.executor.kernels;

import java.util.List;

/** What an operator computes. */
@FunctionalInterface
public interface Kernel {
    /**
     * Computes the outputs of a node, in order; there may be more than the node gives out.
     *
     * @throws IllegalArgumentException if the inputs do not fit the operator or each other, or ask for something that the
     *     kernel leaves out
     */
    List<Array> run(Call call);
}
