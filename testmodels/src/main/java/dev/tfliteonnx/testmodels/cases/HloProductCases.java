package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Drawn cases of the StableHLO operators that sum, reduce or sort and that TFLite has no kernels for. */
final class HloProductCases {
    private static final List<DataType> TYPES = List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64);

    private HloProductCases() {}

    static void addTo(CaseList cases) {
        cases.draw("STABLEHLO_DOT_GENERAL", d -> dotGeneral(cases, d));
        cases.draw("STABLEHLO_CONVOLUTION", d -> convolution(cases, d));
        cases.draw("STABLEHLO_REDUCE", d -> reduce(cases, d));
        cases.draw("STABLEHLO_SORT", d -> sort(cases, d));
    }

    private static Ints ints(int... values) {
        return Ints.ofInts(values);
    }

    /** An operand whose axes stand in any order: those of batches, those that are summed over, and its own. */
    private record Side(int[] shape, Ints batch, Ints over) {
        static Side drawn(Draw d, int[] batch, int[] over, int[] free) {
            int[] extents = IntStream.of(concat(batch, over, free)).toArray();
            int[] place = d.order(extents.length);
            int[] shape = new int[extents.length];
            for (int i = 0; i < shape.length; i++) {
                shape[place[i]] = extents[i];
            }
            Ints summed = ints(Arrays.copyOfRange(place, batch.length, batch.length + over.length));
            return new Side(shape, ints(Arrays.copyOf(place, batch.length)), summed);
        }

        /** Its own axes in their order. */
        int[] free() {
            return IntStream.range(0, shape.length)
                    .filter(i -> IntStream.of(concat(batch.toIntArray(), over.toIntArray()))
                            .noneMatch(a -> a == i))
                    .map(i -> shape[i])
                    .toArray();
        }

        @Override
        public String toString() {
            return Shapes.path(shape) + "/batch" + batch + "over" + over;
        }
    }

    private static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private static void dotGeneral(CaseList cases, Draw d) {
        int[] batch = d.list(d.in(0, 2), 1, 3);
        int[] over = d.list(d.in(1, 2), 1, 5);
        Side a = Side.drawn(d, batch, over, d.list(d.in(0, 2), 1, 4));
        Side b = Side.drawn(d, batch, over, d.list(d.in(0, 2), 1, 4));
        DataType type = d.of(TYPES);
        HloPlainCases.add(cases, "DOT_GENERAL", "/" + type + "/" + a + "/" + b, g -> {
            Attributes options = Attributes.of(Tfl.LHS_BATCHING_DIMENSIONS, a.batch())
                    .with(Tfl.RHS_BATCHING_DIMENSIONS, b.batch())
                    .with(Tfl.LHS_CONTRACTING_DIMENSIONS, a.over())
                    .with(Tfl.RHS_CONTRACTING_DIMENSIONS, b.over());
            TensorSpec y = TensorSpec.of(type, concat(batch, a.free(), b.free()));
            g.op("STABLEHLO_DOT_GENERAL", options, y, g.input(type, a.shape()), g.input(type, b.shape()));
        });
    }

    /** Where an operand of a convolution has its first axis, its second, and those of space. */
    private record Layout(int first, int second, int[] spatial) {
        static Layout drawn(Draw d, int spatial) {
            int[] order = d.order(spatial + 2);
            return new Layout(order[0], order[1], Arrays.copyOfRange(order, 2, spatial + 2));
        }

        int[] shape(int one, int two, int[] extents) {
            int[] shape = new int[spatial.length + 2];
            shape[first] = one;
            shape[second] = two;
            for (int i = 0; i < spatial.length; i++) {
                shape[spatial[i]] = extents[i];
            }
            return shape;
        }

        @Override
        public String toString() {
            return first + "" + second
                    + Arrays.stream(spatial).mapToObj(Integer::toString).collect(Collectors.joining());
        }
    }

    private static void convolution(CaseList cases, Draw d) {
        int n = d.in(1, 3);
        int[] image = d.list(n, 2, 7);
        int[] window = d.list(n, 1, 3);
        int[] strides = d.list(n, 1, 2);
        int[] holes = d.list(n, 1, 2);
        int[] apart = d.list(n, 1, 2);
        int[] pads = d.list(2 * n, -1, 2);
        int[] turned = d.list(n, 0, 1);
        int[] out = new int[n];
        for (int i = 0; i < n; i++) {
            int padded = (image[i] - 1) * holes[i] + 1 + pads[2 * i] + pads[2 * i + 1];
            out[i] = Math.floorDiv(padded - (window[i] - 1) * apart[i] - 1, strides[i]) + 1;
            if (out[i] < 1) {
                return;
            }
        }
        boolean batches = d.in(0, 3) == 0;
        int groups = d.in(1, 3);
        int channels = d.in(1, 3);
        int features = groups * d.in(1, 3);
        int batch = d.in(1, 3);
        Layout[] layouts = {Layout.drawn(d, n), Layout.drawn(d, n), Layout.drawn(d, n)};
        int[] x = layouts[0].shape(batches ? batch * groups : batch, batches ? channels : channels * groups, image);
        int[] w = layouts[1].shape(features, channels, window);
        int[] y = layouts[2].shape(batch, features, out);
        Attributes options = layouts(layouts)
                .with(Tfl.FEATURE_GROUP_COUNT, batches ? 1L : groups)
                .with(Tfl.BATCH_GROUP_COUNT, batches ? groups : 1L)
                .with(Tfl.WINDOW_STRIDES, ints(strides))
                .with(Tfl.LHS_DILATION, ints(holes))
                .with(Tfl.RHS_DILATION, ints(apart))
                .with(Tfl.WINDOW_REVERSAL, ints(turned))
                .with(Tfl.PADDING_PAIRS, ints(pads));
        String path = "/" + Shapes.path(x) + "/" + Shapes.path(w) + "/" + Arrays.toString(layouts) + "/groups" + groups
                + (batches ? "ofBatches" : "") + "/s" + Shapes.path(strides) + "/h" + Shapes.path(holes) + "/d"
                + Shapes.path(apart) + "/r" + Shapes.path(turned) + "/" + ints(pads);
        HloPlainCases.add(cases, "CONVOLUTION", path, g -> {
            TensorRef kernel = g.constant(
                    g.random().floats(-1, 1, Arrays.stream(w).asLongStream().toArray()));
            TensorRef input = g.input(DataType.FLOAT32, x);
            g.op("STABLEHLO_CONVOLUTION", options, TensorSpec.of(DataType.FLOAT32, y), input, kernel);
        });
    }

    private static Attributes layouts(Layout... of) {
        return Attributes.of(Tfl.INPUT_BATCH_DIMENSION, (long) of[0].first())
                .with(Tfl.INPUT_FEATURE_DIMENSION, (long) of[0].second())
                .with(Tfl.INPUT_SPATIAL_DIMENSIONS, ints(of[0].spatial()))
                .with(Tfl.KERNEL_OUTPUT_FEATURE_DIMENSION, (long) of[1].first())
                .with(Tfl.KERNEL_INPUT_FEATURE_DIMENSION, (long) of[1].second())
                .with(Tfl.KERNEL_SPATIAL_DIMENSIONS, ints(of[1].spatial()))
                .with(Tfl.OUTPUT_BATCH_DIMENSION, (long) of[2].first())
                .with(Tfl.OUTPUT_FEATURE_DIMENSION, (long) of[2].second())
                .with(Tfl.OUTPUT_SPATIAL_DIMENSIONS, ints(of[2].spatial()));
    }

    /** Products are of floats: ONNX Runtime's ReduceProd saturates where integers would wrap. */
    private static void reduce(CaseList cases, Draw d) {
        boolean logical = d.in(0, 5) == 0;
        String body = logical
                ? d.of("LOGICAL_AND", "LOGICAL_OR", "STABLEHLO_AND", "STABLEHLO_OR")
                : d.of("STABLEHLO_ADD", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM", "STABLEHLO_MULTIPLY");
        boolean product = body.equals("STABLEHLO_MULTIPLY");
        DataType type = logical ? DataType.BOOL : product ? DataType.FLOAT32 : d.of(TYPES);
        int[] shape = d.shape(1, 5);
        int[] axes = d.some(d.in(1, shape.length), shape.length);
        int start = logical ? d.in(0, 1) : d.in(-2, 2);
        String path = "/" + body + "/" + type + "/" + Shapes.path(shape) + "/" + ints(axes) + "/from" + start;
        HloPlainCases.add(cases, "REDUCE", path, g -> {
            GraphBuilder graph = HloWindowCases.body(g, body, type);
            int[] to = IntStream.range(0, shape.length)
                    .filter(i -> Arrays.stream(axes).noneMatch(a -> a == i))
                    .map(i -> shape[i])
                    .toArray();
            Attributes options =
                    Attributes.of(Tfl.DIMENSIONS, ints(axes)).with(Tfl.BODY_SUBGRAPH_INDEX, (long) graph.index());
            // products of many numbers near 1 stay in the range of float32
            TensorRef x = g.input(TensorSpec.of(type, shape), product ? Values.between(0.9, 1.1) : Values.anyOf(type));
            TensorRef initial = g.constant(Tensor.scalar(type, start));
            g.op("STABLEHLO_REDUCE", options, TensorSpec.of(type, to), x, initial);
        });
    }

    /** Up to three operands, sorted by one of them. */
    private static void sort(CaseList cases, Draw d) {
        int operands = d.in(1, 3);
        int key = d.in(0, operands - 1);
        List<DataType> types = new ArrayList<>();
        for (int i = 0; i < operands; i++) {
            types.add(d.of(TYPES));
        }
        int[] shape = d.shape(1, 4);
        int axis = d.in(0, shape.length - 1);
        String comparison = d.of("LESS", "GREATER");
        String path = "/" + types + "/" + Shapes.path(shape) + "/axis" + axis + "/" + comparison + key;
        HloPlainCases.add(cases, "SORT", path.replace(" ", ""), g -> {
            GraphBuilder order = g.model().graph("order");
            List<TensorRef> pairs = new ArrayList<>();
            List<TensorRef> in = new ArrayList<>();
            for (int i = 0; i < operands; i++) {
                pairs.add(order.input("a" + i, types.get(i)));
                pairs.add(order.input("b" + i, types.get(i)));
                in.add(g.input(types.get(i), shape));
            }
            TensorSpec before = TensorSpec.of(DataType.BOOL).named("before");
            order.outputs(order.op(comparison, before, pairs.get(2 * key), pairs.get(2 * key + 1)));
            Attributes options =
                    Attributes.of(Tfl.DIMENSION, (long) axis).with(Tfl.COMPARATOR_SUBGRAPH_INDEX, (long) order.index());
            g.add(OpSpec.of("STABLEHLO_SORT", options)
                    .inputs(in.toArray(TensorRef[]::new))
                    .outputs(types.stream().map(t -> TensorSpec.of(t, shape)).toArray(TensorSpec[]::new)));
        });
    }
}
