/** The ONNX vocabulary: operator schemas, shape inference and the node builder. */
@NullMarked
package dev.tfliteonnx.onnx;

import org.jspecify.annotations.NullMarked;
