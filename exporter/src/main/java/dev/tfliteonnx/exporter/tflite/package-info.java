/** Writes TFLite files. */
@NullMarked
package dev.tfliteonnx.exporter.tflite;

import org.jspecify.annotations.NullMarked;
