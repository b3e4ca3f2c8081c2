/** Several nodes that one node can stand for. */
@NullMarked
package dev.tfliteonnx.optimizers.fusion;

import org.jspecify.annotations.NullMarked;
