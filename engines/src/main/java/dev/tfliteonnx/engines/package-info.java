/**
 * The two real engines, TensorFlow Lite and ONNX Runtime, behind plain tensors; running them where they cannot take
 * this process down; inputs to run them on; and how far two results are apart.
 */
@NullMarked
package dev.tfliteonnx.engines;

import org.jspecify.annotations.NullMarked;
