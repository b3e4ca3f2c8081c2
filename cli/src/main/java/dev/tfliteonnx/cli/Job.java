package dev.tfliteonnx.cli;

import java.nio.file.Path;

/**
 * One model to convert.
 *
 * @param input the TFLite file
 * @param output the ONNX file that it becomes
 */
record Job(Path input, Path output) {}
