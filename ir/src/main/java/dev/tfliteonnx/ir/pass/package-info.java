/** Named passes over a whole graph, for what does not fit a pattern. */
@NullMarked
package dev.tfliteonnx.ir.pass;

import org.jspecify.annotations.NullMarked;
