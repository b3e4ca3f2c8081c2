package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Bytes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns TFLite models into ONNX models. Nothing is printed and nothing is kept between calls; calls may run at the same
 * time on several threads.
 *
 * <pre>{@code
 * Conversion conversion = Converter.convert(Path.of("model.tflite"), ConversionOptions.DEFAULT);
 * conversion.write(Path.of("model.onnx"), WriteOptions.DEFAULT);
 * }</pre>
 */
public final class Converter {
    private Converter() {}

    /**
     * Converts a file.
     *
     * @param model a {@code .tflite} file; it stays mapped until the conversion is collected
     * @throws ConversionException with everything that is wrong with the file, the model or the options
     */
    public static Conversion convert(Path model, ConversionOptions options) throws ConversionException {
        String name = String.valueOf(model.getFileName());
        try {
            Bytes bytes = ModelFile.map(model).bytes();
            Import read = TfliteReader.read(
                    bytes, name, Optional.ofNullable(model.toAbsolutePath().getParent()));
            return new Pipeline(options, name).run(read, bytes);
        } catch (ConversionException e) {
            throw in(name, e);
        }
    }

    /**
     * Converts a model in memory.
     *
     * @param model the content of a {@code .tflite} file
     * @param name what to call it in messages
     */
    public static Conversion convert(Bytes model, String name, ConversionOptions options) throws ConversionException {
        try {
            Import read = TfliteReader.read(model, name, Optional.empty());
            return new Pipeline(options, name).run(read, model);
        } catch (ConversionException e) {
            throw in(name, e);
        }
    }

    /** The same, with the file named in every diagnostic. */
    private static ConversionException in(String file, ConversionException e) {
        List<Diagnostic> placed = new ArrayList<>();
        for (Diagnostic d : e.diagnostics()) {
            boolean named = !d.where().file().isEmpty();
            placed.add(named ? d : new Diagnostic(d.code(), d.where().in(file), d.reason(), d.remedy()));
        }
        return new ConversionException(placed);
    }
}
