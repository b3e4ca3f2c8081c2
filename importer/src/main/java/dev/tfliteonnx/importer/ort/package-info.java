/** Reads {@code .ort} files into graphs whose weights are slices of the mapped file. */
@NullMarked
package dev.tfliteonnx.importer.ort;

import org.jspecify.annotations.NullMarked;
