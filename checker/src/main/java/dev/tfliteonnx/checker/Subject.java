package dev.tfliteonnx.checker;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A model of a check: its file, for native engines, and what was read from it.
 *
 * @param file the {@code .tflite} or {@code .onnx} file
 * @param model its content; the first graph is meant
 */
public record Subject(Path file, Model model) {
    /**
     * Reads a file: as ONNX if its name ends in {@code .onnx}, otherwise as TFLite.
     *
     * @throws ConversionException if it cannot be read or is no such model
     */
    public static Subject read(Path file) throws ConversionException {
        boolean isOnnx = file.toString().toLowerCase(Locale.ROOT).endsWith(".onnx");
        return new Subject(
                file,
                isOnnx ? OnnxReader.read(file).model() : TfliteReader.read(file).model());
    }

    /** What goes in, as the file states it. */
    public List<TensorSpec> inputs() {
        return new JavaSide(model).inputs();
    }
}
