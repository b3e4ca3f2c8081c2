package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.engines.ChildRunner;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.Kernels;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.engines.TfliteOptions;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Other shapes for inputs give what the real TFLite gives when its inputs are resized, or are refused as it refuses. */
class InputShapesTest {
    /** How many real models are tried. */
    private static final int MODELS = Integer.getInteger("shapes.models", 8);

    private static final String CONSTANT_SIZES = "sizes inside are constants that do not fit; TFLite does not look";

    /** Models that TFLite runs resized and that are refused all the same. */
    private static final Map<String, String> REFUSED = Map.of(
            "google+mediapipe/add_quantized.tflite",
            "TFLite adds uint8 operands to a float result unscaled",
            "PINTO0309+TensorflowLite-UNet/semanticsegmentation_frozen_person_quantized_08.tflite",
            CONSTANT_SIZES,
            "tensorflow+tflite-support/deeplabv3.tflite",
            CONSTANT_SIZES,
            "zhenhuaw-me+tflite2onnx/transposeconv-samepad-stride2.float32.tflite",
            CONSTANT_SIZES,
            "zhenhuaw-me+tflite2onnx/transposeconv-samepad.float32.tflite",
            CONSTANT_SIZES,
            "zhenhuaw-me+tflite2onnx/transposeconv-validpad-stride2.float32.tflite",
            CONSTANT_SIZES);

    @TempDir
    static Path folder;

    private static Bytes squares() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 4, 3);
        OpSpec square = OpSpec.of("SQUARE")
                .inputs(x)
                .outputs(dev.tfliteonnx.testmodels.TensorSpec.of(DataType.FLOAT32, 1, 4, 3)
                        .named("y"));
        m.outputs(m.add(square).toArray(TensorRef[]::new));
        return Bytes.of(m.build(), "squares");
    }

    private static Shape outputFor(Shape shape) throws ConversionException {
        ConversionOptions options = ConversionOptions.DEFAULT.withShapes(Map.of("x", shape));
        return Converter.convert(squares(), "squares", options)
                .model()
                .main()
                .outputs()
                .get(0)
                .shape();
    }

    @Test
    void shapesOfResultsFollow() throws ConversionException {
        assertEquals(Shape.of(2, 5, 7), outputFor(Shape.of(2, 5, 7)));
    }

    @Test
    void namesStayOpen() throws ConversionException {
        Shape open = Shape.ofDims(List.of(new Dim.Named("n"), Dim.of(4), Dim.of(3)));
        ConversionOptions options = ConversionOptions.DEFAULT.withShapes(Map.of("x", open));
        Conversion c = Converter.convert(squares(), "squares", options);
        assertEquals(open, c.model().main().inputs().get(0).shape());
        Tensor x = Tensor.splat(DataType.FLOAT32, Shape.of(5, 4, 3), 3);
        assertEquals(
                Tensor.splat(DataType.FLOAT32, Shape.of(5, 4, 3), 9).toFloats()[59],
                Executor.of(c.model().main()).run(List.of(x)).get(0).toFloats()[59]);
    }

    @Test
    void operatorsOfTensorFlowTakeOtherShapes() throws ConversionException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 4);
        TensorRef floor = m.add(OpSpec.custom("FlexFloor").inputs(x).outputs(floats("floor")))
                .get(0);
        TensorRef sum = m.add(OpSpec.custom("FlexAddV2").inputs(x, floor).outputs(floats("sum")))
                .get(0);
        TensorRef last = m.add(OpSpec.custom("FlexFloor").inputs(sum).outputs(floats("last")))
                .get(0);
        m.outputs(last).signature("serve", m.main(), Map.of("in", x), Map.of("out", last));
        Bytes model = Bytes.of(m.build(), "flex");
        ConversionOptions plain = ConversionOptions.DEFAULT;
        for (ConversionOptions options : List.of(
                plain.withShapes(Map.of("in", Shape.of(3, 4))),
                plain.withBatch(Dim.of(3)),
                plain.withBatch(new Dim.Named("batch")))) {
            Graph graph = Converter.convert(model, "flex", options).model().main();
            assertEquals("out", graph.outputs().get(0).name());
            Tensor fed = Tensor.splat(DataType.FLOAT32, Shape.of(3, 4), 1.75);
            Tensor result = Executor.of(graph).run(List.of(fed)).get(0);
            assertEquals(Shape.of(3, 4), result.shape());
            assertEquals(2, result.toFloats()[11]);
        }
    }

    /** x → x · 2³ by a loop. */
    private static Bytes eightfold() {
        Attributes plain = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
        dev.tfliteonnx.testmodels.TensorSpec number =
                dev.tfliteonnx.testmodels.TensorSpec.of(DataType.INT32).named("i");
        TfliteBuilder m = TfliteBuilder.model();
        GraphBuilder condition = m.graph("condition");
        TensorRef i = condition.input(number);
        condition.input(floats("x"));
        condition.outputs(condition.op(
                "LESS",
                Attributes.NONE,
                dev.tfliteonnx.testmodels.TensorSpec.of(DataType.BOOL).named("more"),
                i,
                condition.constant("limit", Tensor.scalar(DataType.INT32, 3))));
        GraphBuilder body = m.graph("body");
        TensorRef j = body.input(number);
        TensorRef x = body.input(floats("x"));
        TensorRef one = body.constant("one", Tensor.scalar(DataType.INT32, 1));
        body.outputs(body.op("ADD", plain, number, j, one), body.op("ADD", plain, floats("twice"), x, x));
        OpSpec loop = OpSpec.of(
                        "WHILE",
                        Attributes.of(Tfl.COND_SUBGRAPH_INDEX, (long) condition.index())
                                .with(Tfl.BODY_SUBGRAPH_INDEX, (long) body.index()))
                .inputs(m.constant("zero", Tensor.scalar(DataType.INT32, 0)), m.input(floats("x")))
                .outputs(number, floats("y"));
        m.outputs(m.add(loop).get(1));
        return Bytes.of(m.build(), "eightfold");
    }

    @Test
    void shapesAreFollowedIntoLoops() throws ConversionException {
        Tensor fed = Tensor.splat(DataType.FLOAT32, Shape.of(3, 5), 1.5);
        Shape open = Shape.ofDims(List.of(new Dim.Named("n"), Dim.of(5)));
        for (Shape shape : List.of(fed.shape(), open)) {
            ConversionOptions options = ConversionOptions.DEFAULT.withShapes(Map.of("x", shape));
            Graph graph =
                    Converter.convert(eightfold(), "eightfold", options).model().main();
            Tensor result = Executor.of(graph).run(List.of(fed)).get(0);
            assertEquals(fed.shape(), result.shape());
            assertEquals(12, result.toFloats()[14]);
        }
    }

    private static dev.tfliteonnx.testmodels.TensorSpec floats(String name) {
        return dev.tfliteonnx.testmodels.TensorSpec.of(DataType.FLOAT32, 1, 4).named(name);
    }

    @Test
    void anotherRankOrNameIsRefused() {
        for (Map<String, Shape> wrong : List.of(Map.of("x", Shape.of(4, 3)), Map.of("z", Shape.of(1, 4, 3)))) {
            ConversionException e = assertThrows(
                    ConversionException.class,
                    () -> Converter.convert(squares(), "squares", ConversionOptions.DEFAULT.withShapes(wrong)));
            assertEquals(DiagnosticCode.BAD_OPTION, e.diagnostics().get(0).code());
        }
    }

    @Test
    void realModelsComputeWhatTfliteComputesForResizedInputs() throws IOException {
        Path models = Corpus.folder().orElse(null);
        assumeTrue(models != null, "the folder shared/models is not beside the project");
        assumeTrue(Engines.hasOnnxRuntime() && Engines.hasTflite(), "the real engines are not on this machine");
        try (ChildRunner engines = ChildRunner.create(Duration.ofMinutes(2))) {
            CorpusSweep.run(models, MODELS, System.getProperty("shapes.only", ""), e -> check(engines, models, e));
        }
    }

    /** What came of a model that takes one image; empty if it does not. */
    private static String check(ChildRunner engines, Path models, Corpus.Entry entry) throws IOException {
        try {
            List<Value> inputs = Converter.convert(entry.path(), ConversionOptions.DEFAULT)
                    .model()
                    .main()
                    .inputs();
            boolean isImage = inputs.size() == 1
                    && inputs.get(0).shape().isStatic()
                    && inputs.get(0).shape().hasRank(4)
                    && inputs.get(0).shape().size(3) <= 4
                    && inputs.get(0).shape().elementCount() < 2_000_000;
            if (!isImage) {
                return "";
            }
            Shape old = inputs.get(0).shape();
            Shape shape = Shape.of(old.size(0), old.size(1) + 32, old.size(2) + 64, old.size(3));
            TensorSpec spec = new TensorSpec(inputs.get(0).name(), inputs.get(0).type(), shape, Optional.empty());
            List<Tensor> fed = new CorpusInputs(models).make(List.of(spec), 0);
            Optional<List<Tensor>> expected = tflite(engines, entry, Kernels.XNNPACK, fed);
            ConversionOptions options =
                    ConversionOptions.DEFAULT.withShapes(Map.of(inputs.get(0).name(), shape));
            Conversion after;
            try {
                after = Converter.convert(entry.path(), options);
            } catch (ConversionException e) {
                String why = e.diagnostics().get(0).where().op() + ": "
                        + e.diagnostics().get(0).reason();
                if (REFUSED.containsKey(entry.name())) {
                    return "refused: " + REFUSED.get(entry.name());
                }
                return expected.isPresent()
                        ? CorpusSweep.failed("refused, but TFLite runs it: " + why)
                        : "refused as TFLite does";
            }
            if (expected.isEmpty()) {
                return CorpusSweep.failed("converted, but TFLite does not run it");
            }
            Path file = Files.write(folder.resolve("after.onnx"), after.toBytes());
            List<Tensor> actual = engines.run(OnnxRuntimeOptions.exact().withThreads(1), file, fed);
            List<Tensor> others = tflite(engines, entry, Kernels.REFERENCE, fed).orElseThrow();
            return compare(actual, expected.get(), others);
        } catch (ConversionException e) {
            return "";
        } catch (EngineException e) {
            return CorpusSweep.failed(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<List<Tensor>> tflite(
            ChildRunner engines, Corpus.Entry entry, Kernels kernels, List<Tensor> fed) {
        try {
            return Optional.of(engines.run(TfliteOptions.of(kernels).withThreads(1), entry.path(), fed));
        } catch (EngineException e) {
            return Optional.empty();
        }
    }

    /** No further from TFLite's kernels than these are from each other, or within the bound of one operator. */
    private static String compare(List<Tensor> actual, List<Tensor> one, List<Tensor> other) {
        double worst = 0;
        double kernels = 0;
        for (int i = 0; i < actual.size(); i++) {
            assertEquals(one.get(i).shape(), actual.get(i).shape());
            Tolerance tolerance = one.get(i).type().isFloat() ? Tolerance.FLOAT : Tolerance.QUANTIZED;
            Comparison found = Comparison.of(actual.get(i), one.get(i), tolerance);
            Comparison second = Comparison.of(actual.get(i), other.get(i), tolerance);
            Comparison among = Comparison.of(one.get(i), other.get(i), tolerance);
            double distance = Math.min(found.maxAbs(), second.maxAbs());
            worst = Math.max(worst, distance);
            kernels = Math.max(kernels, among.maxAbs());
            if (!found.ok() && !second.ok() && distance > among.maxAbs()) {
                return CorpusSweep.failed(found + "; kernels among themselves " + among);
            }
        }
        return CorpusSweep.ok(", " + worst + ", kernels " + kernels);
    }
}
