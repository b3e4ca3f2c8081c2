package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** Drawn cases of the StableHLO operators that only move elements and that TFLite has no kernels for. */
final class HloMovesCases {
    private static final List<DataType> TYPES = HloCases.ALL_TYPES;

    private HloMovesCases() {}

    static void addTo(CaseList cases) {
        cases.draw("STABLEHLO_RESHAPE", d -> {
            int[] from = d.shape(0, 5);
            int[] to = regrouped(d, from);
            DataType type = d.of(TYPES);
            add(cases, "RESHAPE", path(type, from) + "/to" + Shapes.path(to), g -> {
                g.op("STABLEHLO_RESHAPE", TensorSpec.of(type, to), g.input(type, from));
            });
        });
        cases.draw("STABLEHLO_TRANSPOSE", d -> {
            int[] from = d.shape(1, 6);
            int[] order = d.order(from.length);
            DataType type = d.of(TYPES);
            Ints perm = Ints.ofInts(order);
            add(cases, "TRANSPOSE", path(type, from) + "/" + perm, g -> {
                int[] to = Arrays.stream(order).map(i -> from[i]).toArray();
                Attributes options = Attributes.of(Tfl.PERMUTATION, perm);
                g.op("STABLEHLO_TRANSPOSE", options, TensorSpec.of(type, to), g.input(type, from));
            });
        });
        cases.draw("STABLEHLO_CONCATENATE", d -> concatenate(cases, d));
        cases.draw("STABLEHLO_BROADCAST_IN_DIM", d -> {
            int[] to = d.shape(1, 5);
            int[] axes = Arrays.copyOf(d.order(to.length), d.in(0, to.length));
            int[] from =
                    Arrays.stream(axes).map(a -> d.in(0, 2) == 0 ? 1 : to[a]).toArray();
            DataType type = d.of(TYPES);
            Ints dimensions = Ints.ofInts(axes);
            add(cases, "BROADCAST_IN_DIM", path(type, from) + "/to" + Shapes.path(to) + "/" + dimensions, g -> {
                Attributes options = Attributes.of(Tfl.BROADCAST_DIMENSIONS, dimensions);
                g.op("STABLEHLO_BROADCAST_IN_DIM", options, TensorSpec.of(type, to), g.input(type, from));
            });
        });
        cases.draw("STABLEHLO_SLICE", d -> slice(cases, d));
        cases.draw("STABLEHLO_DYNAMIC_SLICE", d -> dynamic(cases, d, false));
        cases.draw("STABLEHLO_DYNAMIC_UPDATE_SLICE", d -> dynamic(cases, d, true));
        cases.draw("STABLEHLO_IOTA", d -> {
            int[] shape = d.shape(1, 5);
            int axis = d.in(0, shape.length - 1);
            DataType type = d.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8);
            add(cases, "IOTA", path(type, shape) + "/axis" + axis, g -> {
                g.input(DataType.FLOAT32, 1);
                g.op("STABLEHLO_IOTA", Attributes.of(Tfl.IOTA_DIMENSION, (long) axis), TensorSpec.of(type, shape));
            });
        });
    }

    private static void add(CaseList cases, String op, String path, Consumer<CaseGraph> body) {
        HloPlainCases.add(cases, op, path, body);
    }

    private static String path(DataType type, int... shape) {
        return "/" + type + "/" + Shapes.path(shape);
    }

    /** The same extents in another order, of which some are joined and some extents of 1 put between. */
    private static int[] regrouped(Draw d, int[] shape) {
        List<Integer> out = new ArrayList<>();
        for (int i : d.order(shape.length)) {
            int last = out.size() - 1;
            if (last >= 0 && d.in(0, 2) == 0) {
                out.set(last, out.get(last) * shape[i]);
            } else {
                out.add(shape[i]);
            }
            if (d.in(0, 4) == 0) {
                out.add(1);
            }
        }
        return out.stream().mapToInt(Integer::intValue).toArray();
    }

    private static void concatenate(CaseList cases, Draw d) {
        int[] shape = d.shape(1, 5);
        int axis = d.in(0, shape.length - 1);
        int[] extents = d.list(d.in(1, 4), 1, 5);
        DataType type = d.of(TYPES);
        add(cases, "CONCATENATE", path(type, shape) + "/axis" + axis + "/" + Ints.ofInts(extents), g -> {
            TensorRef[] in = Arrays.stream(extents)
                    .mapToObj(n -> g.input(type, Shapes.with(shape, axis, n)))
                    .toArray(TensorRef[]::new);
            int[] to = Shapes.with(shape, axis, Arrays.stream(extents).sum());
            Attributes options = Attributes.of(Tfl.DIMENSION, (long) axis);
            g.op("STABLEHLO_CONCATENATE", options, TensorSpec.of(type, to), in);
        });
    }

    private static void slice(CaseList cases, Draw d) {
        int[] shape = d.shape(1, 5);
        int n = shape.length;
        int[] start = new int[n];
        int[] limit = new int[n];
        int[] to = new int[n];
        int[] strides = d.list(n, 1, 3);
        for (int i = 0; i < n; i++) {
            start[i] = d.in(0, shape[i] - 1);
            limit[i] = d.in(start[i] + 1, shape[i]);
            to[i] = (limit[i] - start[i] + strides[i] - 1) / strides[i];
        }
        DataType type = d.of(TYPES);
        Attributes options = Attributes.of(Tfl.START_INDICES, Ints.ofInts(start))
                .with(Tfl.LIMIT_INDICES, Ints.ofInts(limit))
                .with(Tfl.STRIDES, Ints.ofInts(strides));
        String path = path(type, shape) + "/" + Ints.ofInts(start) + Ints.ofInts(limit) + Ints.ofInts(strides);
        add(cases, "SLICE", path, g -> {
            g.op("STABLEHLO_SLICE", options, TensorSpec.of(type, to), g.input(type, shape));
        });
    }

    /** Starts are any: they are clamped so that the part is inside. */
    private static void dynamic(CaseList cases, Draw d, boolean updates) {
        int[] shape = d.shape(1, 5);
        int[] part = new int[shape.length];
        Arrays.setAll(part, i -> d.in(1, shape[i]));
        DataType type = d.of(TYPES);
        DataType index = d.of(DataType.INT32, DataType.INT64);
        String op = updates ? "DYNAMIC_UPDATE_SLICE" : "DYNAMIC_SLICE";
        add(cases, op, path(type, shape) + "/" + Shapes.path(part) + "/" + index, g -> {
            List<TensorRef> in = new ArrayList<>(List.of(g.input(type, shape)));
            if (updates) {
                in.add(g.input(type, part));
            }
            for (int i = 0; i < shape.length; i++) {
                in.add(g.input(TensorSpec.of(index), Values.between(-3, 10)));
            }
            Attributes options = updates ? Attributes.NONE : Attributes.of(Tfl.SLICE_SIZES, Ints.ofInts(part));
            OpSpec spec = updates ? OpSpec.of("STABLEHLO_" + op) : OpSpec.of("STABLEHLO_" + op, options);
            g.add(spec.inputs(in.toArray(TensorRef[]::new)).outputs(TensorSpec.of(type, updates ? shape : part)));
        });
    }
}
