/** Models as {@code .ort} files, which ONNX Runtime loads without optimizing them, in its reduced builds too. */
@NullMarked
package dev.tfliteonnx.exporter.ort;

import org.jspecify.annotations.NullMarked;
