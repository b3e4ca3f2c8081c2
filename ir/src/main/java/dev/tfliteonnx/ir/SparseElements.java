package dev.tfliteonnx.ir;

/**
 * A tensor of which only the elements other than zero are given; an attribute of ONNX nodes.
 *
 * @param values the elements, a vector
 * @param indices where they stand, int64: places in the flattened tensor, or one row of coordinates for each
 * @param shape the shape of the whole
 */
public record SparseElements(Tensor values, Tensor indices, Shape shape) {}
