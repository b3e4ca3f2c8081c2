package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The models were made with onnx.helper of the Python package onnx: opset 13, IR version 8, nothing but what is said. */
class OnnxRuntimeEngineTest {
    /** y = Relu(Add(a, b)); a and y are float[n,3], b is float[3]. */
    static final byte[] ADD_RELU =
            decode("CAgSADpeCg4KAWEKAWISAXMiA0FkZAoMCgFzEgF5IgRSZWx1EgFnWhQKAWESDwoNCAESCQoDEgFuCgIIA1oP"
                    + "CgFiEgoKCAgBEgQKAggDYhQKAXkSDwoNCAESCQoDEgFuCgIIA0IECgAQDQ==");

    /** out_t = Identity(in_t) of vectors of any length, for t = f16, b, s, i8, u8, i16, i32, i64, f64. */
    private static final byte[] IDENTITIES =
            decode("CAgSADrhBAobCgZpbl9mMTYSB291dF9mMTYiCElkZW50aXR5ChcKBGluX2ISBW91dF9iIghJZGVudGl0eQoXCgRp"
                    + "bl9zEgVvdXRfcyIISWRlbnRpdHkKGQoFaW5faTgSBm91dF9pOCIISWRlbnRpdHkKGQoFaW5fdTgSBm91dF91OCII"
                    + "SWRlbnRpdHkKGwoGaW5faTE2EgdvdXRfaTE2IghJZGVudGl0eQobCgZpbl9pMzISB291dF9pMzIiCElkZW50aXR5"
                    + "ChsKBmluX2k2NBIHb3V0X2k2NCIISWRlbnRpdHkKGwoGaW5fZjY0EgdvdXRfZjY0IghJZGVudGl0eRIBZ1oSCgZp"
                    + "bl9mMTYSCAoGCAoSAgoAWhAKBGluX2ISCAoGCAkSAgoAWhAKBGluX3MSCAoGCAgSAgoAWhEKBWluX2k4EggKBggD"
                    + "EgIKAFoRCgVpbl91OBIICgYIAhICCgBaEgoGaW5faTE2EggKBggFEgIKAFoSCgZpbl9pMzISCAoGCAYSAgoAWhIK"
                    + "BmluX2k2NBIICgYIBxICCgBaEgoGaW5fZjY0EggKBggLEgIKAGITCgdvdXRfZjE2EggKBggKEgIKAGIRCgVvdXRf"
                    + "YhIICgYICRICCgBiEQoFb3V0X3MSCAoGCAgSAgoAYhIKBm91dF9pOBIICgYIAxICCgBiEgoGb3V0X3U4EggKBggC"
                    + "EgIKAGITCgdvdXRfaTE2EggKBggFEgIKAGITCgdvdXRfaTMyEggKBggGEgIKAGITCgdvdXRfaTY0EggKBggHEgIK"
                    + "AGITCgdvdXRfZjY0EggKBggLEgIKAEIECgAQDQ==");

    /** y = Cast(x), int32[2] to uint16[2]. */
    private static final byte[] TO_UINT16 =
            decode("CAgSADo+ChcKAXgSAXkiBENhc3QqCQoCdG8YBKABAhIBZ1oPCgF4EgoKCAgGEgQKAggCYg8KAXkSCgoICAQSBAoC"
                    + "CAJCBAoAEA0=");

    /** y = Identity(x) of uint16[2]. */
    private static final byte[] UINT16 =
            decode("CAgSADo3ChAKAXgSAXkiCElkZW50aXR5EgFnWg8KAXgSCgoICAQSBAoCCAJiDwoBeRIKCggIBBIECgIIAkIECgAQDQ==");

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    @BeforeEach
    void available() {
        Models.needOnnxRuntime();
    }

    @Test
    void addsAndRectifies() throws EngineException {
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(ADD_RELU, OnnxRuntimeOptions.exact())) {
            assertEquals(
                    Shape.ofDims(List.of(new Dim.Named("n"), Dim.of(3))),
                    engine.inputs().get(0).shape());
            Tensor out = engine.run(List.of(
                            Tensor.ofFloats(Shape.of(2, 3), 1, -2, 3, -4, 5, -6),
                            Tensor.ofFloats(Shape.of(3), 0.5f, 0.5f, 4)))
                    .get(0);
            assertEquals(Shape.of(2, 3), out.shape());
            assertArrayEquals(new float[] {1.5f, 0, 7, 0, 5.5f, 0}, out.toFloats());
        }
    }

    @Test
    void everyTypeGoesThrough() throws EngineException {
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(IDENTITIES, OnnxRuntimeOptions.plain())) {
            assertEquals(
                    List.of(
                            DataType.FLOAT16,
                            DataType.BOOL,
                            DataType.STRING,
                            DataType.INT8,
                            DataType.UINT8,
                            DataType.INT16,
                            DataType.INT32,
                            DataType.INT64,
                            DataType.FLOAT64),
                    engine.inputs().stream().map(TensorSpec::type).toList());
            for (int length : new int[] {5, 1, 0}) {
                List<TensorSpec> sized = engine.inputs().stream()
                        .map(s -> new TensorSpec(s.name(), s.type(), Shape.of(length), s.quant()))
                        .toList();
                List<Tensor> inputs = SeededInputs.of(length).make(sized);
                List<Tensor> outputs = engine.run(inputs);
                for (Comparison one : Comparison.all(outputs, inputs, Tolerance.EXACT)) {
                    assertTrue(one.ok(), one.toString());
                    assertEquals(length, one.count());
                }
            }
        }
    }

    @Test
    void stringsKeepTheirText() throws EngineException {
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(IDENTITIES, OnnxRuntimeOptions.plain())) {
            List<Tensor> inputs = new java.util.ArrayList<>(SeededInputs.of(7).make(engine.inputs()));
            List<byte[]> texts = List.of("".getBytes(StandardCharsets.UTF_8), "zwölf".getBytes(StandardCharsets.UTF_8));
            inputs.set(2, Tensor.ofStrings(Shape.of(2), texts));
            assertTrue(Comparison.of(engine.run(inputs).get(2), inputs.get(2), Tolerance.EXACT)
                    .ok());
        }
    }

    @Test
    void uint16ComesOutButCannotGoIn() throws EngineException {
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(TO_UINT16, OnnxRuntimeOptions.exact())) {
            Tensor out = engine.run(List.of(Tensor.ofIntegers(DataType.INT32, Shape.of(2), 7, 65535)))
                    .get(0);
            assertEquals(DataType.UINT16, out.type());
            assertArrayEquals(new long[] {7, 65535}, out.toLongs());
        }
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(UINT16, OnnxRuntimeOptions.exact())) {
            Tensor in = Tensor.ofIntegers(DataType.UINT16, Shape.of(2), 7, 65535);
            String message = assertThrows(EngineException.class, () -> engine.run(List.of(in)))
                    .getMessage();
            assertEquals("ONNX Runtime's Java binding takes no input of type UINT16: x:UINT16[2]", message);
        }
    }

    @Test
    void savesTheOptimizedGraph(@TempDir Path folder) throws EngineException, IOException {
        Path saved = folder.resolve("optimized.ort");
        OnnxRuntimeOptions options = OnnxRuntimeOptions.exact()
                .withLevel(OnnxRuntimeOptions.Level.EXTENDED)
                .savingOptimized(saved);
        OnnxRuntimeEngine.open(ADD_RELU, options).close();
        assertTrue(Files.size(saved) > 0);
        try (OnnxRuntimeEngine engine = OnnxRuntimeEngine.open(saved, OnnxRuntimeOptions.exact())) {
            assertEquals("y", engine.outputs().get(0).name());
        }
    }

    @Test
    void saysWhatOnnxRuntimeSays() {
        byte[] broken = "not a model".getBytes(StandardCharsets.UTF_8);
        String message = assertThrows(
                        EngineException.class, () -> OnnxRuntimeEngine.open(broken, OnnxRuntimeOptions.plain()))
                .getMessage();
        assertTrue(message.startsWith("ONNX Runtime cannot load the model: "), message);
    }
}
