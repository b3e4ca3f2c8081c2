/** Reads ONNX protobuf files into graphs whose weights are slices of the mapped file. */
@NullMarked
package dev.tfliteonnx.importer.onnx;

import org.jspecify.annotations.NullMarked;
