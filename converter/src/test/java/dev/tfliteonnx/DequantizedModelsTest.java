package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every quantized model of the corpus, converted to compute in float32: nothing of the quantization is left but the clamps
 * that it implied. Prints how many, and the ratio of signal to noise that is expected; {@link CorpusTest} measures it.
 */
class DequantizedModelsTest {
    private static final ConversionOptions OPTIONS = ConversionOptions.DEFAULT.withQuant(QuantMode.FLOAT);

    @TestFactory
    Stream<DynamicTest> nothingIsLeftOfQuantization() throws IOException {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        return Corpus.entries(Corpus.folder().get()).stream()
                .filter(Corpus.Entry::isQuantized)
                .map(e -> DynamicTest.dynamicTest(e.name(), () -> judge(e)));
    }

    private static void judge(Corpus.Entry entry) {
        Conversion conversion;
        try {
            conversion = Converter.convert(entry.path(), OPTIONS);
        } catch (ConversionException e) {
            assertTrue(e.diagnostics().stream().noneMatch(d -> d.reason().isBlank()), entry.name());
            return;
        }
        Graph graph = conversion.model().main();
        System.out.printf(
                Locale.ROOT,
                "%-95s ReLU6 %3d, ReLU %3d  %s%n",
                entry.name(),
                count(graph, 0, 6),
                graph.nodes().stream().filter(n -> n.is("Relu")).count(),
                conversion.report().notes().stream()
                        .filter(d -> d.code() == DiagnosticCode.EXPECTED_ERROR)
                        .map(Diagnostic::reason)
                        .findFirst()
                        .orElse(""));
        assertEquals(
                0,
                graph.nodes().stream()
                        .filter(n -> n.is("QuantizeLinear") || n.is("DequantizeLinear"))
                        .count());
        assertTrue(graph.constants().stream()
                .noneMatch(v -> v.type() == DataType.INT8 && v.shape().hasRank(4)));
    }

    private static long count(Graph graph, double low, double high) {
        return graph.nodes().stream()
                .filter(n -> n.is("Clip") && is(n, 1, low) && is(n, 2, high))
                .count();
    }

    private static boolean is(Node clip, int limit, double number) {
        Optional<Double> value =
                Optional.of(clip.input(limit)).flatMap(Value::constant).map(t -> t.toDoubles()[0]);
        return value.equals(Optional.of(number));
    }

    /** Each convolution of both is followed by a ReLU6 but the last of MobileNet v1 and those that narrow v2. */
    @Test
    void everyRelu6OfTheMobileNetsIsFound() throws ConversionException {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        assertEquals(27, relu6("google-coral+test_data/mobilenet_v1_0.25_128_quant.tflite"));
        assertEquals(35, relu6("google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite"));
    }

    private static long relu6(String model) throws ConversionException {
        return count(
                Converter.convert(Corpus.folder().orElseThrow().resolve(model), OPTIONS)
                        .model()
                        .main(),
                0,
                6);
    }
}
