package dev.tfliteonnx.cli;

import dev.tfliteonnx.Conversion;
import dev.tfliteonnx.ConversionOptions;
import dev.tfliteonnx.Converter;
import dev.tfliteonnx.Target;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.optimizers.ort.FusionReport;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes of a converted model run as integer kernels of ONNX Runtime: in the graph that it saves once it has
 * optimized it, or, where it is not at hand, by its rules.
 *
 * @param file the model
 * @param report the nodes
 * @param observed whether ONNX Runtime itself was asked
 */
record Fusion(Path file, FusionReport report, boolean observed) {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    static Fusion of(Path file, ConversionOptions options) throws ConversionException {
        Conversion conversion = Converter.convert(file, options);
        boolean arm = Set.of("aarch64", "arm64", "arm").contains(System.getProperty("os.arch", ""));
        TargetPlatform here = arm ? TargetPlatform.ARM : TargetPlatform.AMD64;
        TargetPlatform platform = options.target() == Target.CPU_ARM ? TargetPlatform.ARM : here;
        if (Engines.hasOnnxRuntime() && platform == here) {
            try {
                return new Fusion(file, observe(conversion, platform), true);
            } catch (EngineException e) {
                // it does not load the model; its rules tell all the same
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Fusion(file, FusionReport.predicted(conversion.model().main(), platform), false);
    }

    private static FusionReport observe(Conversion conversion, TargetPlatform platform)
            throws IOException, ConversionException, EngineException {
        Path folder = Files.createTempDirectory("fusion");
        Path model = folder.resolve("model.onnx");
        Path optimized = folder.resolve("optimized.onnx");
        try (ChildRunner engines = ChildRunner.create(LIMIT)) {
            conversion.write(model, WriteOptions.DEFAULT);
            engines.describe(
                    OnnxRuntimeOptions.plain()
                            .withLevel(OnnxRuntimeOptions.Level.EXTENDED)
                            .savingOptimized(optimized),
                    model);
            return FusionReport.observed(OnnxReader.read(optimized).model().main(), platform);
        } finally {
            for (Path path : List.of(model, optimized, folder)) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** As text. */
    String toText() {
        int all = report.entries().size();
        StringBuilder text = new StringBuilder().append(file).append("  ");
        text.append(report.integers()).append(" of ").append(Amounts.count(all, "quantized node", "quantized nodes"));
        text.append(all == 0 ? "" : String.format(Locale.ROOT, " (%.0f %%)", 100.0 * report.integers() / all));
        text.append(" run as integer kernels, ").append(observed ? "as ONNX Runtime optimizes it" : "by the rules");
        text.append(observed ? "" : " of ONNX Runtime");
        TextTable table = new TextTable("  ");
        report.byOperator().forEach((op, counts) -> table.row(op, counts[0] + " of " + counts[1]));
        text.append(table.isEmpty() ? "" : "\n" + table.toText());
        TextTable exceptions = new TextTable("  ");
        grouped()
                .forEach((reason, entries) -> exceptions.row(
                        Integer.toString(entries.size()),
                        entries.get(0).op(),
                        reason.substring(entries.get(0).op().length() + 1),
                        entries.get(0).name()));
        text.append(exceptions.isEmpty() ? "" : "\n\non real numbers\n" + exceptions.toText());
        return text.toString();
    }

    /** Exceptions by operator and reason. */
    private Map<String, List<FusionReport.Entry>> grouped() {
        Map<String, List<FusionReport.Entry>> grouped = new LinkedHashMap<>();
        for (FusionReport.Entry e : report.exceptions()) {
            grouped.computeIfAbsent(e.op() + " " + e.reason().orElseThrow(), k -> new ArrayList<>())
                    .add(e);
        }
        return grouped;
    }

    /** As JSON. */
    String toJson() {
        Json json = new Json().object().key("file").value(file.toString());
        json.key("observed").value(observed);
        json.key("integer").value(report.integers());
        json.key("nodes").value(report.entries().size());
        json.key("exceptions").array();
        for (FusionReport.Entry e : report.exceptions()) {
            json.object().key("op").value(e.op());
            json.key("name").value(e.name());
            json.key("reason").value(e.reason().orElseThrow()).end();
        }
        return json.end().end().toText();
    }
}
