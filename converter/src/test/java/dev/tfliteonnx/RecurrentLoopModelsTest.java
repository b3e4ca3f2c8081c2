package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.testmodels.RealModel;
import dev.tfliteonnx.testmodels.RealModels;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Recurrent layers that TensorFlow's converter left as loops become recurrent operators with TFLite's numbers, and as loops
 * give the same.
 */
class RecurrentLoopModelsTest {
    /** What each model is made of afterwards, directions behind the operator. */
    private static final Map<String, List<String>> FORMS = Map.ofEntries(
            Map.entry("gru_last_reset", List.of("GRU")),
            Map.entry("gru_first_reset", List.of("GRU")),
            Map.entry("gru_hard", List.of("GRU")),
            Map.entry("gru_open", List.of("If", "GRU")),
            Map.entry("gru_sliced", List.of("GRU")),
            Map.entry("lstm_backward", List.of("LSTM reverse")),
            Map.entry("lstm_bidirectional", List.of("LSTM reverse", "LSTM")),
            Map.entry("lstm_linear", List.of("LSTM")),
            // Softsign is three operators, which are not known as one
            Map.entry("lstm_softsign", List.of("Loop")),
            Map.entry("lstm_joined", List.of("LSTM")),
            Map.entry("lstm_states", List.of("LSTM")),
            Map.entry("rnn_relu", List.of("RNN")),
            Map.entry("lstm", List.of("LSTM")),
            Map.entry("gru", List.of("GRU")),
            Map.entry("gru_reset_before", List.of("GRU")),
            Map.entry("simple_rnn", List.of("RNN")),
            Map.entry("bidirectional_lstm", List.of("LSTM reverse", "LSTM")),
            Map.entry("bidirectional_gru", List.of("GRU reverse", "GRU")),
            // which steps count is known when the model runs
            Map.entry("masked_lstm", List.of("Loop")),
            Map.entry("masked_gru", List.of("Loop")),
            Map.entry("while_loop", List.of("Loop")),
            Map.entry("nested_while", List.of("Loop", "Loop")));

    private static List<RealModel> models() {
        return Stream.concat(RealModels.recurrent().stream(), RealModels.programs().stream())
                .filter(m -> FORMS.containsKey(m.name()))
                .toList();
    }

    private static List<String> forms(Graph graph) {
        List<String> forms = new ArrayList<>();
        for (Node node : graph.nodes()) {
            if (List.of("LSTM", "GRU", "RNN", "Loop", "If").contains(node.op().name())) {
                String direction = String.valueOf(node.attributes().asMap().getOrDefault("direction", ""));
                forms.add((node.op().name() + " " + direction).strip());
            }
            node.subgraphs().forEach(g -> forms.addAll(forms(g)));
        }
        return forms;
    }

    private static Conversion conversion(RealModel model, ConversionOptions options) throws ConversionException {
        return Converter.convert(model.bytes(), model.name(), options);
    }

    @Test
    void everyModelHasItsForm() throws ConversionException {
        assertEquals(FORMS.size(), models().size());
        for (RealModel model : models()) {
            Graph graph = conversion(model, ConversionOptions.DEFAULT).model().main();
            assertEquals(FORMS.get(model.name()), forms(graph), model.name());
            String text = graph.toText();
            assertFalse(DefaultPasses.runner().run(graph, new PassContext(PassOptions.DEFAULT)), model.name());
            assertEquals(text, graph.toText());
        }
    }

    @TestFactory
    Stream<DynamicTest> inPlainJava() {
        return RealModels.recurrent().stream()
                .map(m -> DynamicTest.dynamicTest(m.name(), () -> {
                    Executor executor = Executor.of(
                            conversion(m, ConversionOptions.DEFAULT).model().main());
                    for (RealModel.Run run : m.runs()) {
                        check(executor.run(run.inputs()), run.reference());
                    }
                }));
    }

    @TestFactory
    Stream<DynamicTest> inOnnxRuntime() {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        return RealModels.recurrent().stream()
                .map(m -> DynamicTest.dynamicTest(m.name(), () -> {
                    inOnnxRuntime(m, ConversionOptions.DEFAULT);
                    inOnnxRuntime(m, ConversionOptions.DEFAULT.withSkipped("recurrent-loops"));
                }));
    }

    private static void inOnnxRuntime(RealModel model, ConversionOptions options)
            throws ConversionException, EngineException, IOException {
        Conversion conversion = conversion(model, options);
        if (options.skip().contains("recurrent-loops")) {
            assertTrue(forms(conversion.model().main()).contains("Loop"), model.name());
        }
        try (Engine runtime = OnnxRuntimeOptions.exact().open(conversion.toBytes())) {
            for (RealModel.Run run : model.runs()) {
                check(runtime.run(run.inputs()), run.reference());
            }
        }
    }

    private static void check(List<Tensor> actual, List<Tensor> reference) {
        assertEquals(reference.size(), actual.size());
        for (int i = 0; i < actual.size(); i++) {
            Comparison found = Comparison.of(actual.get(i), reference.get(i), Tolerance.FLOAT);
            assertTrue(found.ok(), "output " + i + ": " + found);
        }
    }

    /** ONNX Runtime's GRU ends the process on it. */
    @Test
    void aSequenceOfNoStepsGivesNone() throws ConversionException, EngineException, IOException {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        RealModel open = models().stream()
                .filter(m -> m.name().equals("gru_open"))
                .findFirst()
                .orElseThrow();
        byte[] model = conversion(open, ConversionOptions.DEFAULT).toBytes();
        try (Engine runtime = OnnxRuntimeOptions.exact().open(model)) {
            Tensor none = Tensor.splat(DataType.FLOAT32, Shape.of(2, 0, 6), 0);
            assertEquals(Shape.of(2, 0, 5), runtime.run(List.of(none)).get(0).shape());
        }
    }
}
