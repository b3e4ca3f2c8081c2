package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every node test of ONNX that ONNX Runtime runs from {@code .onnx} it runs from the {@code .ort} that is written of it,
 * with the same outputs bit for bit, whether they are those that the test wants or not; so does the {@code .onnx} that is
 * made of that {@code .ort}. The property {@code ort.nodes}
 * gives every how manieth test is taken; 1 takes all. With {@code ort.nodes.all} it is told why others are not run.
 */
class OrtNodeTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final List<String> RANDOM = List.of("test_bernoulli", "test_training_dropout");
    private static final OnnxRuntimeOptions AS_WRITTEN =
            OnnxRuntimeOptions.exact().withLevel(OnnxRuntimeOptions.Level.NONE);

    @TempDir
    Path scratch = Path.of("");

    private final Map<String, String> refused = new TreeMap<>();
    private final Map<String, String> others = new TreeMap<>();
    private final Map<String, String> lost = new TreeMap<>();
    private int passed;

    @Test
    void whatPassesFromOnnxPassesFromOrt() throws IOException {
        assumeTrue(NodeTests.areThere(), "libonnx-testdata is not installed: node tests skipped");
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        int step = Integer.getInteger("ort.nodes", 1);
        List<Path> folders = NodeTests.folders();
        try (ChildRunner runner = ChildRunner.create(LIMIT)) {
            for (int i = 0; i < folders.size(); i += step) {
                run(folders.get(i), runner);
            }
        }
        System.out.println("ONNX node tests in ONNX Runtime: " + passed + " pass from .onnx and from .ort; "
                + others.size() + " compute something else than wanted, the same from both; " + lost.size()
                + " are lost; " + refused.size() + " do not run from .onnx");
        lost.forEach((name, why) -> System.out.println("  lost " + name + ": " + why));
        if (Boolean.getBoolean("ort.nodes.all")) {
            others.forEach((name, why) -> System.out.println("  other " + name + ": " + why));
            refused.forEach((name, why) -> System.out.println("  refused " + name + ": " + why));
        }
        assertEquals(Map.of(), lost);
        assertTrue(passed > 0, "none passed");
    }

    private void run(Path folder, ChildRunner runner) throws IOException {
        String name = String.valueOf(folder.getFileName());
        NodeTests.Case test;
        List<Tensor> fromOnnx;
        try {
            test = NodeTests.read(folder);
            Path onnx = folder.resolve("model.onnx");
            if (!test.isWhole()) {
                onnx = scratch.resolve("model.onnx");
                Files.write(onnx, new OnnxWriter().toBytes(test.model(), WriteOptions.DEFAULT));
            }
            fromOnnx = runner.run(AS_WRITTEN, onnx, test.inputs());
        } catch (EngineException | ConversionException e) {
            refused.put(name, String.valueOf(e.getMessage()));
            return;
        }
        Optional<String> wrong = NodeTests.difference(test.outputs(), fromOnnx);
        boolean isRandom = RANDOM.stream().anyMatch(name::startsWith) && !name.contains("zero_ratio");
        String why = difference(test.model(), test.inputs(), fromOnnx, isRandom, runner);
        if (!why.isEmpty()) {
            lost.put(name, why);
        } else if (wrong.isPresent()) {
            others.put(name, wrong.get());
        } else {
            passed++;
        }
    }

    /** Of random outputs, only types and shapes are compared. */
    private String difference(
            Model model, List<Tensor> inputs, List<Tensor> expected, boolean isRandom, ChildRunner runner)
            throws IOException {
        Path file = scratch.resolve("model.ort");
        List<Tensor> actual;
        List<Tensor> again;
        try {
            byte[] ort = new OrtWriter(true).toBytes(model, WriteOptions.DEFAULT);
            Files.write(file, ort);
            actual = runner.run(AS_WRITTEN, file, inputs);
            Model read = OrtReader.read(Bytes.of(ort, "ort"), "ort").model();
            Path back = scratch.resolve("back.onnx");
            Files.write(back, new OnnxWriter().toBytes(read, WriteOptions.DEFAULT));
            again = runner.run(AS_WRITTEN, back, inputs);
        } catch (ConversionException | EngineException e) {
            return String.valueOf(e.getMessage());
        }
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            if (!isSame(expected.get(i), actual.get(i), isRandom)) {
                differences.add("output " + i + " differs");
            } else if (!isSame(expected.get(i), again.get(i), isRandom)) {
                differences.add("output " + i + " of the .onnx made of the .ort differs");
            }
        }
        return String.join(", ", differences);
    }

    private static boolean isSame(Tensor a, Tensor b, boolean isRandom) {
        return isRandom ? a.type() == b.type() && a.shape().equals(b.shape()) : NodeTests.isEqual(a, b);
    }
}
