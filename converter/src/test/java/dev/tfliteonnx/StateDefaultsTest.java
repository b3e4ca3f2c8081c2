package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.engines.TensorSpec;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** States whose inputs may be left out begin with what they hold before the first run. */
class StateDefaultsTest {
    private static final ConversionOptions DEFAULTS = ConversionOptions.DEFAULT.withStateDefaults(true);
    private static final Tensor X = Tensor.ofFloats(Shape.of(1, 2), 10, 20);

    @TempDir
    Path folder = Path.of("");

    private static Conversion convert(ConversionOptions options) throws ConversionException {
        return Converter.convert(StreamModel.bytes(), "stream", options);
    }

    @Test
    void statesHaveNoneUnlessAsked() throws ConversionException {
        assertEquals(Map.of(), convert(ConversionOptions.DEFAULT).model().main().defaults());
    }

    @Test
    void filesCarryThem() throws Exception {
        Path onnx = folder.resolve("stream.onnx");
        Path ort = folder.resolve("stream.ort");
        convert(DEFAULTS).write(onnx, WriteOptions.DEFAULT);
        convert(DEFAULTS).write(ort, WriteOptions.DEFAULT);
        for (Model read :
                List.of(OnnxReader.read(onnx).model(), OrtReader.read(ort).model())) {
            Graph graph = read.main();
            assertEquals(
                    List.of("x", "memory_in"),
                    graph.inputs().stream().map(v -> v.name()).toList());
            Tensor held = graph.defaults().get(graph.inputs().get(1));
            assertTrue(held != null && graph.defaults().size() == 1, graph.toText());
            assertArrayEquals(new float[] {5, 6}, held.toFloats());
            List<Tensor> results = Executor.of(graph).run(List.of(X, X));
            assertArrayEquals(new float[] {-20, -40}, results.get(0).toFloats());
            assertArrayEquals(new float[] {20, 40}, results.get(1).toFloats());
        }
    }

    @Test
    void onnxRuntimeStartsFromThem() throws Exception {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
        Path ort = folder.resolve("stream.ort");
        convert(DEFAULTS).write(ort, WriteOptions.DEFAULT);
        try (Engine runtime = OnnxRuntimeOptions.exact().open(convert(DEFAULTS).toBytes());
                Engine own = OnnxRuntimeOptions.exact().open(ort)) {
            for (Engine engine : List.of(runtime, own)) {
                assertEquals(
                        List.of("x"),
                        engine.inputs().stream().map(TensorSpec::name).toList());
                List<Tensor> results = engine.run(List.of(X));
                assertArrayEquals(new float[] {-15, -26}, results.get(0).toFloats());
                assertArrayEquals(new float[] {15, 26}, results.get(1).toFloats());
            }
        }
    }
}
