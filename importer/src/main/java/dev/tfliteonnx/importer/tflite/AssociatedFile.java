package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.ir.Bytes;

/**
 * A file that is packed into the archive behind a model: labels, a vocabulary.
 *
 * @param name its name in the archive: relative, with {@code /} between folders, never leading upwards
 * @param bytes its content, unpacked
 */
public record AssociatedFile(String name, Bytes bytes) {}
