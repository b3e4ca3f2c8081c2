/** What a reduced build of ONNX Runtime must hold to run models, in the files that its build reads. */
@NullMarked
package dev.tfliteonnx.exporter.ort.config;

import org.jspecify.annotations.NullMarked;
