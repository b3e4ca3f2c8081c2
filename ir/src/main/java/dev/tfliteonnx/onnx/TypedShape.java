package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;

/**
 * What is inferred of a result.
 *
 * @param type its element type
 * @param shape what is known of its shape
 */
public record TypedShape(DataType type, Shape shape) {}
