package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.flatbuffers.FlexBuffersBuilder;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * MediaPipe's custom operators, which the TFLite at hand does not know: the executor's kernels, written after the
 * kernels' source, against their conversion in ONNX Runtime.
 */
class MediaPipeOpsTest {
    private final SeededValues random = SeededValues.of(5);

    @BeforeAll
    static void needsRuntime() {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
    }

    private static TensorSpec floats(String name, int... shape) {
        return TensorSpec.of(DataType.FLOAT32, shape).named(name);
    }

    private Tensor draw(double low, double high, TensorRef input) {
        return random.reals(DataType.FLOAT32, low, high, input.spec().shape());
    }

    /** What the executor computes, once it is seen to be what the converted model does. */
    private static List<Tensor> agreed(TfliteBuilder builder, OpSpec op, Tensor... inputs)
            throws ConversionException, EngineException, IOException {
        builder.outputs(builder.add(op).toArray(TensorRef[]::new));
        Bytes bytes = Bytes.of(builder.build(), "model");
        Model model = TfliteReader.read(bytes, "model", Optional.empty()).model();
        List<Tensor> actual = TfliteExecutor.of(model).run(List.of(inputs));
        byte[] onnx =
                Converter.convert(bytes, "model", ConversionOptions.DEFAULT).toBytes();
        try (Engine runtime = OnnxRuntimeOptions.exact().open(onnx)) {
            assertEquals(Optional.empty(), TfliteKernelTest.difference(actual, runtime.run(List.of(inputs))));
        }
        return actual;
    }

    private static byte[] struct(int... numbers) {
        ByteBuffer out = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(numbers).forEach(out::putInt);
        return out.array();
    }

    private static byte[] flex(Consumer<FlexBuffersBuilder> options) {
        FlexBuffersBuilder flex = new FlexBuffersBuilder();
        int map = flex.startMap();
        options.accept(flex);
        flex.endMap(null, map);
        ByteBuffer buffer = flex.finish();
        byte[] out = new byte[buffer.remaining()];
        buffer.get(out);
        return out;
    }

    private static void put(FlexBuffersBuilder flex, String key, int... values) {
        int start = flex.startVector();
        Arrays.stream(values).forEach(flex::putInt);
        flex.endVector(key, start, true, false);
    }

    @Test
    void transposedConvolutionWithBias() throws ConversionException, EngineException, IOException {
        for (int padding = 1; padding <= 2; padding++) {
            for (int stride = 1; stride <= 3; stride++) {
                TfliteBuilder m = TfliteBuilder.model();
                TensorRef x = m.input("x", DataType.FLOAT32, 2, 4, 5, 3);
                TensorRef w = m.constant("w", random.floats(-1, 1, 2, 3, 2, 3));
                TensorRef b = m.constant("b", random.floats(-1, 1, 2));
                OpSpec op = OpSpec.custom("Convolution2DTransposeBias")
                        .customOptions(struct(padding, stride, stride))
                        .inputs(x, w, b)
                        .outputs(floats("y", 2, side(4, 3, stride, padding), side(5, 2, stride, padding), 2));
                agreed(m, op, draw(-1, 1, x));
            }
        }
    }

    private static int side(int in, int kernel, int stride, int padding) {
        int full = stride * (in - 1) + kernel;
        return padding == 2 ? full : full - Math.max(0, kernel - (in - 1) % stride - 1);
    }

    @Test
    void poolingRemembersPlacesAndUnpoolingReturnsThere() throws ConversionException, EngineException, IOException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 2, 6, 8, 3);
        OpSpec pool = OpSpec.custom("MaxPoolingWithArgmax2D")
                .customOptions(struct(1, 2, 3, 2, 3, 0))
                .inputs(x)
                .outputs(floats("max", 2, 2, 4, 3), floats("place", 2, 2, 4, 3));
        Tensor image = draw(-1, 1, x);
        List<Tensor> pooled = agreed(m, pool, image);
        TfliteBuilder n = TfliteBuilder.model();
        OpSpec unpool = OpSpec.custom("MaxUnpooling2D")
                .customOptions(struct(1, 2, 3, 2, 3, 0))
                .inputs(n.input(floats("max", 2, 2, 4, 3)), n.input(floats("place", 2, 2, 4, 3)))
                .outputs(floats("y", 2, 6, 8, 3));
        float[] y = agreed(n, unpool, pooled.get(0), pooled.get(1)).get(0).toFloats();
        float[] from = image.toFloats();
        int kept = 0;
        for (int i = 0; i < y.length; i++) {
            assertTrue(y[i] == 0 || y[i] == from[i]);
            kept += y[i] == from[i] ? 1 : 0;
        }
        assertEquals(2 * 2 * 4 * 3, kept);
    }

    @Test
    void unpoolingByPlacesInTheImage() throws ConversionException, EngineException, IOException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 2, 3, 2);
        TensorRef at = m.input("at", DataType.INT32, 1, 2, 3, 2);
        OpSpec op = OpSpec.custom("LiteRtMaxUnpooling2D")
                .customOptions(struct(2, 2, 2, 3, 2, 0))
                .inputs(x, at)
                .outputs(floats("y", 1, 4, 7, 2));
        int[] places = {1, 5, 12, 3, 14, 55, 28, 31, 0, 40, 26, 53};
        long[] whole = Arrays.stream(places).asLongStream().toArray();
        agreed(m, op, draw(-1, 1, x), Tensor.ofIntegers(DataType.INT32, Shape.of(1, 2, 3, 2), whole));
    }

    @Test
    void imagesAreSampledAtPlaces() throws ConversionException, EngineException, IOException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 2, 5, 6, 3);
        TensorRef at = m.input("at", DataType.FLOAT32, 2, 5, 6, 2);
        OpSpec op = OpSpec.custom("Resampler").inputs(x, at).outputs(floats("y", 2, 5, 6, 3));
        agreed(m, op, draw(-1, 1, x), draw(-2, 7, at));
    }

    @Test
    void imagesAreSeenThroughMatrices() throws ConversionException, EngineException, IOException {
        for (int version = 1; version <= 2; version++) {
            boolean second = version == 2;
            TfliteBuilder m = TfliteBuilder.model();
            TensorRef x = m.input("x", DataType.FLOAT32, 1, 9, 8, 2);
            TensorRef matrix = m.input("matrix", DataType.FLOAT32, 1, 4, 4);
            byte[] options = flex(f -> {
                if (second) {
                    f.putInt("output_height", 4);
                    f.putInt("output_width", 5);
                } else {
                    put(f, "output_size", 4, 5);
                }
            });
            OpSpec op = OpSpec.custom("TransformTensorBilinear")
                    .version(version)
                    .customOptions(options)
                    .inputs(x, matrix)
                    .outputs(floats("y", 1, 4, 5, 2));
            float[] turn = {1.3f, -0.4f, 0, 1.2f, 0.5f, 1.6f, 0, 0.3f, 0, 0, 1, 0, 0, 0, 0, 1};
            agreed(m, op, draw(-1, 1, x), Tensor.ofFloats(Shape.of(1, 4, 4), turn));
        }
    }

    @Test
    void landmarksAreTransformed() throws ConversionException, EngineException, IOException {
        for (int d = 2; d <= 3; d++) {
            for (int version = 1; version <= 2; version++) {
                int[] shape = version == 2 ? new int[] {1, 6, d} : new int[] {1, 1, 1, 6 * d};
                TfliteBuilder m = TfliteBuilder.model();
                TensorRef x = m.input("x", DataType.FLOAT32, shape);
                TensorRef matrix = m.input("matrix", DataType.FLOAT32, 1, 4, 4);
                int dimensions = d;
                byte[] options = flex(f -> {
                    f.putInt("dimensions", dimensions);
                    f.putFloat("scale", 1.5f);
                });
                OpSpec op = OpSpec.custom("TransformLandmarks")
                        .version(version)
                        .customOptions(options)
                        .inputs(x, matrix)
                        .outputs(floats("y", shape));
                agreed(m, op, draw(-1, 1, x), draw(-1, 1, matrix));
            }
        }
    }

    @Test
    void landmarksGiveMatrices() throws ConversionException, EngineException, IOException {
        for (int version = 1; version <= 2; version++) {
            boolean second = version == 2;
            int[] shape = second ? new int[] {1, 7, 3} : new int[] {1, 1, 1, 21};
            TfliteBuilder m = TfliteBuilder.model();
            TensorRef x = m.input("x", DataType.FLOAT32, shape);
            OpSpec op = OpSpec.custom("Landmarks2TransformMatrix")
                    .version(version)
                    .customOptions(second ? target() : level())
                    .inputs(x)
                    .outputs(floats("y", 1, 4, 4));
            agreed(m, op, draw(10, 90, x));
        }
    }

    private static byte[] level() {
        return flex(f -> {
            f.putFloat("bbox_size_multiplier", 1.5f);
            f.putInt("dimensions", 3);
            put(f, "input_hw", 96, 128);
            f.putInt("landmarks_range", 192);
            f.putInt("left_rotation_idx", 1);
            put(f, "output_hw", 16, 24);
            f.putInt("right_rotation_idx", 4);
            put(f, "subset", 0, 2, 3, 5);
        });
    }

    private static byte[] target() {
        return flex(f -> {
            f.putInt("left_rotation_idx", 1);
            f.putInt("output_height", 16);
            f.putInt("output_width", 24);
            f.putInt("right_rotation_idx", 4);
            f.putFloat("scale_x", 1.5f);
            f.putFloat("scale_y", 1.25f);
            put(f, "subset_idxs", 0, 2, 3, 6);
            f.putFloat("target_rotation_radians", 0.5f);
        });
    }
}
