package dev.tfliteonnx.checker;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * A model of a check: its file, for native engines, and what was read from it.
 *
 * @param file the {@code .tflite}, {@code .onnx} or {@code .ort} file
 * @param model its content; the first graph is meant
 */
public record Subject(Path file, Model model) {
    /**
     * Reads a file: as ONNX or in ONNX Runtime's format if its name ends in {@code .onnx} or {@code .ort}, otherwise as
     * TFLite.
     *
     * @throws ConversionException if it cannot be read or is no such model
     */
    public static Subject read(Path file) throws ConversionException {
        String name = file.toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".ort")) {
            return new Subject(file, OrtReader.read(file).model());
        }
        return new Subject(
                file,
                name.endsWith(".onnx")
                        ? OnnxReader.read(file).model()
                        : TfliteReader.read(file).model());
    }

    /** What goes in, as the file states it. */
    public List<TensorSpec> inputs() {
        return new JavaSide(model).inputs();
    }
}
