package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TfliteEngineTest {
    @BeforeEach
    void available() {
        Models.needTflite();
    }

    @Test
    void kernelsOfQuantizedNetworkDifferAsKnown() throws EngineException {
        Path model = Models.find("google-coral+test_data/mobilenet_v2_1.0_224_quant.tflite");
        Map<Kernels, Tensor> results = new EnumMap<>(Kernels.class);
        for (Kernels kernels : Kernels.values()) {
            try (TfliteEngine engine = TfliteEngine.open(model, TfliteOptions.of(kernels))) {
                assertEquals(
                        List.of(new TensorSpec(
                                "input",
                                DataType.UINT8,
                                Shape.of(1, 224, 224, 3),
                                Optional.of(QuantParams.perTensor(0.0078125f, 128)))),
                        engine.inputs());
                List<Tensor> inputs = SeededInputs.of(1).make(engine.inputs());
                results.put(kernels, engine.run(inputs).get(0));
            }
        }
        Tensor reference = results.get(Kernels.REFERENCE);
        assertTrue(Comparison.of(results.get(Kernels.OPTIMIZED), reference, Tolerance.EXACT)
                .ok());
        Comparison delegate = Comparison.of(results.get(Kernels.XNNPACK), reference, Tolerance.QUANTIZED);
        assertNotEquals(1.0, delegate.equal(), delegate.toString());
        assertTrue(delegate.cosine() > 0.9, delegate.toString());
    }

    @ParameterizedTest
    @EnumSource(Kernels.class)
    void opsWithoutReferenceKernelStillRun(Kernels kernels) throws EngineException {
        Path model = Models.find("google-ai-edge+LiteRT/simple_ceil_op.tflite");
        try (TfliteEngine engine = TfliteEngine.open(model, TfliteOptions.of(kernels))) {
            List<Tensor> inputs = SeededInputs.of(2).withReals(-9, 9).make(engine.inputs());
            float[] in = inputs.get(0).toFloats();
            float[] out = engine.run(inputs).get(0).toFloats();
            assertEquals(in.length, out.length);
            for (int i = 0; i < in.length; i++) {
                assertEquals((float) Math.ceil(in[i]), out[i]);
            }
        }
    }

    @Test
    void stringsGoThrough() throws EngineException {
        Path model = Models.find("google-ai-edge+LiteRT/string_input_model.tflite");
        List<byte[]> texts =
                List.of("one".getBytes(StandardCharsets.UTF_8), new byte[0], "zwölf".getBytes(StandardCharsets.UTF_8));
        try (TfliteEngine engine = TfliteEngine.open(model, TfliteOptions.of(Kernels.XNNPACK))) {
            Tensor out =
                    engine.run(List.of(Tensor.ofStrings(Shape.of(1, 3), texts))).get(0);
            assertEquals(Shape.of(1, 3), out.shape());
            for (int i = 0; i < texts.size(); i++) {
                assertArrayEquals(texts.get(i), out.toStrings().get(i));
            }
        }
    }

    @Test
    void resizesToTheShapesGiven() throws EngineException {
        Path model = Models.find("google-ai-edge+LiteRT/add_unknown_dimensions.tflite");
        try (TfliteEngine engine = TfliteEngine.open(model, TfliteOptions.of(Kernels.OPTIMIZED))) {
            assertEquals("[1,?,3,3]", engine.inputs().get(0).shape().toString());
            for (int size : new int[] {2, 5, 1}) {
                Tensor in = Tensor.splat(DataType.FLOAT32, Shape.of(1, size, 3, 3), 0.5);
                assertEquals(in.shape(), engine.run(List.of(in)).get(0).shape());
            }
        }
    }

    @Test
    void runsEachSignature() throws EngineException {
        Path model = Models.find("google-ai-edge+LiteRT/multi_signature_model.tflite");
        Tensor first = Tensor.splat(DataType.FLOAT32, Shape.of(10, 10), 5);
        Tensor second = Tensor.splat(DataType.FLOAT32, Shape.of(10, 10), 3);
        TfliteOptions options = TfliteOptions.of(Kernels.REFERENCE);
        try (TfliteEngine engine = TfliteEngine.open(model, options.withSignature("sub"))) {
            boolean swapped = engine.inputs().get(0).name().startsWith("sub_b");
            Tensor out = engine.run(swapped ? List.of(second, first) : List.of(first, second))
                    .get(0);
            assertEquals(2, out.toFloats()[0]);
        }
        EngineException refused =
                assertThrows(EngineException.class, () -> TfliteEngine.open(model, options.withSignature("none")));
        assertEquals("TFLite finds no signature \"none\"", refused.getMessage());
    }

    @Test
    void stateLivesUntilItIsReset() throws EngineException {
        Path model = Models.find("google-ai-edge+LiteRT/lstm.tflite");
        try (TfliteEngine engine = TfliteEngine.open(model, TfliteOptions.of(Kernels.REFERENCE))) {
            List<Tensor> inputs = SeededInputs.of(3).make(engine.inputs());
            float[] fresh = engine.run(inputs).get(0).toFloats();
            float[] later = engine.run(inputs).get(0).toFloats();
            engine.resetVariables();
            float[] again = engine.run(inputs).get(0).toFloats();
            assertNotEquals(fresh[0], later[0]);
            assertArrayEquals(fresh, again);
        }
    }

    @Test
    void tensorsInsideAreKeptOnRequest() throws EngineException {
        Path model = Models.find("google-ai-edge+LiteRT/multi_add.tflite");
        TfliteOptions options = TfliteOptions.of(Kernels.REFERENCE).preservingAllTensors();
        try (TfliteEngine engine = TfliteEngine.open(model, options)) {
            List<Tensor> inputs = SeededInputs.of(4).make(engine.inputs());
            List<Tensor> outputs = engine.run(inputs);
            List<NamedTensor> inside = engine.tensors();
            assertTrue(inside.size() > inputs.size() + outputs.size(), inside.toString());
            for (int i = 0; i < outputs.size(); i++) {
                String name = engine.outputs().get(i).name();
                NamedTensor named = inside.stream()
                        .filter(t -> t.spec().name().equals(name))
                        .findFirst()
                        .orElseThrow();
                assertTrue(Comparison.of(named.tensor(), outputs.get(i), Tolerance.EXACT)
                        .ok());
            }
        }
    }

    @Test
    void modelFromMemoryGivesTheSame() throws EngineException, IOException {
        Path model = Models.find("zhenhuaw-me+tflite2onnx/relu.float32.tflite");
        TfliteOptions options = TfliteOptions.of(Kernels.XNNPACK).withThreads(2);
        try (TfliteEngine file = TfliteEngine.open(model, options);
                TfliteEngine memory = TfliteEngine.open(Files.readAllBytes(model), options)) {
            List<Tensor> inputs = SeededInputs.of(5).make(file.inputs());
            float[] in = inputs.get(0).toFloats();
            float[] out = file.run(inputs).get(0).toFloats();
            assertArrayEquals(out, memory.run(inputs).get(0).toFloats());
            for (int i = 0; i < in.length; i++) {
                assertEquals(Math.max(in[i], 0), out[i]);
            }
        }
    }

    @Test
    void saysWhatTfliteSays() throws EngineException {
        Path custom = Models.find("google-ai-edge+LiteRT/custom_sinh.tflite");
        try (TfliteEngine engine = TfliteEngine.open(custom, TfliteOptions.of(Kernels.XNNPACK))) {
            List<Tensor> inputs = SeededInputs.of(6).make(engine.inputs());
            String message = assertThrows(EngineException.class, () -> engine.run(inputs))
                    .getMessage();
            assertTrue(message.contains("unresolved custom op: Sinh"), message);
            assertFalse(message.contains("\n"), message);
        }
        String missing = assertThrows(
                        EngineException.class,
                        () -> TfliteEngine.open(Path.of("no-such.tflite"), TfliteOptions.of(Kernels.XNNPACK)))
                .getMessage();
        assertTrue(missing.contains("no-such.tflite"), missing);
    }

    @Test
    void refusesInputsThatDoNotFit() throws EngineException {
        Path model = Models.find("zhenhuaw-me+tflite2onnx/relu.float32.tflite");
        try (TfliteEngine engine = TfliteEngine.open(model, TfliteOptions.of(Kernels.XNNPACK))) {
            Tensor integers = Tensor.splat(DataType.INT32, Shape.of(1, 32, 64, 128), 0);
            String type = assertThrows(EngineException.class, () -> engine.run(List.of(integers)))
                    .getMessage();
            assertEquals("input input:FLOAT32[1,32,64,128] was given INT32", type);
            String count = assertThrows(EngineException.class, () -> engine.run(List.of()))
                    .getMessage();
            assertEquals("the model takes 1 inputs, not 0", count);
        }
    }
}
