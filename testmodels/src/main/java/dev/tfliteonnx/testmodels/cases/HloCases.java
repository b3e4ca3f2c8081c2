package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;

/** Cases of the StableHLO operators that TFLite has kernels for. */
final class HloCases {
    private static final DataType[] TYPES = {DataType.FLOAT32, DataType.INT32, DataType.INT64};

    private HloCases() {}

    static void addTo(CaseList cases) {
        for (String op : new String[] {"ADD", "MULTIPLY", "MAXIMUM", "MINIMUM"}) {
            for (DataType type : TYPES) {
                cases.exact("STABLEHLO_" + op + "/" + type, g -> {
                    TensorRef a = g.input(type, 2, 3, 4);
                    g.op("STABLEHLO_" + op, TensorSpec.of(type, 2, 3, 4), a, g.input(type, 2, 3, 4));
                });
            }
        }
        cases.exact("STABLEHLO_AND/BOOL", g -> {
            TensorRef a = g.input(DataType.BOOL, 2, 9);
            g.op("STABLEHLO_AND", TensorSpec.of(DataType.BOOL, 2, 9), a, g.input(DataType.BOOL, 2, 9));
        });
        for (DataType type : new DataType[] {DataType.INT8, DataType.INT16, DataType.INT32}) {
            cases.exact("STABLEHLO_SHIFT_LEFT/" + type, g -> {
                TensorRef a = g.input(type, 40);
                TensorRef by = g.input(TensorSpec.of(type, 40), Values.between(0, type.bits() - 1));
                g.op("STABLEHLO_SHIFT_LEFT", Attributes.NONE, TensorSpec.of(type, 40), a, by);
            });
        }
        addPads(cases);
        addGathers(cases);
        addScatters(cases);
        addWindows(cases);
    }

    private static Ints ints(int... values) {
        return Ints.ofInts(values);
    }

    private static void addPads(CaseList cases) {
        int[][] lows = {{0, 0, 0}, {1, 0, 2}, {-1, 0, 1}, {2, 1, 0}, {0, -1, -1}};
        int[][] highs = {{0, 1, 0}, {0, 2, 1}, {1, -1, 0}, {0, 0, 1}, {-1, 0, 0}};
        int[][] holes = {{0, 0, 0}, {1, 0, 2}, {0, 0, 0}, {0, 2, 1}, {1, 1, 1}};
        for (DataType type : TYPES) {
            for (int i = 0; i < lows.length; i++) {
                int[] low = lows[i];
                int[] high = highs[i];
                int[] hole = holes[i];
                cases.exact("STABLEHLO_PAD/" + type + "/" + i, g -> {
                    int[] shape = {3, 4, 2};
                    int[] out = new int[3];
                    for (int k = 0; k < 3; k++) {
                        out[k] = shape[k] + (shape[k] - 1) * hole[k] + low[k] + high[k];
                    }
                    Attributes options = Attributes.of(Tfl.EDGE_PADDING_LOW, ints(low))
                            .with(Tfl.EDGE_PADDING_HIGH, ints(high))
                            .with(Tfl.INTERIOR_PADDING, ints(hole));
                    TensorRef x = g.input(type, shape);
                    g.op("STABLEHLO_PAD", options, TensorSpec.of(type, out), x, g.constant(Tensor.scalar(type, 7)));
                });
            }
        }
    }

    /** Dimension numbers of a gather. */
    private record Gather(
            Ints x, Ints starts, Ints out, Ints offset, Ints collapsed, Ints map, int vector, Ints sizes) {}

    private static void addGathers(CaseList cases) {
        Gather[] gathers = {
            // rows
            new Gather(
                    Ints.of(5, 4), Ints.of(3, 1), Ints.of(3, 4), Ints.of(1), Ints.of(0), Ints.of(0), 1, Ints.of(1, 4)),
            // elements, the vectors along the first axis
            new Gather(
                    Ints.of(5, 4),
                    Ints.of(2, 6),
                    Ints.of(6),
                    Ints.of(),
                    Ints.of(0, 1),
                    Ints.of(0, 1),
                    0,
                    Ints.of(1, 1)),
            // windows of several axes, the map swapped
            new Gather(
                    Ints.of(3, 4, 2),
                    Ints.of(2, 3, 2),
                    Ints.of(2, 3, 2, 2),
                    Ints.of(2, 3),
                    Ints.of(0),
                    Ints.of(1, 0),
                    2,
                    Ints.of(1, 2, 2)),
            // offset axes first
            new Gather(
                    Ints.of(6, 5),
                    Ints.of(4, 2),
                    Ints.of(2, 4, 3),
                    Ints.of(0, 2),
                    Ints.of(),
                    Ints.of(0, 1),
                    1,
                    Ints.of(2, 3)),
            // starts without an axis of vectors
            new Gather(Ints.of(6, 5), Ints.of(4), Ints.of(4, 6), Ints.of(1), Ints.of(1), Ints.of(1), 1, Ints.of(6, 1)),
        };
        for (DataType type : TYPES) {
            for (int i = 0; i < gathers.length; i++) {
                Gather at = gathers[i];
                for (boolean wide : new boolean[] {false, true}) {
                    DataType index = wide ? DataType.INT64 : DataType.INT32;
                    cases.exact("STABLEHLO_GATHER/" + type + "/" + i + "/" + index, g -> gather(g, type, index, at));
                    if (at.vector == at.starts.size()) {
                        cases.excuse(
                                Engine.TFLITE_REFERENCE, "the kernel reads beyond starts without an axis of vectors");
                        cases.excuse(
                                Engine.TFLITE_DEFAULT, "the kernel reads beyond starts without an axis of vectors");
                    }
                }
            }
        }
    }

    private static void gather(CaseGraph g, DataType type, DataType index, Gather at) {
        Attributes options = Attributes.of(Tfl.OFFSET_DIMS, at.offset)
                .with(Tfl.COLLAPSED_SLICE_DIMS, at.collapsed)
                .with(Tfl.START_INDEX_MAP, at.map)
                .with(Tfl.INDEX_VECTOR_DIM, (long) at.vector)
                .with(Tfl.SLICE_SIZES, at.sizes);
        TensorRef x = g.input(type, at.x.toIntArray());
        // the kernel does not clamp as it should, and reads beyond the operand
        int room = Integer.MAX_VALUE;
        for (int axis : at.map.toIntArray()) {
            room = Math.min(room, (int) (at.x.get(axis) - at.sizes.get(axis)));
        }
        TensorRef starts = g.input(TensorSpec.of(index, at.starts.toIntArray()), Values.between(0, room));
        g.op("STABLEHLO_GATHER", options, TensorSpec.of(type, at.out.toIntArray()), x, starts);
    }

    private static GraphBuilder body(CaseGraph g, String op, DataType type) {
        GraphBuilder body = g.model().graph("body");
        TensorRef a = body.input("a", type);
        TensorRef b = body.input("b", type);
        if (op.isEmpty()) {
            body.outputs(b);
        } else if (op.startsWith("STABLEHLO") || op.endsWith("IMUM")) {
            body.outputs(body.op(op, TensorSpec.of(type).named("c"), a, b));
        } else {
            Attributes plain = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
            body.outputs(body.op(op, plain, TensorSpec.of(type).named("c"), a, b));
        }
        return body;
    }

    /** Dimension numbers of a scatter. */
    private record Scatter(Ints x, Ints updates, Ints window, Ints inserted, Ints map, Tensor starts, int vector) {}

    private static Tensor starts(int rows, int columns, long... values) {
        return Tensor.ofIntegers(DataType.INT32, Shape.of(rows, columns), values);
    }

    private static void addScatters(CaseList cases) {
        Scatter[] scatters = {
            new Scatter(Ints.of(6, 4), Ints.of(3, 4), Ints.of(1), Ints.of(0), Ints.of(0), starts(3, 1, 4, 0, 2), 1),
            new Scatter(
                    Ints.of(6, 4),
                    Ints.of(4),
                    Ints.of(),
                    Ints.of(0, 1),
                    Ints.of(0, 1),
                    starts(4, 2, 1, 2, 3, 3, 0, 0, 5, 1),
                    1),
            new Scatter(
                    Ints.of(6, 4),
                    Ints.of(2, 2, 3),
                    Ints.of(1, 2),
                    Ints.of(),
                    Ints.of(0, 1),
                    starts(2, 2, 0, 1, 4, 0),
                    1),
            new Scatter(
                    Ints.of(3, 4, 2),
                    Ints.of(2, 2, 2),
                    Ints.of(0, 1),
                    Ints.of(0),
                    Ints.of(0, 1),
                    starts(2, 2, 2, 0, 0, 1),
                    0),
            new Scatter(Ints.of(6, 4), Ints.of(4, 3), Ints.of(0), Ints.of(1), Ints.of(1), starts(3, 1, 3, 0, 1), 1),
            // of rows at one place the last replaces, and all are joined
            new Scatter(
                    Ints.of(6, 4), Ints.of(5, 4), Ints.of(1), Ints.of(0), Ints.of(0), starts(5, 1, 4, 2, 4, 2, 4), 1),
            // rows outside are left out; behind the first of them the kernel would leave out those inside too
            new Scatter(Ints.of(6, 4), Ints.of(4, 4), Ints.of(1), Ints.of(0), Ints.of(0), starts(4, 1, 4, 2, 6, -1), 1),
        };
        String[] bodies = {"", "STABLEHLO_ADD", "STABLEHLO_MULTIPLY", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM"};
        for (String body : bodies) {
            for (int i = 0; i < scatters.length; i++) {
                for (boolean constant : new boolean[] {true, false}) {
                    Scatter at = scatters[i];
                    String name = "STABLEHLO_SCATTER/" + (body.isEmpty() ? "replace" : body.substring(10)) + "/" + i
                            + (constant ? "/constant" : "");
                    cases.exact(name, g -> scatter(g, body, at, constant));
                }
            }
        }
    }

    private static void scatter(CaseGraph g, String name, Scatter at, boolean constant) {
        GraphBuilder body = body(g, name, DataType.FLOAT32);
        Attributes options = Attributes.of(Tfl.UPDATE_WINDOW_DIMS, at.window)
                .with(Tfl.INSERTED_WINDOW_DIMS, at.inserted)
                .with(Tfl.SCATTER_DIMS_TO_OPERAND_DIMS, at.map)
                .with(Tfl.INDEX_VECTOR_DIM, (long) at.vector)
                .with(Tfl.UPDATE_COMPUTATION_SUBGRAPH_INDEX, (long) body.index());
        TensorRef x = g.input(DataType.FLOAT32, at.x.toIntArray());
        int[] shape = {(int) at.starts.shape().size(0), (int) at.starts.shape().size(1)};
        TensorRef starts = constant
                ? g.constant(at.starts)
                : g.input(TensorSpec.of(DataType.INT32, shape), Values.exactly(at.starts));
        TensorRef updates = g.input(DataType.FLOAT32, at.updates.toIntArray());
        g.op("STABLEHLO_SCATTER", options, TensorSpec.of(DataType.FLOAT32, at.x.toIntArray()), x, starts, updates);
    }

    private static void addWindows(CaseList cases) {
        String[] bodies = {"STABLEHLO_ADD", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM", "STABLEHLO_MULTIPLY", "ADD"};
        for (String body : bodies) {
            for (DataType type : new DataType[] {DataType.FLOAT32, DataType.INT32}) {
                String path = "STABLEHLO_REDUCE_WINDOW/" + body + "/" + type;
                cases.add(
                        path + "/plain",
                        Tolerance.FLOAT,
                        g -> window(g, body, type, new int[] {1, 1, 1, 1, 0, 0, 0, 0}));
                cases.add(
                        path + "/strided",
                        Tolerance.FLOAT,
                        g -> window(g, body, type, new int[] {2, 1, 1, 2, 0, 1, 1, 0}));
                cases.add(
                        path + "/holes",
                        Tolerance.FLOAT,
                        g -> window(g, body, type, new int[] {2, 2, 2, 1, 1, 1, 2, 0}));
            }
        }
    }

    /** The numbers are strides, base dilations, window dilations, paddings of the first two axes. */
    private static void window(CaseGraph g, String name, DataType type, int[] n) {
        GraphBuilder body = body(g, name, type);
        int[] shape = {5, 6, 2};
        int[] window = {2, 3, 1};
        int[] strides = {n[0], n[0], 1};
        int[] base = {n[1], n[1], 1};
        int[] dilation = {n[2], n[3], 1};
        int[] pads = {n[4], n[5], n[6], n[7], 0, 0};
        int[] out = new int[3];
        for (int i = 0; i < 3; i++) {
            int padded = (shape[i] - 1) * base[i] + 1 + pads[2 * i] + pads[2 * i + 1];
            out[i] = (padded - (window[i] - 1) * dilation[i] - 1) / strides[i] + 1;
        }
        Attributes options = Attributes.of(Tfl.WINDOW_DIMENSIONS, ints(window))
                .with(Tfl.WINDOW_STRIDES, ints(strides))
                .with(Tfl.BASE_DILATIONS, ints(base))
                .with(Tfl.WINDOW_DILATIONS, ints(dilation))
                .with(Tfl.PADDING_PAIRS, ints(pads))
                .with(Tfl.BODY_SUBGRAPH_INDEX, (long) body.index());
        TensorRef x = g.input(TensorSpec.of(type, shape), Values.between(-5, 5));
        double start = name.endsWith("MULTIPLY") ? 1 : name.endsWith("ADD") ? 0 : 2;
        g.op("STABLEHLO_REDUCE_WINDOW", options, TensorSpec.of(type, out), x, g.constant(Tensor.scalar(type, start)));
    }
}
