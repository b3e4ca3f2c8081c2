/** What is without effect, said twice, or known before the model runs. */
@NullMarked
package dev.tfliteonnx.optimizers.cleanup;

import org.jspecify.annotations.NullMarked;
