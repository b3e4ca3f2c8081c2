package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.OnnxRuntimeOptions.Level;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.optimizers.ort.OrtLevel;
import dev.tfliteonnx.optimizers.ort.OrtPasses;
import dev.tfliteonnx.optimizers.ort.TargetPlatform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operators in our {@code .ort} files are those in the files that ONNX Runtime itself writes of the same converted
 * models, at the same level and for the same processor. Prints every difference and the share that is equal; {@code
 * -Dort.operators.only=TEXT} keeps the models whose names hold the text, {@code -Dort.operators.bytes=N} those of at most
 * so many bytes.
 */
class OrtOperatorsTest {
    @TempDir
    Path temporary;

    private record Setting(OrtLevel level, TargetPlatform platform) {
        OnnxRuntimeOptions saving(Path to) {
            return OnnxRuntimeOptions.plain()
                    .withLevel(level == OrtLevel.EXTENDED ? Level.EXTENDED : Level.ALL)
                    .withConfig("optimization.disable_specified_optimizers", "NchwcTransformer")
                    .withConfig("session.qdqisint8allowed", platform.takesInt8() ? "1" : "0")
                    .savingOptimized(to);
        }
    }

    private static final List<Setting> SETTINGS = List.of(
            new Setting(OrtLevel.EXTENDED, TargetPlatform.AMD64),
            new Setting(OrtLevel.ALL, TargetPlatform.AMD64),
            new Setting(OrtLevel.EXTENDED, TargetPlatform.ARM),
            new Setting(OrtLevel.ALL, TargetPlatform.ARM));

    private static final String GATES =
            "weights stay integers; ONNX Runtime makes a Gemm of floats of product and sum first";

    /** Models whose files hold operators that those of ONNX Runtime have not, and why. */
    private static final Map<String, String> ON_PURPOSE = Map.ofEntries(
            Map.entry("google-ai-edge+LiteRT/constant_output_tensor.tflite", "an Identity gives a constant out"),
            Map.entry("google-ai-edge+LiteRT/lstm_quantized.tflite", "a factor joins its product before a sum does"),
            Map.entry(
                    "google-ai-edge+LiteRT/unidirectional_sequence_lstm_quantized.tflite",
                    "a factor joins its product before a sum does"),
            Map.entry("google-ai-edge+LiteRT/torchaudio_conformer.tflite", "a Transpose stays before a product"),
            Map.entry(
                    "google-coral+edgetpu/ssd_mobilenet_v1_coco_quant_postprocess_head_layers.tflite",
                    "slices of boxes are one Split, as ONNX Runtime makes of them elsewhere"),
            Map.entry(
                    "tensorflow+tflite-support/coco_ssd_mobilenet_v1_1.0_quant_2018_06_29.tflite",
                    "slices of boxes are one Split, as ONNX Runtime makes of them elsewhere"),
            Map.entry("google-coral+test_data/keras_lstm_mnist_ptq.tflite", GATES),
            Map.entry("tensorflow+tflite-micro/micro_speech_lstm.tflite", GATES),
            Map.entry("tensorflow+tflite-micro/trained_lstm_int8.tflite", GATES),
            Map.entry(
                    "terryky+tflite_gles_app/style_transfer_quantized_dynamic.tflite",
                    "extents are computed that ONNX Runtime infers"),
            Map.entry("zhenhuaw-me+tflite2onnx/resize-bilinear.float32.tflite", "Resize keeps channels second"),
            Map.entry(
                    "zhenhuaw-me+tflite2onnx/resize-nearest-neighbor.float32.tflite", "Resize keeps channels second"));

    @Test
    void areThoseOfOnnxRuntimesOwnFiles() throws IOException, ConversionException {
        Path folder = Corpus.folder().orElse(null);
        assumeTrue(folder != null, "no corpus of models beside the checkout");
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        Set<Long> sizes = new LinkedHashSet<>();
        Map<String, List<String>> more = new TreeMap<>();
        int equal = 0;
        int fewer = 0;
        int compared = 0;
        for (Corpus.Entry entry : Corpus.entries(folder)) {
            if (!isWanted(entry) || !sizes.add(Files.size(entry.path()))) {
                continue;
            }
            for (Setting setting : SETTINGS) {
                List<String> found = compare(entry.path(), setting);
                if (found.contains(REFUSED)) {
                    continue;
                }
                compared++;
                equal += found.isEmpty() ? 1 : 0;
                if (found.stream().anyMatch(op -> op.startsWith("+"))) {
                    more.computeIfAbsent(entry.name(), n -> new ArrayList<>()).add(setting + " " + found);
                } else if (!found.isEmpty()) {
                    fewer++;
                    System.out.println(entry.name() + " " + setting + " " + found);
                }
            }
        }
        more.forEach((name, all) ->
                System.out.println(name + ": " + ON_PURPOSE.get(name) + "\n    " + String.join("\n    ", all)));
        System.out.println("operators are equal in " + equal + " of " + compared + ", and only fewer in " + fewer);
        assertTrue(compared > 0, "nothing was compared");
        more.keySet().removeAll(ON_PURPOSE.keySet());
        assertEquals(Map.of(), more);
    }

    private static final String REFUSED = "refused";

    private static boolean isWanted(Corpus.Entry entry) throws IOException {
        return entry.runs()
                && entry.name().contains(System.getProperty("ort.operators.only", ""))
                && Files.isRegularFile(entry.path())
                && Files.size(entry.path()) <= Long.getLong("ort.operators.bytes", 100_000);
    }

    /** What one has more of than the other: {@code +} is ours, {@code −} is ONNX Runtime's. */
    private List<String> compare(Path file, Setting setting) throws IOException, ConversionException {
        Path theirs = temporary.resolve("theirs.ort");
        Path ours = temporary.resolve("ours.ort");
        Files.deleteIfExists(theirs);
        WriteOptions force = WriteOptions.DEFAULT.withForce(true);
        try {
            Path plain = temporary.resolve("plain.onnx");
            ConversionOptions conversion = ConversionOptions.DEFAULT;
            for (String unwanted : OrtPasses.unwanted(setting.platform())) {
                conversion = conversion.withSkipped(unwanted);
            }
            Converter.convert(file, conversion).write(plain, force);
            OrtOptions options = OrtOptions.DEFAULT.withLevel(setting.level()).withPlatform(setting.platform());
            OrtConverter.convert(file, options).write(ours, force);
            try (Engine engine = setting.saving(theirs).open(plain)) {
                assertTrue(Files.exists(theirs), engine.toString());
            }
        } catch (ConversionException | EngineException e) {
            return List.of(REFUSED);
        }
        Map<String, Integer> counts = new TreeMap<>();
        count(OrtReader.read(ours).model().main(), 1, counts);
        count(OrtReader.read(theirs).model().main(), -1, counts);
        List<String> found = new ArrayList<>();
        counts.forEach((op, n) -> {
            if (n != 0) {
                found.add((n > 0 ? "+" : "") + n + " " + op);
            }
        });
        return found;
    }

    private static void count(Graph graph, int step, Map<String, Integer> counts) {
        for (Node node : graph.nodes()) {
            counts.merge(node.op().toString(), step, Integer::sum);
            node.subgraphs().forEach(g -> count(g, step, counts));
        }
    }
}
