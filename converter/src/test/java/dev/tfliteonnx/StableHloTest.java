package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.executor.TfliteExecutor;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import dev.tfliteonnx.tfl.ComparisonDirection;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** StableHLO operators that TFLite has no kernels for: what ONNX Runtime computes against the specification's text. */
class StableHloTest {
    private static final double[] X = {-2.5, -1, -0.25, 0.5, 1, 3};
    private static final double[] Y = {1.5, -2, 2, 0.75, 1, -2};

    @BeforeEach
    void runtimeIsThere() {
        assumeTrue(Engines.hasOnnxRuntime(), "ONNX Runtime is not on this machine");
    }

    private static Tensor tensor(DataType type, long[] shape, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return Tensor.ofFloats(Shape.of(shape), floats).cast(type);
    }

    private static Tensor floats(double... values) {
        return tensor(DataType.FLOAT32, new long[] {values.length}, values);
    }

    /** The results of one operator on these inputs. */
    private static List<Tensor> run(OpSpec op, List<Tensor> inputs, TensorSpec... outputs) throws Exception {
        TfliteBuilder model = TfliteBuilder.model();
        return run(model, op, inputs, outputs);
    }

    private static List<Tensor> run(TfliteBuilder model, OpSpec op, List<Tensor> inputs, TensorSpec... outputs)
            throws Exception {
        TensorRef[] refs = new TensorRef[inputs.size()];
        for (int i = 0; i < refs.length; i++) {
            Tensor input = inputs.get(i);
            int[] shape =
                    Arrays.stream(input.shape().sizes()).mapToInt(s -> (int) s).toArray();
            refs[i] = model.input(TensorSpec.of(input.type(), shape).named("x" + i));
        }
        TensorSpec[] named = new TensorSpec[outputs.length];
        for (int i = 0; i < named.length; i++) {
            named[i] = outputs[i].named("y" + i);
        }
        model.outputs(model.add(op.inputs(refs).outputs(named)).toArray(TensorRef[]::new));
        Bytes bytes = Bytes.of(model.build(), "test");
        byte[] onnx =
                Converter.convert(bytes, "test", ConversionOptions.DEFAULT).toBytes();
        try (Engine engine = OnnxRuntimeOptions.exact().open(onnx)) {
            List<Tensor> results = engine.run(inputs);
            List<Tensor> own = TfliteExecutor.of(
                            TfliteReader.read(bytes, "test", Optional.empty()).model())
                    .run(inputs);
            assertEquals(Optional.empty(), TfliteKernelTest.difference(own, results), "the plain Java executor");
            return results;
        }
    }

    private static void expect(Tensor actual, double... expected) {
        double[] values = actual.toDoubles();
        assertEquals(expected.length, values.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], values[i], 1e-6 + 1e-6 * Math.abs(expected[i]), "element " + i);
        }
    }

    private static double[] map(double[] a, DoubleUnaryOperator f) {
        return Arrays.stream(a).map(f).toArray();
    }

    private static double[] map(double[] a, double[] b, DoubleBinaryOperator f) {
        double[] out = new double[a.length];
        Arrays.setAll(out, i -> f.applyAsDouble(a[i], b[i]));
        return out;
    }

    private static DynamicTest unary(String op, DoubleUnaryOperator f, double... x) {
        return DynamicTest.dynamicTest(
                op,
                () -> expect(
                        run(OpSpec.of("STABLEHLO_" + op), List.of(floats(x)), TensorSpec.of(DataType.FLOAT32, x.length))
                                .get(0),
                        map(x, f)));
    }

    @TestFactory
    Stream<DynamicTest> unaryOperators() {
        return Stream.of(
                unary("LOGISTIC", v -> 1 / (1 + Math.exp(-v)), X),
                unary("ABS", Math::abs, X),
                unary("COSINE", Math::cos, X),
                unary("EXPONENTIAL", Math::exp, X),
                unary("FLOOR", Math::floor, X),
                unary("LOG", Math::log, 0.5, 1, 7),
                unary("NEGATE", v -> -v, X),
                unary("RSQRT", v -> 1 / Math.sqrt(v), 0.25, 1, 7),
                unary("TANH", Math::tanh, X),
                unary("CBRT", Math::cbrt, -8, -0.5, 0, 27));
    }

    private static DynamicTest binary(String op, DataType type, DoubleBinaryOperator f, double[] a, double[] b) {
        long[] shape = {a.length};
        return DynamicTest.dynamicTest(
                op + " " + type,
                () -> expect(
                        run(
                                        OpSpec.of("STABLEHLO_" + op),
                                        List.of(tensor(type, shape, a), tensor(type, shape, b)),
                                        TensorSpec.of(type, a.length))
                                .get(0)
                                .cast(DataType.FLOAT32),
                        map(a, b, f)));
    }

    @TestFactory
    Stream<DynamicTest> binaryOperators() {
        double[] p = {-7, -6, 5, 7, 12, -9};
        double[] q = {2, 3, -3, 4, 5, -4};
        double[] t = {0, 0, 1, 1};
        double[] u = {0, 1, 0, 1};
        return Stream.of(
                binary("SUBTRACT", DataType.FLOAT32, (a, b) -> a - b, X, Y),
                binary("DIVIDE", DataType.FLOAT32, (a, b) -> a / b, X, Y),
                binary("DIVIDE", DataType.INT32, (a, b) -> (int) a / (int) b, p, q),
                binary("REMAINDER", DataType.FLOAT32, (a, b) -> a % b, X, Y),
                binary("REMAINDER", DataType.INT32, (a, b) -> (int) a % (int) b, p, q),
                binary("POWER", DataType.FLOAT32, Math::pow, new double[] {0.5, 2, 3}, new double[] {-1, 0.5, 2}),
                binary("OR", DataType.BOOL, Math::max, t, u),
                binary("AND", DataType.BOOL, Math::min, t, u),
                binary("OR", DataType.INT32, (a, b) -> (int) a | (int) b, p, q),
                binary("AND", DataType.INT32, (a, b) -> (int) a & (int) b, p, q),
                binary("ADD", DataType.BOOL, Math::max, t, u),
                binary("MULTIPLY", DataType.BOOL, Math::min, t, u));
    }

    @TestFactory
    Stream<DynamicTest> comparisons() {
        double[] a = {1, 2, 3};
        double[] b = {2, 2, 2};
        double[][] expected = {{0, 1, 0}, {1, 0, 1}, {0, 1, 1}, {0, 0, 1}, {1, 1, 0}, {1, 0, 0}};
        return Arrays.stream(ComparisonDirection.values())
                .map(d -> DynamicTest.dynamicTest(d.name(), () -> {
                    OpSpec op = OpSpec.of("STABLEHLO_COMPARE", Attributes.of(Tfl.COMPARISON_DIRECTION, d));
                    List<Tensor> y = run(op, List.of(floats(a), floats(b)), TensorSpec.of(DataType.BOOL, 3));
                    assertEquals(
                            Arrays.toString(expected[d.ordinal()]),
                            Arrays.toString(y.get(0).toDoubles()));
                }));
    }

    @Test
    void clampTakesTheLeastFirst() throws Exception {
        Tensor least = tensor(DataType.FLOAT32, new long[] {}, -1);
        Tensor most = tensor(DataType.FLOAT32, new long[] {}, 2);
        List<Tensor> y =
                run(OpSpec.of("STABLEHLO_CLAMP"), List.of(least, floats(X), most), TensorSpec.of(DataType.FLOAT32, 6));
        expect(y.get(0), map(X, v -> Math.min(Math.max(v, -1), 2)));
    }

    @Test
    void convertTruncates() throws Exception {
        List<Tensor> y = run(OpSpec.of("STABLEHLO_CONVERT"), List.of(floats(X)), TensorSpec.of(DataType.INT32, 6));
        expect(y.get(0), -2, -1, 0, 0, 1, 3);
    }

    @Test
    void selectTakesOneFlagForAll() throws Exception {
        Tensor flag = tensor(DataType.BOOL, new long[] {}, 0);
        List<Tensor> y = run(
                OpSpec.of("STABLEHLO_SELECT"), List.of(flag, floats(X), floats(Y)), TensorSpec.of(DataType.FLOAT32, 6));
        expect(y.get(0), Y);
    }

    private static Tensor counted(long... shape) {
        return Tensor.ofIntegers(DataType.INT64, Shape.of(shape), longs(shape)).cast(DataType.FLOAT32);
    }

    private static long[] longs(long... shape) {
        long[] values = new long[(int) Shape.of(shape).elementCount()];
        Arrays.setAll(values, i -> i);
        return values;
    }

    @Test
    void shapesAreRearranged() throws Exception {
        Tensor x = counted(2, 3);
        TensorSpec flat = TensorSpec.of(DataType.FLOAT32, 3, 2);
        expect(run(OpSpec.of("STABLEHLO_RESHAPE"), List.of(x), flat).get(0), 0, 1, 2, 3, 4, 5);
        Attributes permutation = Attributes.of(Tfl.PERMUTATION, Ints.of(1, 0));
        expect(
                run(OpSpec.of("STABLEHLO_TRANSPOSE", permutation), List.of(x), flat)
                        .get(0),
                0,
                3,
                1,
                4,
                2,
                5);
        Attributes dimension = Attributes.of(Tfl.DIMENSION, 1L);
        TensorSpec wide = TensorSpec.of(DataType.FLOAT32, 2, 6);
        expect(
                run(OpSpec.of("STABLEHLO_CONCATENATE", dimension), List.of(x, x), wide)
                        .get(0),
                0,
                1,
                2,
                0,
                1,
                2,
                3,
                4,
                5,
                3,
                4,
                5);
        Attributes places = Attributes.of(Tfl.BROADCAST_DIMENSIONS, Ints.of(2, 0));
        TensorSpec grown = TensorSpec.of(DataType.FLOAT32, 3, 2, 2);
        expect(
                run(OpSpec.of("STABLEHLO_BROADCAST_IN_DIM", places), List.of(x), grown)
                        .get(0),
                0,
                3,
                0,
                3,
                1,
                4,
                1,
                4,
                2,
                5,
                2,
                5);
        Attributes range = Attributes.of(Tfl.START_INDICES, Ints.of(0, 0))
                .with(Tfl.LIMIT_INDICES, Ints.of(2, 3))
                .with(Tfl.STRIDES, Ints.of(1, 2));
        TensorSpec part = TensorSpec.of(DataType.FLOAT32, 2, 2);
        expect(run(OpSpec.of("STABLEHLO_SLICE", range), List.of(x), part).get(0), 0, 2, 3, 5);
        Attributes second = Attributes.of(Tfl.IOTA_DIMENSION, 1L);
        TfliteBuilder model = TfliteBuilder.model();
        model.input("unused", DataType.FLOAT32, 1);
        TensorRef iota = model.op(
                "STABLEHLO_IOTA", second, TensorSpec.of(DataType.INT32, 2, 3).named("iota"));
        byte[] onnx = Converter.convert(
                        Bytes.of(model.outputs(iota).build(), "test"), "test", ConversionOptions.DEFAULT)
                .toBytes();
        try (Engine engine = OnnxRuntimeOptions.exact().open(onnx)) {
            expect(engine.run(List.of(floats(0))).get(0), 0, 1, 2, 0, 1, 2);
        }
    }

    @Test
    void dynamicSlicesAreClamped() throws Exception {
        Tensor x = counted(3, 4);
        Tensor row = tensor(DataType.INT32, new long[] {}, 5);
        Tensor column = tensor(DataType.INT32, new long[] {}, -1);
        Attributes sizes = Attributes.of(Tfl.SLICE_SIZES, Ints.of(2, 2));
        TensorSpec part = TensorSpec.of(DataType.FLOAT32, 2, 2);
        expect(
                run(OpSpec.of("STABLEHLO_DYNAMIC_SLICE", sizes), List.of(x, row, column), part)
                        .get(0),
                4,
                5,
                8,
                9);
        Tensor update = tensor(DataType.FLOAT32, new long[] {2, 2}, -1, -2, -3, -4);
        expect(
                run(
                                OpSpec.of("STABLEHLO_DYNAMIC_UPDATE_SLICE"),
                                List.of(x, update, row, column),
                                TensorSpec.of(DataType.FLOAT32, 3, 4))
                        .get(0),
                0,
                1,
                2,
                3,
                -1,
                -2,
                6,
                7,
                -3,
                -4,
                10,
                11);
    }

    @Test
    void startsOfGathersAreClamped() throws Exception {
        Attributes options = Attributes.of(Tfl.OFFSET_DIMS, Ints.of(1))
                .with(Tfl.COLLAPSED_SLICE_DIMS, Ints.of(0))
                .with(Tfl.START_INDEX_MAP, Ints.of(0, 1))
                .with(Tfl.INDEX_VECTOR_DIM, 1L)
                .with(Tfl.SLICE_SIZES, Ints.of(1, 2));
        Tensor starts = tensor(DataType.INT32, new long[] {3, 2}, -4, 1, 9, 9, 1, 0);
        List<Tensor> y = run(
                OpSpec.of("STABLEHLO_GATHER", options),
                List.of(counted(3, 4), starts),
                TensorSpec.of(DataType.FLOAT32, 3, 2));
        expect(y.get(0), 1, 2, 10, 11, 4, 5);
    }

    @Test
    void startsOfGathersMayLackAnAxisOfVectors() throws Exception {
        Attributes options = Attributes.of(Tfl.OFFSET_DIMS, Ints.of(1))
                .with(Tfl.COLLAPSED_SLICE_DIMS, Ints.of(1))
                .with(Tfl.START_INDEX_MAP, Ints.of(1))
                .with(Tfl.INDEX_VECTOR_DIM, 1L)
                .with(Tfl.SLICE_SIZES, Ints.of(2, 1));
        List<Tensor> y = run(
                OpSpec.of("STABLEHLO_GATHER", options),
                List.of(counted(2, 4), tensor(DataType.INT32, new long[] {3}, 3, 0, 2)),
                TensorSpec.of(DataType.FLOAT32, 3, 2));
        expect(y.get(0), 3, 7, 0, 4, 2, 6);
    }

    private static GraphBuilder body(TfliteBuilder model, String op, DataType type) {
        GraphBuilder body = model.graph("body");
        TensorRef a = body.input("a", type);
        TensorRef b = body.input("b", type);
        body.outputs(body.op(op, TensorSpec.of(type).named("c"), a, b));
        return body;
    }

    @Test
    void reductionsBeginWithTheStart() throws Exception {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder sum = body(model, "STABLEHLO_ADD", DataType.FLOAT32);
        Attributes options =
                Attributes.of(Tfl.DIMENSIONS, Ints.of(1)).with(Tfl.BODY_SUBGRAPH_INDEX, (long) sum.index());
        Tensor start = tensor(DataType.FLOAT32, new long[] {}, 10);
        List<Tensor> y = run(
                model,
                OpSpec.of("STABLEHLO_REDUCE", options),
                List.of(counted(2, 3), start),
                TensorSpec.of(DataType.FLOAT32, 2));
        expect(y.get(0), 13, 22);
        TfliteBuilder other = TfliteBuilder.model();
        GraphBuilder any = body(other, "STABLEHLO_OR", DataType.BOOL);
        Attributes over = Attributes.of(Tfl.DIMENSIONS, Ints.of(0)).with(Tfl.BODY_SUBGRAPH_INDEX, (long) any.index());
        Tensor flags = tensor(DataType.BOOL, new long[] {2, 3}, 0, 1, 0, 0, 1, 1);
        List<Tensor> z = run(
                other,
                OpSpec.of("STABLEHLO_REDUCE", over),
                List.of(flags, tensor(DataType.BOOL, new long[] {}, 0)),
                TensorSpec.of(DataType.BOOL, 3));
        expect(z.get(0), 0, 1, 1);
    }

    @Test
    void sortsCarryOtherOperandsAlong() throws Exception {
        TfliteBuilder model = TfliteBuilder.model();
        GraphBuilder order = model.graph("order");
        TensorRef a = order.input("a", DataType.FLOAT32);
        TensorRef b = order.input("b", DataType.FLOAT32);
        order.input("c", DataType.INT32);
        order.input("d", DataType.INT32);
        Attributes greater = Attributes.of(Tfl.COMPARISON_DIRECTION, ComparisonDirection.GT);
        order.outputs(order.op(
                "STABLEHLO_COMPARE", greater, TensorSpec.of(DataType.BOOL).named("e"), a, b));
        Attributes options = Attributes.of(Tfl.DIMENSION, 1L)
                .with(Tfl.IS_STABLE, true)
                .with(Tfl.COMPARATOR_SUBGRAPH_INDEX, (long) order.index());
        Tensor keys = tensor(DataType.FLOAT32, new long[] {2, 4}, 1, 3, 3, 2, 5, 6, 5, 7);
        List<Tensor> y = run(
                model,
                OpSpec.of("STABLEHLO_SORT", options),
                List.of(keys, Tensor.ofIntegers(DataType.INT32, Shape.of(2, 4), longs(8))),
                TensorSpec.of(DataType.FLOAT32, 2, 4),
                TensorSpec.of(DataType.INT32, 2, 4));
        expect(y.get(0), 3, 3, 2, 1, 7, 6, 5, 5);
        expect(y.get(1), 1, 2, 3, 0, 7, 5, 4, 6);
    }

    @Test
    void productsContractAnyAxes() throws Exception {
        // a [k, batch, m], b [n, k, batch] → [batch, m, n]
        Attributes options = Attributes.of(Tfl.LHS_BATCHING_DIMENSIONS, Ints.of(1))
                .with(Tfl.RHS_BATCHING_DIMENSIONS, Ints.of(2))
                .with(Tfl.LHS_CONTRACTING_DIMENSIONS, Ints.of(0))
                .with(Tfl.RHS_CONTRACTING_DIMENSIONS, Ints.of(1));
        Tensor a = counted(3, 2, 4);
        Tensor b = counted(5, 3, 2);
        List<Double> expected = new ArrayList<>();
        double[] av = a.toDoubles();
        double[] bv = b.toDoubles();
        for (int batch = 0; batch < 2; batch++) {
            for (int m = 0; m < 4; m++) {
                for (int n = 0; n < 5; n++) {
                    double sum = 0;
                    for (int k = 0; k < 3; k++) {
                        sum += av[(k * 2 + batch) * 4 + m] * bv[(n * 3 + k) * 2 + batch];
                    }
                    expected.add(sum);
                }
            }
        }
        List<Tensor> y = run(
                OpSpec.of("STABLEHLO_DOT_GENERAL", options), List.of(a, b), TensorSpec.of(DataType.FLOAT32, 2, 4, 5));
        expect(y.get(0), expected.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** A convolution of one spatial axis in NWC with kernels in WIO. */
    private record Line(
            int batch,
            int width,
            int in,
            int out,
            int window,
            int stride,
            int low,
            int high,
            int holes,
            int dilation,
            boolean reversed,
            int groups,
            int batchGroups) {
        int spread() {
            return (width - 1) * holes + 1;
        }

        int outWidth() {
            return (spread() + low + high - (window - 1) * dilation - 1) / stride + 1;
        }

        double[] reference(double[] x, double[] w) {
            int perGroup = in / groups;
            int outBatch = batch / batchGroups;
            double[] y = new double[outBatch * outWidth() * out];
            for (int i = 0; i < y.length; i++) {
                int o = i % out;
                int at = i / out % outWidth();
                int group = o / (out / groups / 1 == 0 ? 1 : out / groups);
                int n = i / out / outWidth() + (batchGroups > 1 ? o / (out / batchGroups) * outBatch : 0);
                for (int k = 0; k < window; k++) {
                    int place = at * stride + k * dilation - low;
                    if (place < 0 || place >= spread() || place % holes != 0) {
                        continue;
                    }
                    int tap = reversed ? window - 1 - k : k;
                    for (int c = 0; c < perGroup; c++) {
                        int from = groups > 1 ? group * perGroup + c : c;
                        y[i] += x[(n * width + place / holes) * in + from] * w[(tap * perGroup + c) * out + o];
                    }
                }
            }
            return y;
        }

        Attributes options() {
            return Attributes.of(Tfl.WINDOW_STRIDES, Ints.of(stride))
                    .with(Tfl.PADDING_PAIRS, Ints.of(low, high))
                    .with(Tfl.LHS_DILATION, Ints.of(holes))
                    .with(Tfl.RHS_DILATION, Ints.of(dilation))
                    .with(Tfl.WINDOW_REVERSAL, Ints.of(reversed ? 1 : 0))
                    .with(Tfl.INPUT_FEATURE_DIMENSION, 2L)
                    .with(Tfl.INPUT_SPATIAL_DIMENSIONS, Ints.of(1))
                    .with(Tfl.KERNEL_INPUT_FEATURE_DIMENSION, 1L)
                    .with(Tfl.KERNEL_OUTPUT_FEATURE_DIMENSION, 2L)
                    .with(Tfl.KERNEL_SPATIAL_DIMENSIONS, Ints.of(0))
                    .with(Tfl.OUTPUT_FEATURE_DIMENSION, 2L)
                    .with(Tfl.OUTPUT_SPATIAL_DIMENSIONS, Ints.of(1))
                    .with(Tfl.FEATURE_GROUP_COUNT, (long) groups)
                    .with(Tfl.BATCH_GROUP_COUNT, (long) batchGroups);
        }
    }

    @TestFactory
    Stream<DynamicTest> convolutions() {
        return Stream.of(
                        new Line(2, 7, 3, 4, 3, 1, 1, 1, 1, 1, false, 1, 1),
                        new Line(1, 8, 2, 2, 3, 2, 0, 1, 1, 2, false, 1, 1),
                        new Line(1, 5, 2, 3, 3, 1, 2, 2, 2, 1, true, 1, 1),
                        new Line(1, 9, 2, 3, 2, 1, -1, -2, 1, 1, false, 1, 1),
                        new Line(2, 6, 4, 6, 3, 1, 0, 0, 1, 1, false, 2, 1),
                        new Line(4, 6, 2, 4, 3, 1, 1, 0, 1, 1, false, 1, 2))
                .map(line -> DynamicTest.dynamicTest(line.toString(), () -> {
                    Tensor x = counted(line.batch, line.width, line.in);
                    Tensor w = counted(line.window, line.in / line.groups, line.out);
                    int outBatch = line.batch / line.batchGroups;
                    List<Tensor> y = run(
                            OpSpec.of("STABLEHLO_CONVOLUTION", line.options()),
                            List.of(x, w),
                            TensorSpec.of(DataType.FLOAT32, outBatch, line.outWidth(), line.out));
                    expect(y.get(0), line.reference(x.toDoubles(), w.toDoubles()));
                }));
    }
}
