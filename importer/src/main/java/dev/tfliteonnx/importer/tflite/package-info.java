/** Bytes of a {@code .tflite} file to graphs whose weights are slices of the file. */
@NullMarked
package dev.tfliteonnx.importer.tflite;

import org.jspecify.annotations.NullMarked;
