/** The TFLite vocabulary: builtin operators, their options and typed keys for them. */
@NullMarked
package dev.tfliteonnx.tfl;

import org.jspecify.annotations.NullMarked;
