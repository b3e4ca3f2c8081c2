/** Quantize and dequantize nodes that cancel out. */
@NullMarked
package dev.tfliteonnx.optimizers.quant;

import org.jspecify.annotations.NullMarked;
