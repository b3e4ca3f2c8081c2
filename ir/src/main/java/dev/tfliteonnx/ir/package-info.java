/** The graph that a model is held in, whichever vocabulary it is written in, and how it is edited. */
@NullMarked
package dev.tfliteonnx.ir;

import org.jspecify.annotations.NullMarked;
