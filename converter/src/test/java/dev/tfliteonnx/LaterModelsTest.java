package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.SeededInputs;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real models at opset 23: which later operators are found in them, printed, and that ONNX Runtime computes the same with
 * and without. {@code -Dlater.models=all} takes the whole corpus, otherwise it is the models whose names hold one of its
 * words, with commas between.
 */
class LaterModelsTest {
    private static final String NAMES = System.getProperty("later.models", "rope,sdpa,conformer,group_norm");
    private static final int OPSET = 23;

    @TempDir
    static Path folder;

    @Test
    void laterOperatorsComputeTheSame() throws IOException, EngineException {
        Optional<Path> models = Corpus.folder();
        assumeTrue(models.isPresent(), "no folder shared/models beside the checkout");
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        Map<String, String> wrong = new TreeMap<>();
        Set<String> found = new LinkedHashSet<>();
        int converted = 0;
        try (ChildRunner engines = ChildRunner.create(Duration.ofMinutes(2))) {
            for (Corpus.Entry entry : Corpus.entries(models.get())) {
                if (!isWanted(entry.name())) {
                    continue;
                }
                try {
                    Conversion later = Converter.convert(entry.path(), ConversionOptions.DEFAULT.withOpset(OPSET));
                    converted++;
                    Map<String, Integer> forms = LaterOpsetTest.found(later);
                    if (!forms.isEmpty()) {
                        found.add(entry.name());
                        compare(engines, entry, later, forms).ifPresent(text -> wrong.put(entry.name(), text));
                    }
                } catch (ConversionException e) {
                    // what is refused is refused at every opset
                }
            }
        }
        System.out.println("later operators in " + found.size() + " of " + converted + " models");
        assertEquals(Map.of(), wrong);
        assertTrue(!found.isEmpty(), "no later operator was found");
    }

    private static boolean isWanted(String name) {
        return NAMES.equals("all") || List.of(NAMES.split(",", -1)).stream().anyMatch(name::contains);
    }

    private static Optional<String> compare(
            ChildRunner engines, Corpus.Entry entry, Conversion later, Map<String, Integer> forms)
            throws ConversionException, EngineException, IOException {
        Conversion plain = Converter.convert(entry.path(), ConversionOptions.DEFAULT);
        Path first = folder.resolve("plain.onnx");
        Path second = folder.resolve("later.onnx");
        WriteOptions write = WriteOptions.DEFAULT.withForce(true);
        plain.write(first, write);
        later.write(second, write);
        OnnxRuntimeOptions options = OnnxRuntimeOptions.exact().withThreads(1);
        List<Tensor> inputs =
                SeededInputs.of(OPSET).make(engines.describe(options, first).inputs());
        List<Comparison> results = Comparison.all(
                engines.run(options, second, inputs), engines.run(options, first, inputs), Tolerance.FLOAT);
        double error = results.stream().mapToDouble(Comparison::maxAbs).max().orElse(0);
        System.out.printf(
                Locale.ROOT,
                "%-70s %4d -> %4d nodes, max error %.1e, %s%n",
                entry.name(),
                plain.report().nodes(),
                later.report().nodes(),
                error,
                forms);
        return results.stream().filter(c -> !c.ok()).map(Comparison::toString).findFirst();
    }
}
