package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.report.ConversionReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A converted model and what was done to it. Weights are still slices of the source file, which must not change before
 * the model is written.
 *
 * @param model the ONNX model: one graph
 * @param states tensors that persist from one run to the next; they stand last among inputs and outputs
 * @param report what was done
 */
public record Conversion(Model model, List<State> states, ConversionReport report) {
    public Conversion {
        states = List.copyOf(states);
    }

    /**
     * Writes the model as ONNX, or, if the name of the file ends in {@code .ort}, in ONNX Runtime's own format, optimized
     * as {@link OrtOptions#DEFAULT} says: beside the destination first and then moved in place.
     *
     * @param to the file, usually ending in {@code .onnx} or {@code .ort}; after an {@code .ort} file the model holds
     *     operators of ONNX Runtime and is not to be written again
     * @return the files written, that of the model last
     * @throws ConversionException if a file exists and may not be overwritten, or cannot be written
     * @throws IOException if the source file can no longer be read
     */
    public List<Path> write(Path to, WriteOptions options) throws IOException, ConversionException {
        return writeAll(Map.of(to, this), options);
    }

    /**
     * Writes several models as {@link #write} does one: all or none. If weights stand in a file beside the models, it is
     * one file for all, in which equal weights stand once. Files of ONNX Runtime's own format come last, one by one.
     *
     * @param targets models and their files
     * @return the files written, that of the weights first
     */
    public static List<Path> writeAll(Map<Path, Conversion> targets, WriteOptions options)
            throws IOException, ConversionException {
        WriteOptions versioned =
                options.producerVersion().isEmpty() ? options.withProducerVersion(Version.STRING) : options;
        Map<Path, Model> models = new LinkedHashMap<>();
        Map<Path, Conversion> others = new LinkedHashMap<>();
        targets.forEach((to, conversion) -> {
            if (to.toString().toLowerCase(Locale.ROOT).endsWith(".ort")) {
                others.put(to, conversion);
            } else {
                models.put(to, conversion.model());
            }
        });
        List<Path> written =
                new ArrayList<>(models.isEmpty() ? List.of() : new OnnxWriter().writeAll(models, versioned));
        for (Map.Entry<Path, Conversion> other : others.entrySet()) {
            written.addAll(OrtConverter.of(other.getValue(), OrtOptions.DEFAULT).write(other.getKey(), versioned));
        }
        return written;
    }

    /** With one more diagnostic in the report. */
    Conversion with(Diagnostic diagnostic) {
        return new Conversion(model, states, report.with(diagnostic));
    }

    /** The model as ONNX bytes. */
    public byte[] toBytes() throws IOException, ConversionException {
        return new OnnxWriter().toBytes(model, WriteOptions.DEFAULT.withProducerVersion(Version.STRING));
    }
}
