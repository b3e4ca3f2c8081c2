package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.ir.pass.PassRunner;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.OnnxSchemas;
import dev.tfliteonnx.onnx.OpsetVersions;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.OrtPasses;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Turns ONNX and TFLite models into models for ONNX Runtime's own format, optimized as ONNX Runtime would optimize them
 * when it loads them.
 *
 * <pre>{@code
 * OrtConverter.convert(Path.of("model.onnx"), OrtOptions.DEFAULT).write(Path.of("model.ort"), WriteOptions.DEFAULT);
 * }</pre>
 */
public final class OrtConverter {
    private OrtConverter() {}

    /**
     * Converts a file.
     *
     * @param file an {@code .onnx} file, or a {@code .tflite} file
     * @throws ConversionException with everything that is wrong with the file, the model or the options
     */
    public static OrtConversion convert(Path file, OrtOptions options) throws ConversionException {
        String name = String.valueOf(file.getFileName());
        if (name.toLowerCase(Locale.ROOT).endsWith(".onnx")) {
            return ofOnnx(file, options);
        }
        ConversionOptions first = options.conversion();
        for (String unwanted : OrtPasses.unwanted(options.platform())) {
            first = first.withSkipped(unwanted);
        }
        Conversion conversion = Converter.convert(file, first);
        return of(conversion, options);
    }

    /**
     * Optimizes a model that was converted from TFLite; it is not to be written as ONNX afterwards. What the options say of
     * the conversion is not looked at.
     */
    public static OrtConversion of(Conversion conversion, OrtOptions options) {
        optimize(conversion.model().main(), OrtPasses.afterDefaults(options.now(), options.platform()), options);
        Map<String, Integer> versions = versions(conversion.model().main(), OpsetVersions.FLOOR);
        return conversion(conversion.model(), versions, conversion.report().diagnostics(), options);
    }

    private static OrtConversion conversion(
            Model model, Map<String, Integer> versions, List<Diagnostic> diagnostics, OrtOptions options) {
        Map<String, Integer> opsets = new TreeMap<>(versions);
        if (options.notes()) {
            // what is noted for ONNX Runtime to do ends in its own operators
            opsets.putIfAbsent(OnnxOps.MICROSOFT, 1);
        }
        Model stated = new Model(model.graphs(), model.signatures(), model.description(), model.metadata(), opsets);
        return new OrtConversion(stated, diagnostics, options);
    }

    private static OrtConversion ofOnnx(Path file, OrtOptions options) throws ConversionException {
        Passes.requireKnown(options.conversion().skip());
        Import read = OnnxReader.read(file);
        List<Diagnostic> diagnostics = new ArrayList<>(read.warnings());
        int opset = read.model().opsets().getOrDefault("", 1);
        if (options.level() == OrtLevel.DISABLE) {
            return new OrtConversion(read.model(), diagnostics, options);
        }
        if (opset >= OpsetVersions.FLOOR) {
            optimize(read.model().main(), OrtPasses.runner(options.now(), options.platform()), options);
            Map<String, Integer> versions = versions(read.model().main(), opset);
            if (!versions.isEmpty()) {
                Map<String, Integer> all = new TreeMap<>(read.model().opsets());
                versions.forEach((domain, version) -> all.merge(domain, version, Math::max));
                return conversion(read.model(), all, diagnostics, options);
            }
        }
        diagnostics.add(new Diagnostic(
                DiagnosticCode.IGNORED,
                Where.file(String.valueOf(file.getFileName())),
                "the model is not optimized: passes take operators in their forms of opset " + OpsetVersions.FLOOR
                        + " and later, and the model has opset " + opset,
                "let ONNX bring it to a newer opset first"));
        return new OrtConversion(OnnxReader.read(file).model(), diagnostics, options.withLevel(OrtLevel.DISABLE));
    }

    private static void optimize(Graph graph, PassRunner passes, OrtOptions options) {
        PassContext context = new PassContext(
                PassOptions.DEFAULT.withSkip(options.conversion().skip()));
        passes.run(graph, context);
        graph.verify();
    }

    /** The least versions from an opset on at which every node is valid; empty if there are none. */
    private static Map<String, Integer> versions(Graph graph, int from) {
        OpsetVersions.Fit fit = OpsetVersions.lowest(graph, from, OnnxSchemas.NEWEST);
        return fit instanceof OpsetVersions.Fit.At at ? OpsetVersions.imports(graph, at.opset()) : Map.of();
    }
}
