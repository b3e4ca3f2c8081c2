/** The passes from an ONNX graph to a better one, in their order. */
@NullMarked
package dev.tfliteonnx.optimizers;

import org.jspecify.annotations.NullMarked;
