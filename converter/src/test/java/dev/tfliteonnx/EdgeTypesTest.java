package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
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
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real quantized models with inputs and outputs of every type: in ONNX Runtime they give what the model with its own types
 * gives, and stay as near to TFLite, fed the same numbers.
 */
class EdgeTypesTest {
    private static final List<String> MODELS = List.of(
            "mlcommons+tiny/kws_ref_model.tflite",
            "mlcommons+tiny/vww_96_int8.tflite",
            "google-coral+test_data/mobilenet_v1_0.25_128_quant.tflite",
            "google-coral+test_data/split_concat.tflite",
            "terryky+tflite_gles_app/face_detection_front_128_full_integer_quant.tflite");

    /** It has float32 at both edges, and QUANTIZE and DEQUANTIZE next to them. */
    private static final String REAL_EDGES =
            "terryky+tflite_gles_app/face_detection_front_128_full_integer_quant.tflite";

    private static final OnnxRuntimeOptions RUNTIME = OnnxRuntimeOptions.exact().withThreads(1);

    @AutoClose
    private static final ChildRunner ENGINES = ChildRunner.create(Duration.ofSeconds(60));

    @TempDir
    static Path temporary;

    private static Path model(String name) {
        assumeTrue(Corpus.folder().isPresent(), "no corpus of real models beside the checkout");
        assumeTrue(Engines.hasTflite() && Engines.hasOnnxRuntime(), "the real engines are not on this machine");
        return Corpus.folder().get().resolve(name);
    }

    @TestFactory
    Stream<DynamicTest> keepTheNumbers() {
        return MODELS.stream().flatMap(m -> Stream.of(EdgeType.FLOAT32, EdgeType.UINT8, EdgeType.INT8)
                .map(t -> DynamicTest.dynamicTest(m + " " + t, () -> judge(m, t))));
    }

    private static void judge(String name, EdgeType io) throws IOException, ConversionException, EngineException {
        Path model = model(name);
        Conversion kept = Converter.convert(model, ConversionOptions.DEFAULT);
        Conversion turned = Converter.convert(model, ConversionOptions.DEFAULT.withIo(io));
        TfliteOptions reference = TfliteOptions.of(Kernels.REFERENCE).withThreads(1);
        ChildRunner.Interface tflite = ENGINES.describe(reference, model);
        List<Tensor> fed = new CorpusInputs(Corpus.folder().orElseThrow()).make(tflite.inputs(), 1);
        List<Tensor> truth = ENGINES.run(reference, model, fed);
        List<Tensor> own = run(kept, fed, tflite);
        List<Tensor> other = run(turned, fed, tflite);
        for (int i = 0; i < truth.size(); i++) {
            assertEquals(io.type(), Optional.of(other.get(i).type()));
            Optional<QuantParams> params = params(turned, i, tflite.outputs().get(i), other.get(i));
            double step = params.map(QuantParams::scale).orElse(0f);
            Comparison between =
                    Comparison.of(real(other.get(i), params), real(own.get(i), quant(tflite, i)), Tolerance.EXACT);
            double before = distance(own.get(i), quant(tflite, i), truth.get(i), quant(tflite, i));
            double after = distance(other.get(i), params, truth.get(i), quant(tflite, i));
            assertEquals(0, between.maxAbs(), between + " of steps of " + step);
            assertTrue(after <= before + 1.001 * step, before + " became " + after + ", steps of " + step);
        }
    }

    private static double distance(Tensor a, Optional<QuantParams> of, Tensor b, Optional<QuantParams> other) {
        return Comparison.of(real(a, of), real(b, other), Tolerance.EXACT).maxAbs();
    }

    private static Tensor real(Tensor t, Optional<QuantParams> params) {
        return t.type().isFloat() ? t : t.dequantized(params.orElseThrow());
    }

    private static Optional<QuantParams> quant(ChildRunner.Interface tflite, int output) {
        return tflite.outputs().get(output).quant();
    }

    /** What the metadata of the result says of an output; what the source says if it is of real numbers. */
    private static Optional<QuantParams> params(Conversion c, int i, TensorSpec source, Tensor result) {
        return result.type().isFloat()
                ? source.quant()
                : stated(c, c.model().main().outputs().get(i).name());
    }

    private static Optional<QuantParams> stated(Conversion c, String name) {
        String[] words = c.model().metadata().get("tflite.quantization." + name).split(" ", 2);
        return Optional.of(QuantParams.perTensor(Float.parseFloat(words[0]), Long.parseLong(words[1])));
    }

    private static List<Tensor> run(Conversion c, List<Tensor> fed, ChildRunner.Interface tflite)
            throws IOException, ConversionException, EngineException {
        Path file = temporary.resolve("model.onnx");
        c.write(file, WriteOptions.DEFAULT.withForce(true));
        List<Tensor> inputs = new ArrayList<>();
        for (int i = 0; i < fed.size(); i++) {
            DataType wanted = c.model().main().inputs().get(i).type();
            Tensor given = fed.get(i);
            if (wanted == given.type()) {
                inputs.add(given);
            } else if (wanted.isFloat()) {
                inputs.add(given.dequantized(tflite.inputs().get(i).quant().orElseThrow()));
            } else if (given.type().isFloat()) {
                QuantParams p =
                        stated(c, c.model().main().inputs().get(i).name()).orElseThrow();
                inputs.add(quantized(given, wanted, p));
            } else {
                inputs.add(given.signTurned());
            }
        }
        return ENGINES.run(RUNTIME, file, inputs);
    }

    private static Tensor quantized(Tensor real, DataType type, QuantParams p) {
        float[] values = real.toFloats();
        long[] integers = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            double q = Math.rint(values[i] / p.scale()) + p.zeroPoint();
            integers[i] = (long) Math.max(type.min(), Math.min(type.max(), q));
        }
        return Tensor.ofIntegers(type, real.shape(), integers);
    }

    @Test
    void edgesOfFloatModelsTakeTheIntegersInside() throws ConversionException {
        Conversion c = Converter.convert(model(REAL_EDGES), ConversionOptions.DEFAULT.withIo(EdgeType.UINT8));
        assertEquals(DataType.UINT8, c.model().main().inputs().get(0).type());
        assertTrue(c.model().main().outputs().stream().allMatch(v -> v.type() == DataType.UINT8));
    }

    @Test
    void dequantizedModelsTakeIntegersToo() throws ConversionException {
        Conversion c = Converter.convert(
                model(MODELS.get(0)),
                ConversionOptions.DEFAULT.withQuant(QuantMode.FLOAT).withIo(EdgeType.UINT8));
        assertEquals(DataType.UINT8, c.model().main().inputs().get(0).type());
        assertEquals(DataType.UINT8, c.model().main().outputs().get(0).type());
    }

    @Test
    void tellsOfEdgesThatNothingQuantizes() throws ConversionException {
        Conversion c = Converter.convert(
                model("mlcommons+tiny/vww_96_float.tflite"), ConversionOptions.DEFAULT.withIo(EdgeType.INT8));
        assertEquals(
                2,
                c.report().notes().stream()
                        .filter(d -> d.code() == DiagnosticCode.PARTLY_APPLIED)
                        .count());
    }
}
