/** Runs a source model and its conversion on the same inputs and tells how far apart they are. */
@NullMarked
package dev.tfliteonnx.checker;

import org.jspecify.annotations.NullMarked;
