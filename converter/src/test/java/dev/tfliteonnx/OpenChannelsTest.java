package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions whose input leaves its channels open. */
class OpenChannelsTest {
    /** A convolution by filters of {@code filterChannels}, whose input has {@code recorded} channels, said to be open. */
    private static Bytes model(int recorded, int filterChannels, int filters) {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input(TensorSpec.of(DataType.FLOAT32, 1, 4, 4, recorded)
                .signature(-1, -1, -1, -1)
                .named("x"));
        TensorRef w = m.constant("w", Tensor.splat(DataType.FLOAT32, Shape.of(filters, 1, 1, filterChannels), 1));
        TensorRef b = m.constant("b", Tensor.splat(DataType.FLOAT32, Shape.of(filters), 0));
        Attributes options = Attributes.of(Tfl.PADDING, Padding.VALID)
                .with(Tfl.STRIDE_H, 1L)
                .with(Tfl.STRIDE_W, 1L)
                .with(Tfl.DILATION_H_FACTOR, 1L)
                .with(Tfl.DILATION_W_FACTOR, 1L);
        TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 4, 4, filters)
                .signature(-1, -1, -1, filters)
                .named("y");
        m.outputs(m.op("CONV_2D", options, y, x, w, b));
        return Bytes.of(m.build(), "open channels");
    }

    @ParameterizedTest
    @CsvSource({"6, 3, 4, 2", "3, 3, 4, 1", "4, 1, 8, 4", "1, 3, 1, 1"})
    void recordedChannelsTellTheGroups(int recorded, int filterChannels, int filters, long groups)
            throws ConversionException {
        Conversion conversion =
                Converter.convert(model(recorded, filterChannels, filters), "open.tflite", ConversionOptions.DEFAULT);
        assertEquals(groups, groups(conversion));
    }

    @Test
    void channelsThatDoNotFitTheFilterAreTakenForOneGroup() throws ConversionException {
        Conversion conversion = Converter.convert(model(1, 3, 4), "open.tflite", ConversionOptions.DEFAULT);
        assertEquals(1, groups(conversion));
        assertEquals(
                List.of(DiagnosticCode.NOT_EXACT),
                conversion.report().notes().stream().map(Diagnostic::code).toList());
    }

    private static long groups(Conversion conversion) {
        return conversion.model().main().nodes().stream()
                .filter(n -> n.is("Conv"))
                .findFirst()
                .orElseThrow()
                .attributes()
                .get(OnnxOps.GROUP, 1L);
    }
}
