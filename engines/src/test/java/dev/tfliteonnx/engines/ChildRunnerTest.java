package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildRunnerTest {
    private static final Duration LONG = Duration.ofMinutes(2);

    @Test
    void outlivesAChildThatEnds() throws IOException, EngineException {
        try (ChildRunner runner = ChildRunner.create(LONG)) {
            runner.sleep(Duration.ZERO);
            String message =
                    assertThrows(EngineException.class, () -> runner.halt(42)).getMessage();
            assertEquals("crashed with status 42", message);
            runner.sleep(Duration.ZERO);
            assertEquals(2, runner.childrenStarted());
        }
    }

    @Test
    void outlivesAChildThatHangs() throws IOException, EngineException {
        try (ChildRunner runner = ChildRunner.create(Duration.ofSeconds(5))) {
            String message = assertThrows(EngineException.class, () -> runner.sleep(LONG))
                    .getMessage();
            assertEquals("timed out after 5000 ms", message);
            runner.sleep(Duration.ZERO);
            assertEquals(2, runner.childrenStarted());
        }
    }

    @Test
    void runsOnnxRuntime(@TempDir Path folder) throws IOException, EngineException {
        Models.needOnnxRuntime();
        Path model = Files.write(folder.resolve("model.onnx"), OnnxRuntimeEngineTest.ADD_RELU);
        OnnxRuntimeOptions options = OnnxRuntimeOptions.exact()
                .withLevel(OnnxRuntimeOptions.Level.BASIC)
                .withThreads(2);
        try (ChildRunner runner = ChildRunner.create(LONG);
                OnnxRuntimeEngine here = options.open(model)) {
            assertEquals(new ChildRunner.Interface(here.inputs(), here.outputs()), runner.describe(options, model));
            List<Tensor> inputs =
                    List.of(Tensor.ofFloats(Shape.of(1, 3), 1, -2, 3), Tensor.ofFloats(Shape.of(3), 1, 1, 1));
            assertArrayEquals(
                    new float[] {2, 0, 4},
                    runner.run(options, model, inputs).get(0).toFloats());
            Files.write(model, new byte[] {1, 2, 3});
            String message = assertThrows(EngineException.class, () -> runner.run(options, model, inputs))
                    .getMessage();
            assertTrue(message.startsWith("ONNX Runtime cannot load the model"), message);
            assertEquals(1, runner.childrenStarted());
        }
    }

    @Test
    void givesWhatTfliteGivesHere() throws IOException, EngineException {
        Models.needTflite();
        Path model = Models.find("google-coral+test_data/mobilenet_v1_0.25_128_quant.tflite");
        try (ChildRunner runner = ChildRunner.create(LONG)) {
            for (Kernels kernels : Kernels.values()) {
                TfliteOptions options = TfliteOptions.of(kernels);
                try (TfliteEngine here = options.open(model)) {
                    ChildRunner.Interface described = runner.describe(options, model);
                    assertEquals(new ChildRunner.Interface(here.inputs(), here.outputs()), described);
                    List<Tensor> inputs = SeededInputs.of(8).make(described.inputs());
                    List<Tensor> there = runner.run(options, model, inputs);
                    for (Comparison one : Comparison.all(there, here.run(inputs), Tolerance.EXACT)) {
                        assertTrue(one.ok(), kernels + " " + one);
                    }
                }
            }
        }
    }

    @Test
    void stateLivesWithinAJobOnly() throws IOException, EngineException {
        Models.needTflite();
        Path model = Models.find("google-ai-edge+LiteRT/lstm.tflite");
        TfliteOptions options = TfliteOptions.of(Kernels.REFERENCE);
        try (ChildRunner runner = ChildRunner.create(LONG);
                TfliteEngine here = options.open(model)) {
            List<Tensor> inputs = SeededInputs.of(9).make(here.inputs());
            List<List<Tensor>> steps = runner.runSteps(options, model, List.of(inputs, inputs));
            for (List<Tensor> step : steps) {
                assertArrayEquals(
                        here.run(inputs).get(0).toFloats(), step.get(0).toFloats());
            }
            assertArrayEquals(
                    steps.get(0).get(0).toFloats(),
                    runner.run(options, model, inputs).get(0).toFloats());
        }
    }

    @Test
    void tracesTensorsInside() throws IOException, EngineException {
        Models.needTflite();
        Path model = Models.find("google-ai-edge+LiteRT/multi_add.tflite");
        TfliteOptions options = TfliteOptions.of(Kernels.REFERENCE);
        try (ChildRunner runner = ChildRunner.create(LONG);
                TfliteEngine here = options.preservingAllTensors().open(model)) {
            List<Tensor> inputs = SeededInputs.of(10).make(here.inputs());
            here.run(inputs);
            List<NamedTensor> expected = here.tensors();
            List<NamedTensor> traced = runner.trace(options, model, inputs);
            assertEquals(
                    expected.stream().map(NamedTensor::spec).toList(),
                    traced.stream().map(NamedTensor::spec).toList());
            for (int i = 0; i < traced.size(); i++) {
                assertTrue(
                        Comparison.of(traced.get(i).tensor(), expected.get(i).tensor(), Tolerance.EXACT)
                                .ok(),
                        traced.get(i).spec().toString());
            }
        }
    }
}
