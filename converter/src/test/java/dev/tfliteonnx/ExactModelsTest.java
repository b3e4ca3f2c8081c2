package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real 8-bit models in integer operators: in ONNX Runtime, as it optimizes by default, every element of every output
 * equals that of TFLite's reference kernels. {@code -Dexact.seeds=N} sets the number of inputs, {@code -Dexact.only=TEXT}
 * keeps the models whose names hold the text; a large model is only run if that names it.
 */
class ExactModelsTest {
    private static final List<String> MODELS = List.of(
            "mlcommons+tiny/ad01_int8.tflite",
            "mlcommons+tiny/kws_ref_model.tflite",
            "mlcommons+tiny/pretrainedResnet_large_int8.tflite",
            "mlcommons+tiny/pretrainedResnet_quant.tflite",
            "mlcommons+tiny/str_ww_ref_model.tflite",
            "mlcommons+tiny/vww_96_int8.tflite",
            "google-coral+test_data/mobilenet_v1_0.25_128_quant.tflite",
            "google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite",
            "mlcommons+mobile_models/edsr_f32b5_full_qint8.tflite");

    /** A second of arithmetic in each engine and more. */
    private static final Set<String> LARGE = Set.of(
            "google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite",
            "mlcommons+mobile_models/edsr_f32b5_full_qint8.tflite");

    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.plain().withThreads(1);
    private static final TfliteOptions REFERENCE =
            TfliteOptions.of(Kernels.REFERENCE).withThreads(1);

    private static ChildRunner engines;

    @TempDir
    static Path temporary;

    @BeforeAll
    static void start() throws IOException {
        engines = ChildRunner.create(Duration.ofMinutes(10));
    }

    @AfterAll
    static void stop() {
        engines.close();
    }

    @TestFactory
    Stream<DynamicTest> equalTheReferenceKernels() {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        Path folder = Corpus.folder().orElseThrow();
        String only = System.getProperty("exact.only", "");
        return MODELS.stream()
                .filter(m -> only.isEmpty() ? !LARGE.contains(m) : m.contains(only))
                .map(m -> DynamicTest.dynamicTest(m, () -> check(folder, m)));
    }

    private static void check(Path folder, String model) throws ConversionException, EngineException, IOException {
        Path tflite = folder.resolve(model);
        Path onnx = temporary.resolve(model.replace('/', '-') + ".onnx");
        Converter.convert(tflite, ConversionOptions.DEFAULT.withQuant(QuantMode.INTEGER))
                .write(onnx, WriteOptions.DEFAULT.withForce(true));
        CorpusInputs inputs = new CorpusInputs(folder);
        var specs = engines.describe(REFERENCE, tflite).inputs();
        int seeds = Integer.getInteger("exact.seeds", 2);
        long elements = 0;
        long equal = 0;
        for (int seed = 0; seed < seeds; seed++) {
            List<Tensor> fed = inputs.make(specs, seed);
            List<Tensor> expected = engines.run(REFERENCE, tflite, fed);
            List<Tensor> actual = engines.run(RUNTIME, onnx, fed);
            for (Comparison c : Comparison.all(actual, expected, Tolerance.EXACT)) {
                elements += c.count();
                equal += Math.round(c.equal() * c.count());
            }
        }
        System.out.printf(Locale.ROOT, "%-80s %2d inputs %10d of %10d equal%n", model, seeds, equal, elements);
        assertEquals(elements, equal, model);
    }
}
