package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Tensor;

/**
 * A tensor inside a model after a run.
 *
 * @param index its number in the subgraph
 * @param spec name, type, shape of this run, and quantization
 * @param tensor a copy of its elements
 */
public record NamedTensor(int index, TensorSpec spec, Tensor tensor) {}
