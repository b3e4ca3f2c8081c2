/** The public interface: options in, model and report out. */
@NullMarked
package dev.tfliteonnx;

import org.jspecify.annotations.NullMarked;
