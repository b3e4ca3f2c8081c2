package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND around a convolution. */
class DilationTest {
    private static final String RULE = "space-to-batch-to-dilation";

    private static Tensor numbers(long... shape) {
        Shape s = Shape.of(shape);
        float[] values = new float[(int) s.elementCount()];
        for (int i = 0; i < values.length; i++) {
            // eighths, so that sums do not depend on their order
            values[i] = (i * 37 % 33 - 16) / 8f;
        }
        return Tensor.ofFloats(s, values);
    }

    private static TensorRef ints(TfliteBuilder m, String name, Shape shape, long... values) {
        return m.constant(name, Tensor.ofIntegers(DataType.INT32, shape, values));
    }

    /** An image of 5 by 6 pixels, padded to 8 by 10 and cut into 4 images of 4 by 5, a window of 3 by 3. */
    private static byte[] model(String conv, long stride, long cropBelow, long block2) {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 5, 6, 2);
        TensorRef pads = ints(m, "pads", Shape.of(2, 2), 2, 1, 2, 2);
        TensorRef apart = m.op(
                "SPACE_TO_BATCH_ND",
                TensorSpec.of(DataType.FLOAT32, 4, 4, 5, 2).named("apart"),
                x,
                ints(m, "block", Shape.of(2), 2, 2),
                pads);
        boolean depthwise = conv.equals("DEPTHWISE_CONV_2D");
        Attributes options = Attributes.of(Tfl.PADDING, Padding.VALID)
                .with(Tfl.STRIDE_H, stride)
                .with(Tfl.STRIDE_W, stride)
                .with(Tfl.DILATION_H_FACTOR, 1L)
                .with(Tfl.DILATION_W_FACTOR, 1L);
        TensorRef y = m.op(
                conv,
                depthwise ? options.with(Tfl.DEPTH_MULTIPLIER, 1L) : options,
                TensorSpec.of(DataType.FLOAT32, 4, stride == 1 ? 2 : 1, stride == 1 ? 3 : 2, 2)
                        .named("conv"),
                apart,
                m.constant("w", depthwise ? numbers(1, 3, 3, 2) : numbers(2, 3, 3, 2)),
                m.constant("b", numbers(2)));
        int high = stride == 1 ? 4 : 2;
        int wide = stride == 1 ? 6 : 4;
        m.outputs(m.op(
                "BATCH_TO_SPACE_ND",
                block2 == 2
                        ? TensorSpec.of(DataType.FLOAT32, 1, (int) (high - cropBelow), wide, 2)
                                .named("y")
                        : TensorSpec.of(DataType.FLOAT32, 2, (int) (2 - cropBelow), 6, 2)
                                .named("y"),
                y,
                ints(m, "block2", Shape.of(2), block2 == 2 ? new long[] {2, 2} : new long[] {1, 2}),
                ints(m, "crops", Shape.of(2, 2), 0, cropBelow, 0, 0)));
        return m.build();
    }

    private static Conversion convert(byte[] model, ConversionOptions options) throws ConversionException {
        return Converter.convert(Bytes.of(model, "test"), "test", options);
    }

    private static float[] run(Conversion conversion) {
        return Executor.of(conversion.model().main())
                .run(List.of(numbers(1, 5, 6, 2)))
                .get(0)
                .toFloats();
    }

    private static void isDilated(byte[] model) throws ConversionException {
        Conversion dilated = convert(model, ConversionOptions.DEFAULT);
        assertEquals(1, dilated.report().rulesFired().get(RULE));
        assertEquals(3, dilated.report().nodes(), "a convolution between two Transposes");
        Conversion apart = convert(model, ConversionOptions.DEFAULT.withSkipped(RULE));
        assertTrue(apart.report().nodes() > 3);
        assertArrayEquals(run(apart), run(dilated));
    }

    private static void stays(byte[] model, String reason) throws ConversionException {
        Trace trace = new Trace(Set.of(RULE), Set.of());
        String miss = String.valueOf(convert(model, ConversionOptions.DEFAULT.withTrace(trace))
                .report()
                .trace()
                .whyNot()
                .get(RULE));
        assertTrue(miss.contains(reason), miss);
    }

    @Test
    void imagesOfEverySecondPixelBecomeADilation() throws ConversionException {
        isDilated(model("CONV_2D", 1, 0, 2));
    }

    @Test
    void whatIsCutOffIsNotPadded() throws ConversionException {
        isDilated(model("CONV_2D", 1, 1, 2));
    }

    @Test
    void soTheyDoByChannel() throws ConversionException {
        isDilated(model("DEPTHWISE_CONV_2D", 1, 1, 2));
    }

    @Test
    void largerCropsStay() throws ConversionException {
        stays(model("CONV_2D", 1, 2, 2), "crops no more than was padded — false");
    }

    @Test
    void largerStepsStay() throws ConversionException {
        stays(model("CONV_2D", 2, 0, 2), "moves by 1 and pads nothing — false");
    }

    @Test
    void otherBlocksStay() throws ConversionException {
        stays(model("CONV_2D", 1, 0, 1), "both blocks are the same, of two axes — false");
    }
}
