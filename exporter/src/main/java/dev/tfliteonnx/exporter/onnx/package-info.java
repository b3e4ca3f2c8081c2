/** Writes models as ONNX protobuf messages, sizes first and then in one stream. */
@NullMarked
package dev.tfliteonnx.exporter.onnx;

import org.jspecify.annotations.NullMarked;
