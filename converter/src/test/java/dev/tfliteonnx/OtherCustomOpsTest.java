package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.SeededValues;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.Tfl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Operators that the TFLite at hand does not run or draws at random, against what their kernels' source computes. */
class OtherCustomOpsTest {
    @BeforeAll
    static void needsRuntime() {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
    }

    /** What ONNX Runtime makes of the conversion, from which the plain Java executor does not differ on the source. */
    private static Tensor run(OpSpec op, TfliteBuilder model, Tensor... inputs)
            throws ConversionException, EngineException, IOException {
        List<Tensor> both = both(op, model, inputs);
        assertEquals(
                Optional.empty(),
                TfliteKernelTest.difference(both.subList(1, 2), both.subList(0, 1)),
                "the plain Java executor");
        return both.get(0);
    }

    private static List<Tensor> both(OpSpec op, TfliteBuilder model, Tensor... inputs)
            throws ConversionException, EngineException, IOException {
        model.outputs(model.add(op).toArray(TensorRef[]::new));
        Bytes bytes = Bytes.of(model.build(), "model");
        byte[] onnx =
                Converter.convert(bytes, "model", ConversionOptions.DEFAULT).toBytes();
        try (Engine runtime = OnnxRuntimeOptions.exact().open(onnx)) {
            TfliteExecutor executor = TfliteExecutor.of(
                    TfliteReader.read(bytes, "model", Optional.empty()).model());
            return List.of(
                    runtime.run(List.of(inputs)).get(0),
                    executor.run(List.of(inputs)).get(0));
        }
    }

    private static Tensor ramp(long... shape) {
        Shape s = Shape.of(shape);
        float[] values = new float[(int) s.elementCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }
        return Tensor.ofFloats(s, values);
    }

    @Test
    void rollMovesAlongAxesAndAddsShiftsOfOneAxis() throws ConversionException, EngineException, IOException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 3, 4);
        OpSpec roll = OpSpec.custom("Roll")
                .inputs(x, m.ints("shift", 1, -5, 3), m.ints("axis", 0, 1, -1))
                .outputs(TensorSpec.of(DataType.FLOAT32, 3, 4).named("y"));
        Tensor y = run(roll, m, ramp(3, 4));
        // one row down, two columns to the left
        assertArrayEquals(new float[] {10, 11, 8, 9, 2, 3, 0, 1, 6, 7, 4, 5}, y.toFloats());
    }

    @Test
    void pool3dLeavesPaddingOut() throws ConversionException, EngineException, IOException {
        for (boolean max : new boolean[] {false, true}) {
            TfliteBuilder m = TfliteBuilder.model();
            TensorRef x = m.input("x", DataType.FLOAT32, 1, 3, 2, 3, 2);
            OpSpec pool = OpSpec.custom(max ? "MaxPool3D" : "AvgPool3D")
                    .customOptions(pool3d("SAME", new int[] {1, 2, 2, 2, 1}, new int[] {1, 2, 1, 2, 1}))
                    .inputs(x)
                    .outputs(TensorSpec.of(DataType.FLOAT32, 1, 2, 2, 2, 2).named("y"));
            float[] expected = new float[16];
            for (int i = 0; i < 16; i++) {
                int[] at = {i / 8 * 2, i / 4 % 2, i / 2 % 2 * 2};
                double sum = 0;
                int count = 0;
                double greatest = -1;
                for (int d = at[0]; d < Math.min(3, at[0] + 2); d++) {
                    for (int h = at[1]; h < Math.min(2, at[1] + 2); h++) {
                        for (int w = at[2]; w < Math.min(3, at[2] + 2); w++) {
                            double value = ((d * 2 + h) * 3 + w) * 2 + i % 2;
                            sum += value;
                            greatest = Math.max(greatest, value);
                            count++;
                        }
                    }
                }
                expected[i] = (float) (max ? greatest : sum / count);
            }
            assertArrayEquals(expected, run(pool, m, ramp(1, 3, 2, 3, 2)).toFloats(), 1e-5f);
        }
    }

    private static byte[] pool3d(String padding, int[] pool, int[] strides) {
        FlexBuffersBuilder flex = new FlexBuffersBuilder();
        int map = flex.startMap();
        flex.putString("data_format", "NDHWC");
        flex.putString("padding", padding);
        putVector(flex, "pool_size", pool);
        putVector(flex, "strides", strides);
        flex.endMap(null, map);
        ByteBuffer buffer = flex.finish();
        byte[] out = new byte[buffer.remaining()];
        buffer.get(out);
        return out;
    }

    private static void putVector(FlexBuffersBuilder flex, String key, int[] values) {
        int start = flex.startVector();
        for (int value : values) {
            flex.putInt(value);
        }
        flex.endVector(key, start, true, false);
    }

    @Test
    void tableLooksUpEveryStoredInt8() throws ConversionException, EngineException, IOException {
        long[] table =
                LongStream.range(0, 256).map(i -> (i * i / 7) % 256 - 128).toArray();
        long[] all = LongStream.range(-128, 128).toArray();
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input(TensorSpec.of(DataType.INT8, 256).named("x").quantized(0.1, 3));
        TensorRef t = m.constant("table", Tensor.ofIntegers(DataType.INT8, Shape.of(256), table));
        OpSpec op = OpSpec.custom("Table")
                .inputs(x, t)
                .outputs(TensorSpec.of(DataType.INT8, 256).named("y").quantized(0.2, -1));
        assertArrayEquals(
                table,
                run(op, m, Tensor.ofIntegers(DataType.INT8, Shape.of(256), all)).toLongs());
    }

    @Test
    void tableInterpolatesInt16() throws ConversionException, EngineException, IOException {
        long[] table =
                LongStream.range(0, 513).map(i -> (i * i * 37) % 60000 - 30000).toArray();
        long[] values = LongStream.rangeClosed(-32768, 32767)
                .filter(i -> i % 13 == 0 || i > 32700)
                .toArray();
        long[] expected = Arrays.stream(values)
                .map(v -> {
                    int index = (int) (256 + (v >> 7));
                    long slope = table[index + 1] - table[index];
                    return (short) (table[index] + ((slope * (v & 127) + 64) >> 7));
                })
                .toArray();
        int n = values.length;
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input(TensorSpec.of(DataType.INT16, n).named("x").quantized(0.1, 0));
        TensorRef t = m.constant("table", Tensor.ofIntegers(DataType.INT16, Shape.of(513), table));
        OpSpec op = OpSpec.custom("Table")
                .inputs(x, t)
                .outputs(TensorSpec.of(DataType.INT16, n).named("y").quantized(0.2, 0));
        assertArrayEquals(
                expected,
                run(op, m, Tensor.ofIntegers(DataType.INT16, Shape.of(n), values))
                        .toLongs());
    }

    @Test
    void signAndAtan2GoByTheBuiltinHandlers() throws ConversionException, EngineException, IOException {
        Tensor values = Tensor.ofFloats(Shape.of(4), -2, 0, 0.5f, 7);
        TfliteBuilder m = TfliteBuilder.model();
        OpSpec sign = OpSpec.custom("Sign")
                .inputs(m.input("x", DataType.FLOAT32, 4))
                .outputs(TensorSpec.of(DataType.FLOAT32, 4).named("y"));
        assertArrayEquals(new float[] {-1, 0, 1, 1}, run(sign, m, values).toFloats());
        TfliteBuilder n = TfliteBuilder.model();
        OpSpec angle = OpSpec.custom("Atan2")
                .inputs(n.input("y", DataType.FLOAT32, 4), n.input("x", DataType.FLOAT32, 4))
                .outputs(TensorSpec.of(DataType.FLOAT32, 4).named("z"));
        float[] expected = new float[4];
        float[] y = values.toFloats();
        float[] x = {-1, -1, 0, 3};
        for (int i = 0; i < 4; i++) {
            expected[i] = (float) Math.atan2(y[i], x[i]);
        }
        assertArrayEquals(
                expected, run(angle, n, values, Tensor.ofFloats(Shape.of(4), x)).toFloats(), 1e-6f);
    }

    @Test
    void randomNumbersHaveTheirDistribution() throws ConversionException, EngineException, IOException {
        for (Tensor drawn : draw("RANDOM_UNIFORM")) {
            double[] uniform = drawn.toDoubles();
            assertTrue(Arrays.stream(uniform).allMatch(v -> v >= 0 && v < 1));
            assertEquals(0.5, Arrays.stream(uniform).average().orElseThrow(), 0.01);
            assertEquals(
                    1.0 / 3, Arrays.stream(uniform).map(v -> v * v).average().orElseThrow(), 0.01);
        }
        for (Tensor drawn : draw("RANDOM_STANDARD_NORMAL")) {
            double[] normal = drawn.toDoubles();
            assertEquals(0, Arrays.stream(normal).average().orElseThrow(), 0.03);
            assertEquals(1, Arrays.stream(normal).map(v -> v * v).average().orElseThrow(), 0.05);
        }
    }

    private static List<Tensor> draw(String op) throws ConversionException, EngineException, IOException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef shape = m.input("shape", DataType.INT32, 2);
        Attributes options = Attributes.of(Tfl.SEED, 5L).with(Tfl.SEED2, 9L);
        OpSpec spec = OpSpec.of(op, options)
                .inputs(shape)
                .outputs(TensorSpec.of(DataType.FLOAT32, 200, 100).named("y").signature(-1, -1));
        List<Tensor> both = both(spec, m, Tensor.ofIntegers(DataType.INT32, Shape.of(2), 200, 100));
        both.forEach(y -> assertEquals(Shape.of(200, 100), y.shape()));
        return both;
    }

    @Test
    void multinomialDrawsByLogits() throws ConversionException, EngineException, IOException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef logits = m.input("logits", DataType.FLOAT32, 1, 3);
        TensorRef samples = m.constant("samples", Tensor.ofIntegers(DataType.INT32, Shape.SCALAR, 20000));
        OpSpec spec = OpSpec.of("MULTINOMIAL", Attributes.of(Tfl.SEED, 5L).with(Tfl.SEED2, 9L))
                .inputs(logits, samples)
                .outputs(TensorSpec.of(DataType.INT64, 1, 20000).named("y"));
        float[] log = {(float) Math.log(0.2), (float) Math.log(0.5), (float) Math.log(0.3)};
        for (Tensor y : both(spec, m, Tensor.ofFloats(Shape.of(1, 3), log))) {
            long[] drawn = y.toLongs();
            double[] share = IntStream.range(0, 3)
                    .mapToDouble(k -> Arrays.stream(drawn).filter(d -> d == k).count() / 20000.0)
                    .toArray();
            assertArrayEquals(new double[] {0.2, 0.5, 0.3}, share, 0.02);
        }
    }

    @Test
    void equalIndicesAddUpOnManyThreads() throws ConversionException, EngineException, IOException {
        int n = 1 << 19;
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef at = m.input("at", DataType.INT32, n, 1);
        TensorRef values = m.input("values", DataType.INT32, n);
        m.outputs(m.op("SCATTER_ND", TensorSpec.of(DataType.INT32, 4).named("y"), at, values, m.ints("shape", 4)));
        byte[] onnx = Converter.convert(Bytes.of(m.build(), "model"), "model", ConversionOptions.DEFAULT)
                .toBytes();
        SeededValues random = SeededValues.fixed(3);
        Tensor places = random.integers(DataType.INT32, 0, 3, Shape.of(n, 1));
        Tensor summands = random.integers(DataType.INT32, -9, 9, Shape.of(n));
        int[] expected = new int[4];
        java.nio.IntBuffer p = places.load().asIntBuffer();
        java.nio.IntBuffer s = summands.load().asIntBuffer();
        for (int i = 0; i < n; i++) {
            expected[p.get(i)] += s.get(i);
        }
        try (Engine runtime = OnnxRuntimeOptions.exact().withThreads(4).open(onnx)) {
            for (int i = 0; i < 5; i++) {
                assertArrayEquals(
                        expected, runtime.run(List.of(places, summands)).get(0).toInts());
            }
        }
    }
}
