package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.DecoderBlock;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TestModel;
import dev.tfliteonnx.testmodels.cases.OpCase;
import dev.tfliteonnx.testmodels.cases.OpCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Composites by name, asked for at opset 23: which operator each becomes, and that the real TFLite, ONNX Runtime and the
 * executor agree on its numbers. What is not what its name says stays what it is.
 */
class LaterOpsetTest {
    private static final int OPSET = 23;
    private static final int SEED = 23;

    private static final Set<String> LATER =
            Set.of("Gelu", "RMSNormalization", "GroupNormalization", "Attention", "RotaryEmbedding");

    /** The operators of later opsets that composites become, by how the names of their cases begin; none of any other. */
    private static final Map<String, Set<String>> FORMS = Map.ofEntries(
            Map.entry("odml.rms_norm/epsilon", Set.of("RMSNormalization")),
            Map.entry("odml.rms_norm/falseEpsilon", Set.of("RMSNormalization")),
            Map.entry("odml.group_norm", Set.of("GroupNormalization")),
            Map.entry("aten.gelu.default/none", Set.of("Gelu")),
            Map.entry("aten.gelu.default/tanh", Set.of("Gelu")),
            Map.entry("aten.gelu.default/written", Set.of("Gelu")),
            Map.entry("odml.scaled_dot_product_attention", Set.of("Attention")),
            Map.entry("odml.sdpa_transposed", Set.of("Attention")),
            Map.entry("odml.rope/headsFirst", Set.of("RotaryEmbedding")),
            Map.entry("odml.rope/placesFirst", Set.of("RotaryEmbedding")));

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofSeconds(60));

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> composites() {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        return OpCases.of("STABLEHLO_COMPOSITE").stream().map(c -> DynamicTest.dynamicTest(c.name(), () -> judge(c)));
    }

    @Test
    void aLayerOfALanguageModelBecomesItsOperators() throws ConversionException, EngineException, IOException {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        TestModel model = DecoderBlock.of(new DecoderBlock.Size(6, 4, 2, 8, 48));
        Conversion later = Converter.convert(model.bytes(), "block", ConversionOptions.DEFAULT.withOpset(OPSET));
        assertEquals(
                Map.of("Attention", 1, "Gelu", 1, "RMSNormalization", 2, "RotaryEmbedding", 2),
                found(later),
                () -> later.model().main().toText());
        compare(model, later);
    }

    private static void judge(OpCase opCase) throws ConversionException, EngineException, IOException {
        TestModel model = opCase.model();
        Conversion later = Converter.convert(model.bytes(), opCase.name(), ConversionOptions.DEFAULT.withOpset(OPSET));
        Map<String, Integer> found = found(later);
        String text = found + "\n" + later.model().main().toText();
        assertEquals(wanted(opCase.name().substring(opCase.name().indexOf('/') + 1)), found.keySet(), text);
        Conversion plain = Converter.convert(model.bytes(), opCase.name(), ConversionOptions.DEFAULT);
        assertTrue(later.report().nodes() <= plain.report().nodes() + 2, text);
        assertTrue(plain.report().opset() <= 20, plain.report().opset() + "");
        compare(model, later);
    }

    private static void compare(TestModel model, Conversion later)
            throws ConversionException, EngineException, IOException {
        List<Tensor> inputs = model.draw(SeededValues.of(SEED));
        Path tflite = Files.write(folder.resolve("case.tflite"), model.array());
        List<Tensor> expected = ENGINES.run(TfliteOptions.of(Kernels.REFERENCE).withThreads(1), tflite, inputs);
        Path onnx = Files.write(folder.resolve("case.onnx"), later.toBytes());
        near("ONNX Runtime", ENGINES.run(OnnxRuntimeOptions.exact().withThreads(1), onnx, inputs), expected);
        near("executor", Executor.of(later.model().main()).run(inputs), expected);
    }

    private static void near(String who, List<Tensor> actual, List<Tensor> expected) {
        for (Comparison c : Comparison.all(actual, expected, Tolerance.FLOAT)) {
            assertTrue(c.ok(), () -> who + ": " + c);
        }
    }

    private static Set<String> wanted(String name) {
        return FORMS.entrySet().stream()
                .filter(e -> name.startsWith(e.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(Set.of());
    }

    /** How many nodes there are of each of the later operators. */
    static Map<String, Integer> found(Conversion conversion) {
        Map<String, Integer> counts = new TreeMap<>();
        for (Node node : conversion.model().main().nodes()) {
            if (LATER.contains(node.op().name())) {
                counts.merge(node.op().name(), 1, Integer::sum);
            }
        }
        return new LinkedHashMap<>(counts);
    }
}
