package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A quantized convolution with a clamp and a pad, made for each runtime: what it becomes, and that the numbers stay. */
class TargetTest {
    @TempDir
    Path folder;

    private static byte[] model() {
        TfliteBuilder m = TfliteBuilder.model();
        Random random = new Random(5);
        TensorRef x =
                m.input(TensorSpec.of(DataType.INT8, 1, 6, 6, 3).named("x").quantized(0.05, 4));
        Tensor filter = Tensor.ofIntegers(
                DataType.INT8,
                Shape.of(4, 3, 3, 3),
                random.longs(108, -127, 128).toArray());
        TensorRef w =
                m.constant("w", filter, QuantParams.perAxis(new float[] {0.01f, 0.02f, 0.005f, 0.01f}, new long[4], 0));
        Tensor bias = Tensor.ofIntegers(DataType.INT32, Shape.of(4), 100, -200, 300, 0);
        TensorRef b =
                m.constant("b", bias, QuantParams.perAxis(new float[] {5e-4f, 1e-3f, 2.5e-4f, 5e-4f}, new long[4], 0));
        Attributes options = Attributes.of(Tfl.PADDING, Padding.VALID)
                .with(Tfl.STRIDE_H, 1L)
                .with(Tfl.STRIDE_W, 1L)
                .with(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.RELU6);
        TensorRef y = m.op(
                "CONV_2D",
                options,
                TensorSpec.of(DataType.INT8, 1, 4, 4, 4).named("conv").quantized(0.04, -20),
                x,
                w,
                b);
        TensorRef pads = m.constant("pads", Tensor.ofIntegers(DataType.INT32, Shape.of(4, 2), 0, 0, 0, 0, 0, 0, 0, 2));
        TensorRef z =
                m.op("PAD", TensorSpec.of(DataType.INT8, 1, 4, 4, 6).named("y").quantized(0.04, -20), y, pads);
        return m.outputs(z).build();
    }

    private static Conversion convert(ConversionOptions options) throws ConversionException {
        return Converter.convert(Bytes.of(model(), "model"), "model", options);
    }

    private static List<String> ops(Graph graph) {
        return graph.nodes().stream().map(n -> n.op().name()).toList();
    }

    /** The types that real numbers are dequantized from inside the graph. */
    private static List<DataType> activations(Graph graph) {
        return graph.nodes().stream()
                .filter(n -> n.is("QuantizeLinear"))
                .map(n -> n.output().type())
                .distinct()
                .sorted()
                .collect(Collectors.toList());
    }

    private static DataType weights(Graph graph) {
        return graph.constants().stream()
                .filter(v -> v.shape().equals(Shape.of(4, 3, 3, 3)))
                .map(Value::type)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void x86GetsUnsignedWeightsAndOperatorsOnIntegers() throws ConversionException {
        Graph graph = convert(ConversionOptions.DEFAULT.withTarget(Target.CPU_X86))
                .model()
                .main();
        assertEquals(DataType.UINT8, weights(graph));
        assertTrue(ops(graph).contains("Clip"));
        assertEquals(
                DataType.INT8,
                weights(convert(ConversionOptions.DEFAULT).model().main()));
    }

    @Test
    void armKeepsInt8() throws ConversionException {
        Graph graph = convert(ConversionOptions.DEFAULT.withTarget(Target.CPU_ARM))
                .model()
                .main();
        assertEquals(List.of(DataType.INT8), activations(graph));
        assertEquals(DataType.INT8, weights(graph));
    }

    @Test
    void acceleratorsGetWholeUnits() throws ConversionException {
        for (Target target : List.of(Target.NNAPI, Target.QNN, Target.XNNPACK)) {
            Graph graph = convert(ConversionOptions.DEFAULT.withTarget(target))
                    .model()
                    .main();
            graph.nodes().stream()
                    .filter(n -> n.is("Pad") || n.is("Clip"))
                    .forEach(n -> assertEquals(DataType.FLOAT32, n.output().type(), target.spelling()));
        }
    }

    @Test
    void edgesOfInt8AreToldOf() throws ConversionException {
        ConversionOptions options = ConversionOptions.DEFAULT.withTarget(Target.NNAPI);
        List<Diagnostic> notes = convert(options).report().notes();
        assertTrue(notes.stream()
                .anyMatch(d ->
                        d.code() == DiagnosticCode.TARGET_LIMIT && d.remedy().equals("--io uint8")));
    }

    @Test
    void coreMlAndTensorRtGetRealNumbersAndRefuseOthers() throws ConversionException {
        for (Target target : List.of(Target.COREML, Target.TENSORRT)) {
            ConversionOptions options = ConversionOptions.DEFAULT.withTarget(target);
            assertFalse(ops(convert(options).model().main()).contains("DequantizeLinear"));
            ConversionException refused =
                    assertThrows(ConversionException.class, () -> convert(options.withQuant(QuantMode.QDQ)));
            assertEquals(DiagnosticCode.BAD_OPTION, refused.diagnostics().get(0).code());
        }
    }

    @Test
    void openShapesAreRefusedWhereTheyMustBeFixed() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x =
                m.input(TensorSpec.of(DataType.FLOAT32, 1, 3).signature(-1, 3).named("x"));
        byte[] open = m.outputs(
                        m.op("NEG", TensorSpec.of(DataType.FLOAT32, 1, 3).named("y"), x))
                .build();
        ConversionException refused = assertThrows(
                ConversionException.class,
                () -> Converter.convert(
                        Bytes.of(open, "open"), "open", ConversionOptions.DEFAULT.withTarget(Target.QNN)));
        assertTrue(refused.diagnostics().get(0).remedy().contains("--shape"));
    }

    @TestFactory
    Stream<DynamicTest> keepsTheNumbers() {
        return Stream.of(Target.values())
                .filter(t -> t.quant() == QuantMode.QDQ)
                .map(t -> DynamicTest.dynamicTest(t.spelling(), () -> judge(t)));
    }

    private void judge(Target target) throws IOException, ConversionException, EngineException {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        Path source = Files.write(folder.resolve("model.tflite"), model());
        Path result = folder.resolve("model.onnx");
        convert(ConversionOptions.DEFAULT.withTarget(target)).write(result, WriteOptions.DEFAULT.withForce(true));
        OnnxRuntimeOptions runtime = OnnxRuntimeOptions.exact().withThreads(1);
        if (target == Target.CPU_ARM) {
            // other processors have no kernels of int8, so that units stay apart
            runtime = runtime.withLevel(OnnxRuntimeOptions.Level.BASIC);
        }
        try (ChildRunner engines = ChildRunner.create(Duration.ofSeconds(60))) {
            for (int seed = 0; seed < 5; seed++) {
                long[] values = new Random(seed).longs(108, -128, 128).toArray();
                List<Tensor> fed = List.of(Tensor.ofIntegers(DataType.INT8, Shape.of(1, 6, 6, 3), values));
                Tensor expected = engines.run(TfliteOptions.of(Kernels.REFERENCE), source, fed)
                        .get(0);
                Comparison c = Comparison.of(engines.run(runtime, result, fed).get(0), expected, Tolerance.QUANTIZED);
                assertTrue(c.maxSteps() <= 1, c.toString());
            }
        }
    }
}
