package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        return Source.of(model).convert(options);
    }

    /**
     * Converts a file with all its signatures: as {@link #convert(Path, ConversionOptions)} does, and once more for each
     * further graph that a signature calls. One of those that is refused is left out, and named in the first report.
     *
     * @return by the keys of the signatures, the first graph's first; its key is empty if it has none
     * @throws ConversionException with everything that is wrong with the file, the first graph or the options
     */
    public static Map<String, Conversion> convertSignatures(Path model, ConversionOptions options)
            throws ConversionException {
        Source source = Source.of(model);
        List<String> keys = options.signature().isEmpty() ? source.otherSignatures() : List.of();
        Conversion first = source.convert(options);
        Map<String, Conversion> others = new LinkedHashMap<>();
        for (String key : keys) {
            try {
                others.put(key, convert(model, options.withSignature(key)));
            } catch (ConversionException e) {
                Diagnostic why = e.diagnostics().get(0);
                first = first.with(new Diagnostic(
                        DiagnosticCode.SIGNATURE_LEFT_OUT,
                        why.where(),
                        "signature \"" + key + "\": " + why.reason(),
                        "see every reason with --signature " + key));
            }
        }
        Map<String, Conversion> all = new LinkedHashMap<>();
        all.put(first.model().metadata().getOrDefault(Metadata.SIGNATURE, ""), first);
        all.putAll(others);
        return all;
    }

    /**
     * Converts a model in memory.
     *
     * @param model the content of a {@code .tflite} file
     * @param name what to call it in messages
     */
    public static Conversion convert(Bytes model, String name, ConversionOptions options) throws ConversionException {
        return Source.of(model, name, Optional.empty()).convert(options);
    }

    /** A model that was read, to be converted once: a conversion edits its graphs. */
    private record Source(Bytes bytes, String name, Import read) {
        static Source of(Path model) throws ConversionException {
            String name = String.valueOf(model.getFileName());
            try {
                Bytes bytes = ModelFile.map(model).bytes();
                return of(
                        bytes, name, Optional.ofNullable(model.toAbsolutePath().getParent()));
            } catch (ConversionException e) {
                throw in(name, e);
            }
        }

        static Source of(Bytes bytes, String name, Optional<Path> folder) throws ConversionException {
            try {
                return new Source(bytes, name, TfliteReader.read(bytes, name, folder));
            } catch (ConversionException e) {
                throw in(name, e);
            }
        }

        Conversion convert(ConversionOptions options) throws ConversionException {
            try (SourceDigest digest = SourceDigest.of(bytes)) {
                return new Pipeline(options, name).run(read, bytes, digest);
            } catch (ConversionException e) {
                throw in(name, e);
            }
        }

        /** The first signature of every graph but the main one. */
        List<String> otherSignatures() {
            Map<Integer, String> keys = new LinkedHashMap<>();
            for (Signature s : read.model().signatures()) {
                if (s.graph() != 0) {
                    keys.putIfAbsent(s.graph(), s.key());
                }
            }
            return List.copyOf(keys.values());
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
