/** Nodes whose results are known before the model runs. */
@NullMarked
package dev.tfliteonnx.optimizers.folding;

import org.jspecify.annotations.NullMarked;
