/** Patterns over a graph, and the named rules made of a pattern and a replacement. */
@NullMarked
package dev.tfliteonnx.ir.pattern;

import org.jspecify.annotations.NullMarked;
