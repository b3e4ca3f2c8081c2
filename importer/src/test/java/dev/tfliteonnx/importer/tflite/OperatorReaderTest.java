package dev.tfliteonnx.importer.tflite;

import static dev.tfliteonnx.importer.tflite.Reading.read;
import static dev.tfliteonnx.importer.tflite.Reading.refused;
import static dev.tfliteonnx.importer.tflite.Reading.refusedOnce;
import static dev.tfliteonnx.importer.tflite.TinyFile.ints;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.tflite.Conv2DOptions;
import dev.tfliteonnx.formats.tflite.StablehloCompareOptions;
import dev.tfliteonnx.formats.tflite.StablehloSliceOptions;
import dev.tfliteonnx.formats.tflite.TensorType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.ComparisonDirection;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorReaderTest {
    @Test
    void readsOptionsWithDefaultsForAbsentFields() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        int y = file.tensor("y", 1, 2, 2, 1);
        int options = Conv2DOptions.createConv2DOptions(file.fbb, (byte) 1, 2, 3, (byte) 3, 1, 1, (byte) 0);
        file.op(file.code("CONV_2D"), ints(x, x, -1), ints(y), 1, options).graph("g", ints(x), ints(y));
        Node conv = read(file).main().nodes().get(0);
        assertEquals(Padding.VALID, conv.attributes().get(Tfl.PADDING));
        assertEquals(2L, conv.attributes().get(Tfl.STRIDE_W));
        assertEquals(3L, conv.attributes().get(Tfl.STRIDE_H));
        assertEquals(1L, conv.attributes().get(Tfl.DILATION_H_FACTOR));
        assertEquals(Activation.RELU6, conv.attributes().get(Tfl.FUSED_ACTIVATION_FUNCTION));
        assertSame(Value.ABSENT, conv.input(2));
    }

    @Test
    void readsTheSecondUnionToo() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 4);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        int slice = StablehloSliceOptions.createStablehloSliceOptions(
                file.fbb,
                StablehloSliceOptions.createStartIndicesVector(file.fbb, new long[] {1}),
                StablehloSliceOptions.createLimitIndicesVector(file.fbb, new long[] {1L << 40}),
                0);
        int compare = StablehloCompareOptions.createStablehloCompareOptions(file.fbb, 3, 1);
        file.op2(file.code("STABLEHLO_SLICE"), ints(x), ints(y), 3, slice);
        file.op2(file.code("STABLEHLO_COMPARE"), ints(y, y), ints(z), 8, compare);
        List<Node> nodes = read(file.graph("g", ints(x), ints(z))).main().nodes();
        assertEquals(Ints.of(1), nodes.get(0).attributes().get(Tfl.START_INDICES));
        assertEquals(Ints.of(1L << 40), nodes.get(0).attributes().get(Tfl.LIMIT_INDICES));
        assertEquals(Ints.of(), nodes.get(0).attributes().get(Tfl.STRIDES));
        assertEquals(ComparisonDirection.GT, nodes.get(1).attributes().get(Tfl.COMPARISON_DIRECTION));
    }

    @Test
    void aMissingTableOfOptionsMeansTheDefaults() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        file.op(file.code("CONV_2D"), ints(x, x), ints(file.tensor("y", 1))).graph("g", ints(x), ints(1));
        assertEquals(1L, read(file).main().nodes().get(0).attributes().get(Tfl.DILATION_W_FACTOR));
    }

    @Test
    void refusesOptionsOfAnotherOperator() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        int options = Conv2DOptions.createConv2DOptions(file.fbb, (byte) 1, 2, 3, (byte) 3, 1, 1, (byte) 0);
        file.op(file.code("SOFTMAX"), ints(x), ints(file.tensor("y", 1)), 1, options)
                .graph("g", ints(x), ints(1));
        Diagnostic d = refusedOnce(file, DiagnosticCode.INVALID_MODEL);
        assertEquals("its options are of kind 1 instead of 9", d.reason());
        assertEquals("SOFTMAX", d.where().op());
        assertEquals("y", d.where().node());
    }

    @Test
    void refusesUnknownEnumerationNumbers() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        int options = Conv2DOptions.createConv2DOptions(file.fbb, (byte) 9, 2, 3, (byte) 3, 1, 1, (byte) 0);
        file.op(file.code("CONV_2D"), ints(x, x), ints(file.tensor("y", 1)), 1, options)
                .graph("g", ints(x), ints(1));
        Diagnostic d = refusedOnce(file, DiagnosticCode.INVALID_MODEL);
        assertEquals("option padding has the unknown value 9", d.reason());
    }

    @Test
    void theGreaterOfBothCodesCounts() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        file.op(file.rawCode((byte) 19, 0, ""), ints(x), ints(y));
        file.op(file.rawCode((byte) 127, 150, ""), ints(y), ints(z));
        List<Node> nodes = read(file.graph("g", ints(x), ints(z))).main().nodes();
        assertEquals("RELU", nodes.get(0).op().name());
        assertEquals("GELU", nodes.get(1).op().name());
    }

    @Test
    void collectsAllUnknownOperators() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        file.op(file.code(300), ints(x), ints(y)).op(file.code(301), ints(y), ints(z));
        List<Diagnostic> diagnostics = refused(file.graph("g", ints(x), ints(z)));
        assertEquals(2, diagnostics.size());
        assertTrue(diagnostics.stream().allMatch(d -> d.code() == DiagnosticCode.UNKNOWN_OPERATOR));
        assertTrue(diagnostics.get(1).reason().contains("301"));
        assertEquals("z", diagnostics.get(1).where().node());
    }

    @Test
    void anUnknownOperatorThatIsNotUsedIsHarmless() throws ConversionException {
        TinyFile file = new TinyFile();
        file.code(999);
        int x = file.tensor("x", 2);
        file.op(file.code("RELU"), ints(x), ints(file.tensor("y", 2))).graph("g", ints(x), ints(1));
        assertEquals(1, read(file).main().size());
    }

    @Test
    void customOperatorsCarryTheirOptions() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        int code = file.rawCode((byte) 32, 32, "Sinh");
        file.customOp(code, ints(x), ints(y), new byte[] {1, 2, 3}, 0, 0);
        file.customOp(code, ints(y), ints(z), new byte[0], 4, 4);
        List<Node> nodes = read(file.graph("g", ints(x), ints(z))).main().nodes();
        assertEquals(OpType.custom("Sinh"), nodes.get(0).op());
        assertArrayEquals(
                new byte[] {1, 2, 3},
                nodes.get(0).attributes().get(Tfl.CUSTOM_OPTIONS).toArray());
        assertEquals(
                "TFL3",
                new String(nodes.get(1).attributes().get(Tfl.CUSTOM_OPTIONS).toArray(), StandardCharsets.US_ASCII));
    }

    @Test
    void aCustomOperatorNeedsAName() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        file.op(file.rawCode((byte) 32, 32, ""), ints(x), ints(file.tensor("y", 2)))
                .graph("g", ints(x), ints(1));
        assertEquals(
                "a custom operator has no name",
                refusedOnce(file, DiagnosticCode.INVALID_MODEL).reason());
    }

    @Test
    void intermediatesKeepTheirQuantization() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int quant = file.quant(new float[] {0.5f}, new long[] {-3}, 0);
        int between = file.tensor("between", t -> {
            t.type = TensorType.INT8;
            t.quant = quant;
        });
        int plain = file.tensor("plain", 1);
        file.opWithIntermediates(file.code("LSTM"), ints(x), ints(y), between, plain);
        Node lstm = read(file.graph("g", ints(x), ints(y))).main().nodes().get(0);
        assertEquals(Ints.of(2, 3), lstm.attributes().get(Tfl.INTERMEDIATES));
        assertEquals(Floats.of(0.5f, 0), lstm.attributes().get(Tfl.INTERMEDIATE_SCALES));
        assertEquals(Ints.of(-3, 0), lstm.attributes().get(Tfl.INTERMEDIATE_ZERO_POINTS));
    }
}
