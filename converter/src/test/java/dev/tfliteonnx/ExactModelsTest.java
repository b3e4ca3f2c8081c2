package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Severity;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real quantized models in integer operators: in ONNX Runtime, as it optimizes by default, every element of every output
 * equals that of TFLite's reference kernels, or the conversion says that there is no exact form. Inputs follow one
 * another, so that what a model keeps from run to run is compared, too. {@code -Dexact.seeds=N} sets their number,
 * {@code -Dexact.only=TEXT} keeps the models whose names hold the text; a large model is only run if that names it, or
 * is {@code all}. {@code -Dexact.whole=true} runs {@link #CROPPED} models on inputs of the full size.
 */
class ExactModelsTest {
    /** Models that must have an exact form. */
    private static final List<String> EXACT = List.of(
            "mlcommons+tiny/",
            "tensorflow+tflite-micro/person_detect.tflite",
            "google-coral+test_data/mobilenet_v1_0.25_128_quant.tflite",
            "google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite",
            "tensorflow+tflite-support/coco_ssd_mobilenet_v1_1.0_quant_2018_06_29.tflite",
            "mlcommons+mobile_models/edsr_f32b5_full_qint8.tflite");

    /** A second of arithmetic in each engine and more. */
    private static final Set<String> LARGE = Set.of(
            "google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite",
            "google-coral+test_data/movenet_single_pose_lightning_ptq.tflite",
            "margaretmz+Cartoonizer-with-TFLite/whitebox_cartoon_gan_int8.tflite",
            "tensorflow+tflite-support/coco_ssd_mobilenet_v1_1.0_quant_2018_06_29.tflite",
            "tensorflow+tflite-support/yamnet_audio_classifier_with_metadata.tflite",
            "terryky+tflite_gles_app/face_landmark_192_full_integer_quant.tflite");

    /** Models that compute in float32 before they quantize, with how much of their results must be equal all the same. */
    private static final Map<String, Double> FLOAT_FIRST =
            Map.of("tensorflow+tflite-support/yamnet_audio_classifier_with_metadata.tflite", 0.99);

    /** Convolutions alone, so that a part of the image does for all of it; the whole takes minutes. */
    private static final Map<String, Shape> CROPPED =
            Map.of("mlcommons+mobile_models/edsr_f32b5_full_qint8.tflite", Shape.of(1, 40, 56, 3));

    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.plain().withThreads(1);
    private static final TfliteOptions REFERENCE =
            TfliteOptions.of(Kernels.REFERENCE).withThreads(1);
    private static final Map<String, String> TABLE = new TreeMap<>();

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofHours(3));

    @TempDir
    static Path temporary;

    @AfterAll
    static void stop() {
        System.out.printf("%-90s %-8s %6s %10s %10s%n", "model", "verdict", "inputs", "elements", "equal");
        TABLE.values().forEach(System.out::println);
    }

    @TestFactory
    Stream<DynamicTest> equalTheReferenceKernels() throws IOException {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        Path folder = Corpus.folder().orElseThrow();
        String only = System.getProperty("exact.only", "");
        return Corpus.entries(folder).stream()
                .filter(Corpus.Entry::isQuantized)
                .filter(e -> e.runs() || isExact(e.name()))
                .filter(e -> only.isEmpty()
                        ? !LARGE.contains(e.name())
                        : only.equals("all") || e.name().contains(only))
                .map(e -> DynamicTest.dynamicTest(e.name(), () -> check(folder, e)));
    }

    private static boolean isExact(String model) {
        return EXACT.stream().anyMatch(model::startsWith);
    }

    private static void check(Path folder, Corpus.Entry entry) throws EngineException, IOException {
        String model = entry.name();
        Path tflite = temporary.resolve(model.replace('/', '-'));
        byte[] bytes = Files.readAllBytes(entry.path());
        Files.write(tflite, StrayAxes.mended(bytes));
        ChildRunner.Interface description = ENGINES.describe(REFERENCE, tflite);
        List<TensorSpec> specs = new ArrayList<>(description.inputs());
        boolean cropped = CROPPED.containsKey(model) && !Boolean.getBoolean("exact.whole");
        ConversionOptions options = ConversionOptions.DEFAULT.withQuant(QuantMode.INTEGER);
        try {
            if (cropped) {
                Shape shape = CROPPED.get(model);
                specs.set(
                        0,
                        new TensorSpec(
                                specs.get(0).name(),
                                specs.get(0).type(),
                                shape,
                                specs.get(0).quant()));
                String input = Converter.convert(Bytes.of(bytes, model), model, options)
                        .model()
                        .graphs()
                        .get(0)
                        .inputs()
                        .get(0)
                        .name();
                options = options.withShapes(Map.of(input, shape));
            }
            Conversion conversion = Converter.convert(Bytes.of(bytes, model), model, options);
            CorpusInputs inputs = new CorpusInputs(folder);
            List<List<Tensor>> steps = IntStream.range(0, Integer.getInteger("exact.seeds", 2))
                    .mapToObj(seed -> withShapes(inputs.make(specs, seed), description.outputs()))
                    .toList();
            compare(model, tflite, steps, conversion);
        } catch (ConversionException e) {
            refused(model, e.diagnostics());
        }
    }

    private static void refused(String model, List<Diagnostic> diagnostics) {
        List<Diagnostic> errors =
                diagnostics.stream().filter(d -> d.severity() == Severity.ERROR).toList();
        String operators = errors.stream().map(d -> d.where().op()).distinct().collect(Collectors.joining(" "));
        TABLE.put(model, String.format("%-90s %-8s %s", model, "refused", operators));
        assertTrue(
                errors.stream().allMatch(d -> d.code() == DiagnosticCode.NO_EXACT_FORM), () -> model + ": " + errors);
        assertTrue(!isExact(model), () -> model + " is refused: " + errors);
    }

    /** Inputs of which a vector of int32 that is as long as the result has axes is the shape of the result. */
    private static List<Tensor> withShapes(List<Tensor> inputs, List<TensorSpec> outputs) {
        Shape result = outputs.get(0).shape();
        return inputs.stream()
                .map(t -> t.type() == DataType.INT32 && t.shape().hasRank(1) && result.hasRank((int) t.elementCount())
                        ? Tensor.ofIntegers(t.type(), t.shape(), result.sizes())
                        : t)
                .toList();
    }

    private static void compare(String model, Path tflite, List<List<Tensor>> steps, Conversion conversion)
            throws EngineException, IOException, ConversionException {
        Path onnx = temporary.resolve(model.replace('/', '-') + ".onnx");
        conversion.write(onnx, WriteOptions.DEFAULT.withForce(true));
        List<List<Tensor>> expected = ENGINES.runSteps(REFERENCE, tflite, steps);
        List<List<Tensor>> actual = runtime(onnx, steps, conversion.states());
        long elements = 0;
        long equal = 0;
        for (int i = 0; i < steps.size(); i++) {
            for (Comparison c : Comparison.all(actual.get(i), expected.get(i), Tolerance.EXACT)) {
                elements += c.count();
                equal += Math.round(c.equal() * c.count());
            }
        }
        String verdict = elements == equal ? "equal" : "DIFFERS";
        TABLE.put(
                model,
                String.format(Locale.ROOT, "%-90s %-8s %6d %10d %10d", model, verdict, steps.size(), elements, equal));
        double least = FLOAT_FIRST.getOrDefault(model, 1.0) * elements;
        assertTrue(equal >= least, model + ": " + equal + " of " + elements + " are equal");
    }

    /** Runs one step after the other; the first takes the initial states, each other one those that the one before gave. */
    private static List<List<Tensor>> runtime(Path onnx, List<List<Tensor>> steps, List<State> states)
            throws EngineException {
        if (states.isEmpty()) {
            return ENGINES.runSteps(RUNTIME, onnx, steps);
        }
        List<List<Tensor>> results = new ArrayList<>();
        List<Tensor> kept = states.stream().map(State::initial).toList();
        for (List<Tensor> step : steps) {
            List<Tensor> fed = new ArrayList<>(step);
            fed.addAll(kept);
            List<Tensor> all = ENGINES.run(RUNTIME, onnx, fed);
            int own = all.size() - states.size();
            results.add(all.subList(0, own));
            kept = all.subList(own, all.size());
        }
        return results;
    }
}
