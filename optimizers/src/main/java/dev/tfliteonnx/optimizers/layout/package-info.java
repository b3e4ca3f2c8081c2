/** Where every tensor keeps its channels, and transpositions that follow from it. */
@NullMarked
package dev.tfliteonnx.optimizers.layout;

import org.jspecify.annotations.NullMarked;
