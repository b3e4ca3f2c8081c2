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
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TestModel;
import dev.tfliteonnx.testmodels.cases.Engine;
import dev.tfliteonnx.testmodels.cases.OpCase;
import dev.tfliteonnx.testmodels.cases.OpCases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every quantized case, converted so that the whole model computes in float: nothing of the quantization is left, and the
 * results are TFLite's up to a step and a half of its rounding, wherever that did not end at the ends of its range.
 */
class DequantizedCaseTest {
    private static final ConversionOptions OPTIONS = ConversionOptions.DEFAULT.withQuant(QuantMode.FLOAT);
    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.exact().withThreads(1);
    private static final long SEED = 17;
    private static final double STEPS = 1.5;
    private static final double RELATIVE = 1e-5;

    /** Kernels of 16 bits that are further than that off the function which they are of, in steps. */
    private static final Map<String, Double> COARSE = Map.of(
            // the distance of pixels is rounded to 1/1024; half of that adds up over 41 pixels of the whole range
            "RESIZE_BILINEAR/int16", 41 * 65535 / 2048.0,
            // exponentials and reciprocals are read from tables of 513 entries
            "SOFTMAX/int16", 30.0,
            // interpolated in a table of 256 entries
            "TANH/int16", 2.5);

    /** Operators for which ends of the range at 0 and 6 are kept as an activation. */
    private static final Set<String> CLAMPING =
            Set.of("ADD", "CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "MUL", "SUB", "TRANSPOSE_CONV");

    private static final String STEEP =
            "straight lines between 513 entries of a table do not follow what is steep at 0 or ends at the range";

    /** Cases of kernels that do not compute the function of real numbers, by the start of their names, with the reason. */
    private static final Map<String, String> UNLIKE = Map.of(
            "EMBEDDING_LOOKUP/UINT8_TO_FLOAT", "reads uint8 as int8 and takes no account of zero points",
            "EXP/int16", STEEP,
            "LOG/int16", STEEP,
            "RSQRT/int16", STEEP);

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofSeconds(60));

    @TempDir
    static Path folder;

    @TestFactory
    Stream<DynamicTest> everyOperator() {
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        String only = System.getProperty("test.op", "");
        Map<String, List<OpCase>> byOp = OpCases.all().stream()
                .filter(c -> c.name().startsWith(only) && isQuantized(c.model()))
                .filter(c -> c.excuse(Engine.ONNX_RUNTIME).isEmpty()
                        && UNLIKE.keySet().stream().noneMatch(c.name()::startsWith))
                .collect(Collectors.groupingBy(OpCase::op, TreeMap::new, Collectors.toList()));
        return byOp.entrySet().stream()
                .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> assertEquals(List.of(), failures(e.getValue()))));
    }

    private static boolean isQuantized(TestModel model) {
        return Stream.concat(model.inputs().stream().map(TestModel.Input::spec), model.outputs().stream())
                .anyMatch(t -> t.quantParams().isPresent());
    }

    private static List<String> failures(List<OpCase> cases) {
        List<String> failures = new ArrayList<>();
        for (OpCase opCase : cases) {
            try {
                check(opCase).ifPresent(f -> failures.add(opCase.name() + ": " + f));
            } catch (ConversionException | EngineException | IOException e) {
                failures.add(opCase.name() + ": " + e);
            }
        }
        return failures;
    }

    private static Optional<String> check(OpCase opCase) throws ConversionException, EngineException, IOException {
        TestModel model = opCase.model();
        Conversion conversion = Converter.convert(model.bytes(), opCase.name(), OPTIONS);
        boolean isQuantized = conversion.model().graphs().stream()
                .flatMap(g -> g.nodes().stream())
                .anyMatch(n -> n.op().name().endsWith("QuantizeLinear"));
        if (isQuantized) {
            return Optional.of("it still quantizes");
        }
        List<Tensor> stored = model.draw(SeededValues.of(SEED + opCase.name().hashCode()));
        List<Tensor> reals = new ArrayList<>();
        for (int i = 0; i < stored.size(); i++) {
            reals.add(real(stored.get(i), model.inputs().get(i).spec()));
        }
        conversion.states().forEach(s -> reals.add(s.initial()));
        Path onnx = Files.write(folder.resolve("case.onnx"), conversion.toBytes());
        List<Tensor> actual = ENGINES.run(RUNTIME, onnx, reals);
        Optional<String> difference = Optional.empty();
        for (Kernels kernels : List.of(Kernels.REFERENCE, Kernels.XNNPACK)) {
            Engine engine = kernels == Kernels.REFERENCE ? Engine.TFLITE_REFERENCE : Engine.TFLITE_DEFAULT;
            if (opCase.excuse(engine).isEmpty()) {
                Path tflite = Files.write(folder.resolve("case.tflite"), model.array());
                List<Tensor> expected = ENGINES.run(TfliteOptions.of(kernels).withThreads(1), tflite, stored);
                difference = difference(opCase, actual, expected);
                if (difference.isEmpty()) {
                    return difference;
                }
            }
        }
        return difference;
    }

    private static Tensor real(Tensor stored, TensorSpec spec) {
        return spec.quantParams().map(stored::dequantized).orElse(stored);
    }

    private static Optional<String> difference(OpCase opCase, List<Tensor> actual, List<Tensor> expected) {
        for (int i = 0; i < expected.size(); i++) {
            TensorSpec spec = opCase.model().outputs().get(i);
            Optional<String> difference = spec.quantParams().isPresent()
                    ? difference(
                            opCase,
                            actual.get(i),
                            expected.get(i),
                            spec.quantParams().get())
                    : Optional.of(Comparison.of(actual.get(i), expected.get(i), Tolerance.FLOAT))
                            .filter(c -> !c.ok())
                            .map(Comparison::toString);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(OpCase opCase, Tensor actual, Tensor expected, QuantParams params) {
        if (!actual.type().isFloat()) {
            return Optional.of("the result is " + actual.type());
        }
        double steps = COARSE.entrySet().stream()
                .filter(e -> opCase.name().startsWith(e.getKey()))
                .mapToDouble(Map.Entry::getValue)
                .findFirst()
                .orElse(STEPS);
        double[] is = actual.toDoubles();
        double[] should = expected.dequantized(params).toDoubles();
        long[] stored = expected.toLongs();
        DataType type = expected.type();
        for (int i = 0; i < is.length; i++) {
            double scale = params.isPerTensor() ? params.scale() : greatest(params);
            double allowed = steps * scale + RELATIVE * Math.abs(should[i]);
            boolean isSaturated = stored[i] == type.min() || stored[i] == type.max();
            boolean isClamped = CLAMPING.contains(opCase.op())
                    && (should[i] == 0 || (params.zeroPoint() == type.min() && Math.abs(should[i] - 6) <= scale / 2));
            if ((!isSaturated || isClamped) && !(Math.abs(is[i] - should[i]) <= allowed)) {
                return Optional.of("element " + i + " is " + is[i] + ", not " + should[i] + " within " + allowed);
            }
        }
        return Optional.empty();
    }

    private static double greatest(QuantParams params) {
        double greatest = 0;
        for (float scale : params.scales()) {
            greatest = Math.max(greatest, scale);
        }
        return greatest;
    }
}
