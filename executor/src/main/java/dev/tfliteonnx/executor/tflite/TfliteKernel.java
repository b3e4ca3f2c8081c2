package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import java.util.List;

/** What a TFLite operator computes. */
@FunctionalInterface
public interface TfliteKernel {
    /**
     * Computes the outputs of a node, in order; there may be more than the node gives out.
     *
     * @throws IllegalArgumentException if the operands do not fit the operator or each other, or ask for something that
     *     TFLite's kernel does not do
     */
    List<Array> run(TfliteCall call);
}
