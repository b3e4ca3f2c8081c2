/** Accessors for the metadata buffer inside TensorFlow Lite models, from {@code schemas/tflite_metadata.fbs}. */
package dev.tfliteonnx.formats.metadata;
