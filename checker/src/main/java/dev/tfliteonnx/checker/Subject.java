package dev.tfliteonnx.checker;

import dev.tfliteonnx.ir.Model;
import java.nio.file.Path;

/**
 * A model of a check: its file, for native engines, and what was read from it.
 *
 * @param file the {@code .tflite} or {@code .onnx} file
 * @param model its content; the first graph is meant
 */
public record Subject(Path file, Model model) {}
