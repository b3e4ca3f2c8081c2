/** What ONNX Runtime's own optimizers do for its CPU kernels, so that a file need not be optimized when it is loaded. */
@NullMarked
package dev.tfliteonnx.optimizers.ort;

import org.jspecify.annotations.NullMarked;
