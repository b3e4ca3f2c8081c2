package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the names of open extents say, and which extents may not change. */
class OpenExtentsTest {
    private static final TensorSpec ROWS = TensorSpec.of(DataType.INT32, 1, 2).signature(-1, 2);

    private static Conversion convert(TfliteBuilder model, ConversionOptions options) throws ConversionException {
        return Converter.convert(Bytes.of(model.build(), "model"), "model", options);
    }

    @Test
    void theOnlyOpenFirstExtentIsTheBatch() throws ConversionException {
        TfliteBuilder model = TfliteBuilder.model();
        TensorRef x = model.input(ROWS.named("x"));
        TensorRef y = model.input(TensorSpec.of(DataType.INT32, 1, 2).named("y"));
        model.outputs(model.op("BITWISE_XOR", ROWS.named("z"), x, y));
        Graph graph = convert(model, ConversionOptions.DEFAULT).model().main();
        assertEquals(new Dim.Named("batch"), graph.inputs().get(0).shape().dim(0));
        assertEquals(new Dim.Named("batch"), graph.outputs().get(0).shape().dim(0));
    }

    @Test
    void inputsThatMayBeBroadcastDoNotShareAName() throws ConversionException {
        TfliteBuilder model = TfliteBuilder.model();
        TensorRef x = model.input(ROWS.named("x"));
        TensorRef y = model.input(ROWS.named("y"));
        model.outputs(model.op("BITWISE_XOR", ROWS.named("z"), x, y));
        Graph graph = convert(model, ConversionOptions.DEFAULT).model().main();
        Dim first = graph.inputs().get(0).shape().dim(0);
        Dim second = graph.inputs().get(1).shape().dim(0);
        Dim result = graph.outputs().get(0).shape().dim(0);
        assertNotEquals(first, second);
        assertNotEquals(first, result);
        assertNotEquals(second, result);
    }

    @Test
    void examplesWithScalesOfTheirOwnAreRefused() {
        TfliteBuilder model = TfliteBuilder.model();
        TensorRef x = model.input(TensorSpec.of(DataType.FLOAT32, 2, 3).named("x"));
        QuantParams quant = QuantParams.perAxis(new float[] {0.5f, 0.25f}, new long[] {0, 0}, 0);
        TensorSpec y = TensorSpec.of(DataType.INT8, 2, 3).quantized(quant).named("y");
        model.outputs(model.op("QUANTIZE", y, x));
        for (Dim batch : List.of(Dim.of(4), new Dim.Named("batch"))) {
            ConversionException e = assertThrows(
                    ConversionException.class, () -> convert(model, ConversionOptions.DEFAULT.withBatch(batch)));
            Diagnostic told = e.diagnostics().get(0);
            assertEquals(DiagnosticCode.BAD_OPTION, told.code());
            assertEquals("QUANTIZE", told.where().op());
            assertTrue(told.reason().contains("\"y\" has scales of its own"), told.reason());
        }
    }
}
