package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.flatbuffers.FlexBuffersBuilder;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.handlers.OpRow;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.FlexOptions;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Custom operators that are in no table: refused, kept, or handled by a row of the caller's. */
class CustomOpsTest {
    private static final ConversionOptions KEEP = ConversionOptions.DEFAULT.withKeepCustomOps(true);

    private static Bytes model(String code, DataType type) {
        FlexBuffersBuilder flex = new FlexBuffersBuilder();
        int map = flex.startMap();
        flex.putInt("stride", 16);
        flex.putFloat("factor", 2.5f);
        flex.putString("mode", "fast");
        int list = flex.startVector();
        flex.putInt(1);
        flex.putInt(-2);
        flex.endVector("sizes", list, false, false);
        flex.endMap(null, map);
        ByteBuffer finished = flex.finish();
        byte[] options = new byte[finished.remaining()];
        finished.get(options);
        return model(code, type, options);
    }

    private static Bytes model(String code, DataType type, byte[] options) {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", type, 2, 3);
        OpSpec op = OpSpec.custom(code)
                .customOptions(options)
                .inputs(x)
                .outputs(TensorSpec.of(type, 2, 3).named("y"));
        m.outputs(m.add(op).toArray(TensorRef[]::new));
        return Bytes.of(m.build(), "model");
    }

    private static Node kept(Bytes model) throws ConversionException {
        Conversion conversion = Converter.convert(model, "model", KEEP);
        assertEquals(1, conversion.model().main().size());
        assertTrue(conversion.report().diagnostics().stream().anyMatch(d -> d.code() == DiagnosticCode.KEPT_CUSTOM_OP));
        Node node = conversion.model().main().nodes().get(0);
        assertEquals("tflite.custom:Sharpen", node.op().toString());
        return node;
    }

    @Test
    void refusedUnlessAskedFor() {
        ConversionException e = assertThrows(
                ConversionException.class,
                () -> Converter.convert(model("Sharpen", DataType.FLOAT32), "model", ConversionOptions.DEFAULT));
        assertEquals(DiagnosticCode.UNKNOWN_CUSTOM_OP, e.diagnostics().get(0).code());
    }

    @Test
    void keptWithItsOptionsAsAttributes() throws ConversionException {
        Node node = kept(model("Sharpen", DataType.FLOAT32));
        assertEquals(16L, node.attributes().get(Key.ofInt("stride")));
        assertEquals(2.5f, node.attributes().get(Key.ofFloat("factor")));
        assertEquals("fast", node.attributes().get(Key.ofString("mode")));
        assertEquals(Ints.of(1, -2), node.attributes().get(Key.ofInts("sizes")));
        assertTrue(node.attributes().find(Key.ofBytes("custom_options")).isPresent());
        assertTrue(node.attributes().find(new Key<Floats>("none", Floats.class)).isEmpty());
    }

    @Test
    void optionsOfAnotherFormatAreKeptAsBytes() throws ConversionException {
        byte[] struct = {1, 0, 0, 0, 2, 0, 0, 0};
        Node node = kept(model("Sharpen", DataType.INT32, struct));
        assertEquals(Set.of("custom_options"), node.attributes().asMap().keySet());
        assertArrayEquals(
                struct, node.attributes().get(Key.ofBytes("custom_options")).toArray());
        assertEquals(DataType.INT32, node.output().type());
    }

    @Test
    void compiledModelsAreRefusedAllTheSame() {
        ConversionException e = assertThrows(
                ConversionException.class,
                () -> Converter.convert(model("edgetpu-custom-op", DataType.INT8), "model", KEEP));
        assertEquals(DiagnosticCode.COMPILED_MODEL, e.diagnostics().get(0).code());
    }

    @Test
    void rowOfTheCallersIsUsed() throws ConversionException {
        OpRow row = OpRow.custom(
                "Sharpen",
                Set.of(DataType.FLOAT32),
                (op, onnx) -> {
                    FlexOptions options = FlexOptions.of(op.node().attributes().get(Tfl.CUSTOM_OPTIONS));
                    return List.of(onnx.mul(op.in(0), onnx.scalarLike(op.in(0), options.number("factor", 1))));
                },
                "Mul");
        Conversion conversion = Converter.convert(
                model("Sharpen", DataType.FLOAT32), "model", ConversionOptions.DEFAULT.withExtraOps(List.of(row)));
        Tensor x = Tensor.ofFloats(Shape.of(2, 3), new float[] {0, 1, 2, -3, 4, 5});
        Tensor y = Executor.of(conversion.model().main()).run(List.of(x)).get(0);
        assertArrayEquals(new float[] {0, 2.5f, 5, -7.5f, 10, 12.5f}, y.toFloats());
    }
}
