/** Passes that fit a graph to what runtimes can run. */
@NullMarked
package dev.tfliteonnx.optimizers.runtime;

import org.jspecify.annotations.NullMarked;
