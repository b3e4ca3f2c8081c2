package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.checker.Subject;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A conversion that stands in a file as long as something is done with it. */
final class CheckedConversion {
    /** What is done. */
    @FunctionalInterface
    interface Action<T> {
        T on(Subject result) throws ConversionException;
    }

    private CheckedConversion() {}

    /** Writes a conversion to a folder of its own, does something with it, and deletes the folder. */
    static <T> T whileWritten(Conversion conversion, Action<T> action) throws IOException, ConversionException {
        Path folder = Files.createTempDirectory("tflite-onnx-check");
        try {
            Path onnx = folder.resolve("converted.onnx");
            conversion.write(onnx, WriteOptions.DEFAULT);
            return action.on(new Subject(onnx, conversion.model()));
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
