package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Cases of STABLEHLO_GATHER and STABLEHLO_SCATTER. */
final class HloIndexingCases {
    private static final List<DataType> TYPES = HloCases.ALL_TYPES;
    private static final List<String> BODIES =
            List.of("", "STABLEHLO_ADD", "STABLEHLO_MULTIPLY", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM");

    private HloIndexingCases() {}

    static void addTo(CaseList cases) {
        addGathers(cases);
        addScatters(cases);
    }

    private static Ints ints(int... values) {
        return Ints.ofInts(values);
    }

    /**
     * Where windows begin.
     *
     * @param shape extents of the tensor of starts
     * @param vector its axis along which a start lies; its rank if starts are single numbers
     * @param map the axis of the operand for each number of a start
     */
    private record Starts(Ints shape, int vector, Ints map) {
        @Override
        public String toString() {
            return Shapes.path(shape.toIntArray()) + "/vector" + vector + "/map" + map;
        }

        /** Any starts of windows that are inside. */
        Tensor draw(CaseGraph g, DataType type, Ints operand, int[] window) {
            long[] values = new long[Shapes.count(shape.toIntArray())];
            int inner = 1;
            for (int i = vector + 1; i < shape.size(); i++) {
                inner *= (int) shape.get(i);
            }
            for (int i = 0; i < values.length; i++) {
                int axis = (int) map.get(i / inner % map.size());
                values[i] = g.random().next(0, operand.get(axis) - window[axis]);
            }
            return Tensor.ofIntegers(type, Layers.shapeOf(shape.toIntArray()), values);
        }

        static Starts drawn(Draw d, int rank) {
            int[] map = Arrays.copyOf(d.order(rank), d.in(1, rank));
            int[] batch = d.list(d.in(0, 2), 1, 4);
            int vector = d.in(0, batch.length);
            return new Starts(ints(Shapes.inserted(batch, vector, map.length)), vector, ints(map));
        }

        int[] batch() {
            return vector == shape.size() ? shape.toIntArray() : Shapes.without(shape.toIntArray(), vector);
        }
    }

    private static TensorRef starts(CaseGraph g, Tensor starts, boolean constant) {
        int[] shape =
                Arrays.stream(starts.shape().sizes()).mapToInt(n -> (int) n).toArray();
        return constant ? g.constant(starts) : g.input(TensorSpec.of(starts.type(), shape), Values.exactly(starts));
    }

    /** Extents of which some, at the places given, are those of windows and the others those of starts. */
    private static int[] joined(int[] places, int[] windows, int[] batch) {
        int[] out = new int[windows.length + batch.length];
        int window = 0;
        int other = 0;
        for (int i = 0; i < out.length; i++) {
            int place = i;
            boolean isWindow = Arrays.stream(places).anyMatch(p -> p == place);
            out[i] = isWindow ? windows[window++] : batch[other++];
        }
        return out;
    }

    /** Dimension numbers of a gather. */
    private record Gather(Ints x, Starts starts, Ints offset, Ints collapsed, Ints sizes) {
        int[] out() {
            int[] windows = IntStream.range(0, x.size())
                    .filter(i -> Arrays.stream(collapsed.toIntArray()).noneMatch(c -> c == i))
                    .map(i -> (int) sizes.get(i))
                    .toArray();
            return joined(offset.toIntArray(), windows, starts.batch());
        }

        Attributes options() {
            return Attributes.of(Tfl.OFFSET_DIMS, offset)
                    .with(Tfl.COLLAPSED_SLICE_DIMS, collapsed)
                    .with(Tfl.START_INDEX_MAP, starts.map)
                    .with(Tfl.INDEX_VECTOR_DIM, (long) starts.vector)
                    .with(Tfl.SLICE_SIZES, sizes);
        }

        @Override
        public String toString() {
            return Shapes.path(x.toIntArray()) + "/" + starts + "/offset" + offset + "/collapsed" + collapsed + "/"
                    + Shapes.path(sizes.toIntArray());
        }
    }

    private static void addGathers(CaseList cases) {
        List<Gather> gathers = List.of(
                // rows
                new Gather(
                        Ints.of(5, 4), new Starts(Ints.of(3, 1), 1, Ints.of(0)), Ints.of(1), Ints.of(0), Ints.of(1, 4)),
                // elements, the vectors along the first axis
                new Gather(
                        Ints.of(5, 4),
                        new Starts(Ints.of(2, 6), 0, Ints.of(0, 1)),
                        Ints.of(),
                        Ints.of(0, 1),
                        Ints.of(1, 1)),
                // windows of several axes, the map swapped
                new Gather(
                        Ints.of(3, 4, 2),
                        new Starts(Ints.of(2, 3, 2), 2, Ints.of(1, 0)),
                        Ints.of(2, 3),
                        Ints.of(0),
                        Ints.of(1, 2, 2)),
                // offset axes first
                new Gather(
                        Ints.of(6, 5),
                        new Starts(Ints.of(4, 2), 1, Ints.of(0, 1)),
                        Ints.of(0, 2),
                        Ints.of(),
                        Ints.of(2, 3)),
                // starts without an axis of vectors
                new Gather(
                        Ints.of(6, 5), new Starts(Ints.of(4), 1, Ints.of(1)), Ints.of(1), Ints.of(1), Ints.of(6, 1)));
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64)) {
            for (DataType index : List.of(DataType.INT32, DataType.INT64)) {
                gathers.forEach(at -> gather(cases, type, index, at, false));
            }
        }
        cases.draw("STABLEHLO_GATHER", d -> {
            int[] x = d.shape(1, 4);
            Starts starts = Starts.drawn(d, x.length);
            int[] sizes = new int[x.length];
            Arrays.setAll(sizes, i -> d.coin() ? 1 : d.in(1, x[i]));
            int[] collapsed = IntStream.range(0, x.length)
                    .filter(i -> sizes[i] == 1 && d.coin())
                    .toArray();
            int windows = x.length - collapsed.length;
            int[] offset = d.some(windows, windows + starts.batch().length);
            Gather at = new Gather(ints(x), starts, ints(offset), ints(collapsed), ints(sizes));
            if (Shapes.count(at.out()) <= 2000) {
                gather(cases, d.of(TYPES.subList(0, 8)), d.of(DataType.INT32, DataType.INT64), at, d.coin());
            }
        });
    }

    /** Windows are inside: the kernel does not clamp as it should, and reads beyond the operand. */
    private static void gather(CaseList cases, DataType type, DataType index, Gather at, boolean constant) {
        String name = "STABLEHLO_GATHER/" + type + "/" + index + "/" + at + (constant ? "/constant" : "");
        cases.exact(name, g -> {
            TensorRef x = g.input(type, at.x.toIntArray());
            TensorRef starts = starts(g, at.starts.draw(g, index, at.x, at.sizes.toIntArray()), constant);
            g.op("STABLEHLO_GATHER", at.options(), TensorSpec.of(type, at.out()), x, starts);
        });
        if (at.starts.vector == at.starts.shape.size()) {
            String reason = "the kernel reads beyond starts without an axis of vectors";
            cases.excuse(Engine.TFLITE_REFERENCE, reason);
            cases.excuse(Engine.TFLITE_DEFAULT, reason);
        }
    }

    /** Dimension numbers of a scatter, and the windows of its updates. */
    private record Scatter(Ints x, Starts starts, Ints window, Ints inserted, Ints sizes) {
        int[] updates() {
            return joined(window.toIntArray(), sizes.toIntArray(), starts.batch());
        }

        /** The extent of a window on each axis of the operand. */
        int[] extents() {
            int[] extents = new int[x.size()];
            int next = 0;
            for (int i = 0; i < extents.length; i++) {
                int axis = i;
                boolean isInserted = Arrays.stream(inserted.toIntArray()).anyMatch(a -> a == axis);
                extents[i] = isInserted ? 1 : (int) sizes.get(next++);
            }
            return extents;
        }

        Attributes options(GraphBuilder body) {
            return Attributes.of(Tfl.UPDATE_WINDOW_DIMS, window)
                    .with(Tfl.INSERTED_WINDOW_DIMS, inserted)
                    .with(Tfl.SCATTER_DIMS_TO_OPERAND_DIMS, starts.map)
                    .with(Tfl.INDEX_VECTOR_DIM, (long) starts.vector)
                    .with(Tfl.UPDATE_COMPUTATION_SUBGRAPH_INDEX, (long) body.index());
        }

        @Override
        public String toString() {
            return Shapes.path(x.toIntArray()) + "/" + starts + "/window" + window + "/inserted" + inserted + "/"
                    + Shapes.path(sizes.toIntArray());
        }
    }

    private static Tensor rows(int columns, long... values) {
        return Tensor.ofIntegers(DataType.INT32, Layers.shapeOf(values.length / columns, columns), values);
    }

    private static void addScatters(CaseList cases) {
        Ints x = Ints.of(6, 4);
        Starts five = new Starts(Ints.of(5, 1), 1, Ints.of(0));
        Starts three = new Starts(Ints.of(3, 1), 1, Ints.of(0));
        Starts four = new Starts(Ints.of(4, 1), 1, Ints.of(0));
        Starts pairs = new Starts(Ints.of(4, 2), 1, Ints.of(0, 1));
        Starts two = new Starts(Ints.of(2, 2), 1, Ints.of(0, 1));
        List<Scatter> scatters = List.of(
                new Scatter(x, three, Ints.of(1), Ints.of(0), Ints.of(4)),
                new Scatter(x, pairs, Ints.of(), Ints.of(0, 1), Ints.of()),
                new Scatter(x, two, Ints.of(1, 2), Ints.of(), Ints.of(2, 3)),
                new Scatter(
                        Ints.of(3, 4, 2),
                        new Starts(Ints.of(2, 2), 0, Ints.of(0, 1)),
                        Ints.of(0, 1),
                        Ints.of(0),
                        Ints.of(2, 2)),
                new Scatter(x, new Starts(Ints.of(3, 1), 1, Ints.of(1)), Ints.of(0), Ints.of(1), Ints.of(4)),
                // of rows at one place the last replaces, and all are joined
                new Scatter(x, five, Ints.of(1), Ints.of(0), Ints.of(4)),
                // rows outside are left out; behind the first of them the kernel would leave out those inside too
                new Scatter(x, four, Ints.of(1), Ints.of(0), Ints.of(4)));
        List<Tensor> places = List.of(
                rows(1, 4, 0, 2),
                rows(2, 1, 2, 3, 3, 0, 0, 5, 1),
                rows(2, 0, 1, 4, 0),
                rows(2, 2, 0, 0, 1),
                rows(1, 3, 0, 1),
                rows(1, 4, 2, 4, 2, 4),
                rows(1, 4, 2, 6, -1));
        for (String body : BODIES) {
            for (int i = 0; i < scatters.size(); i++) {
                for (boolean constant : new boolean[] {true, false}) {
                    Scatter at = scatters.get(i);
                    Tensor starts = places.get(i);
                    cases.exact(name(body, constant) + "/" + i, g -> {
                        scatter(g, body, DataType.FLOAT32, at, starts(g, starts, constant));
                    });
                }
            }
        }
        cases.draw("STABLEHLO_SCATTER", d -> drawScatter(cases, d));
    }

    private static String name(String body, boolean constant) {
        return "STABLEHLO_SCATTER/" + (body.isEmpty() ? "replace" : body.substring(10)) + (constant ? "/constant" : "");
    }

    private static void drawScatter(CaseList cases, Draw d) {
        int[] x = d.shape(1, 4);
        Starts starts = Starts.drawn(d, x.length);
        int[] kept = d.some(d.in(0, x.length), x.length);
        int[] inserted = IntStream.range(0, x.length)
                .filter(i -> Arrays.stream(kept).noneMatch(k -> k == i))
                .toArray();
        int[] sizes = Arrays.stream(kept).map(i -> d.in(1, x[i])).toArray();
        int[] window = d.some(kept.length, kept.length + starts.batch().length);
        Scatter at = new Scatter(ints(x), starts, ints(window), ints(inserted), ints(sizes));
        if (Shapes.count(at.updates()) > 2000) {
            return;
        }
        String body = d.of(BODIES);
        boolean constant = d.coin();
        // TFLite rounds float16 after each of several updates to one place, ScatterElements after all
        boolean rounds = body.endsWith("ADD") || body.endsWith("MULTIPLY");
        DataType type = d.of(rounds && starts.batch().length > 0 ? TYPES.subList(3, 9) : TYPES);
        DataType index = d.of(DataType.INT32, DataType.INT64);
        cases.exact(name(body, constant) + "/" + type + "/" + index + "/" + at, g -> {
            Tensor drawn = at.starts.draw(g, index, at.x, at.extents());
            scatter(g, body, type, at, starts(g, drawn, constant));
        });
    }

    private static void scatter(CaseGraph g, String name, DataType type, Scatter at, TensorRef starts) {
        GraphBuilder body = HloWindowCases.body(g, name, type);
        TensorSpec spec = TensorSpec.of(type, at.x.toIntArray());
        TensorRef x = g.input(spec);
        g.op("STABLEHLO_SCATTER", at.options(body), spec, x, starts, g.input(type, at.updates()));
    }
}
