/** Accessors for TensorFlow Lite model files, generated from {@code schemas/tflite.fbs}. */
package dev.tfliteonnx.formats.tflite;
