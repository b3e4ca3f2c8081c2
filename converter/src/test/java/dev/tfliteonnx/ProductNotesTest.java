package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A product that may differ from TFLite's says so, and one that does not is silent. */
class ProductNotesTest {
    private static final QuantParams QUANT = QuantParams.perTensor(0.01f, 0);

    @Test
    void integersOfAKnownNumberWrapAround() throws ConversionException {
        assertEquals(List.of(), notes(TensorSpec.of(DataType.INT32, 2, 3), TensorSpec.of(DataType.INT32, 2)));
    }

    @Test
    void integersOfAnUnknownNumberSaturate() throws ConversionException {
        List<String> notes =
                notes(TensorSpec.of(DataType.INT32, 2, 1).signature(2, -1), TensorSpec.of(DataType.INT32, 2));
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("wrap around"), notes.get(0));
    }

    @Test
    void stepsOfAKnownNumberAreRoundedEachTime() throws ConversionException {
        assertEquals(
                List.of(),
                notes(
                        TensorSpec.of(DataType.INT8, 2, 3).quantized(QUANT),
                        TensorSpec.of(DataType.INT8, 2).quantized(QUANT)));
    }

    @Test
    void stepsOfAnUnknownNumberAreRoundedOnce() throws ConversionException {
        List<String> notes = notes(
                TensorSpec.of(DataType.INT8, 2, 1).quantized(QUANT).signature(2, -1),
                TensorSpec.of(DataType.INT8, 2).quantized(QUANT));
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("some steps off"), notes.get(0));
    }

    /** What the conversion of a product along the second axis notes as not exact. */
    private static List<String> notes(TensorSpec in, TensorSpec out) throws ConversionException {
        TfliteBuilder model = TfliteBuilder.model();
        TensorRef x = model.input(in.named("x"));
        TensorRef axis = model.tensor(
                TensorSpec.of(Tensor.ofIntegers(DataType.INT32, Shape.of(1), 1)).named("axis"));
        List<TensorRef> y = model.add(OpSpec.of("REDUCE_PROD", Attributes.of(Tfl.KEEP_DIMS, false))
                .inputs(x, axis)
                .outputs(out.named("y")));
        model.outputs(y.toArray(TensorRef[]::new));
        return Converter.convert(Bytes.of(model.build(), "product"), "product", ConversionOptions.DEFAULT)
                .report()
                .notes()
                .stream()
                .filter(d -> d.code() == DiagnosticCode.NOT_EXACT)
                .map(Diagnostic::reason)
                .toList();
    }
}
