package dev.tfliteonnx.testmodels;

/**
 * A tensor of a subgraph under construction.
 *
 * @param index its number in the subgraph; −1 stands for an absent input
 * @param spec what was asked for
 */
public record TensorRef(int index, TensorSpec spec) {
    /** The input that is not there. */
    public static final TensorRef ABSENT =
            new TensorRef(-1, TensorSpec.of(dev.tfliteonnx.ir.DataType.FLOAT32).named("absent"));
}
