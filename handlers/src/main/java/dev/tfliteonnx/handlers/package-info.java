/** Stage 2: the table of TFLite operators and the handlers that express each in ONNX. */
@NullMarked
package dev.tfliteonnx.handlers;

import org.jspecify.annotations.NullMarked;
