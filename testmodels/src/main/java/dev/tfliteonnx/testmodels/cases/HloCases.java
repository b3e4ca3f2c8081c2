package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of the StableHLO operators that TFLite has kernels for: those on elements, and STABLEHLO_PAD. */
final class HloCases {
    private static final List<DataType> TYPES = List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64);
    /** Types that the kernels take and ONNX Runtime can be fed with. */
    static final List<DataType> ALL_TYPES = List.of(
            DataType.FLOAT32,
            DataType.FLOAT16,
            DataType.FLOAT64,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.BOOL);

    private static final List<DataType> INTEGERS = ALL_TYPES.subList(3, 9);
    private static final List<DataType> SHIFTED = List.of(DataType.INT8, DataType.INT16, DataType.INT32);

    private HloCases() {}

    static void addTo(CaseList cases) {
        for (String op : List.of("STABLEHLO_ADD", "STABLEHLO_MULTIPLY", "STABLEHLO_MAXIMUM", "STABLEHLO_MINIMUM")) {
            TYPES.forEach(type -> add(cases, op, type, 2, 3, 4));
            cases.drawOpen(op, d -> add(cases, op, d.of(ALL_TYPES), d.shape(0, 6)));
        }
        add(cases, "STABLEHLO_AND", DataType.BOOL, 2, 9);
        cases.drawOpen("STABLEHLO_AND", d -> add(cases, "STABLEHLO_AND", d.of(INTEGERS), d.shape(0, 6)));
        SHIFTED.forEach(type -> add(cases, "STABLEHLO_SHIFT_LEFT", type, 40));
        cases.drawOpen("STABLEHLO_SHIFT_LEFT", d -> add(cases, "STABLEHLO_SHIFT_LEFT", d.of(SHIFTED), d.shape(0, 6)));
        addPads(cases);
    }

    /** Both operands have the same shape: the kernels do not broadcast. */
    private static void add(CaseList cases, String op, DataType type, int... shape) {
        cases.exact(op + "/" + type + "/" + Shapes.path(shape), g -> {
            TensorSpec spec = TensorSpec.of(type, shape);
            TensorRef a = g.input(spec);
            boolean isShift = op.endsWith("SHIFT_LEFT");
            TensorRef b = g.input(spec, isShift ? Values.between(0, type.bits() - 1) : Values.anyOf(type));
            g.op(op, spec, a, b);
        });
    }

    private static void addPads(CaseList cases) {
        int[][] lows = {{0, 0, 0}, {1, 0, 2}, {-1, 0, 1}, {2, 1, 0}, {0, -1, -1}};
        int[][] highs = {{0, 1, 0}, {0, 2, 1}, {1, -1, 0}, {0, 0, 1}, {-1, 0, 0}};
        int[][] holes = {{0, 0, 0}, {1, 0, 2}, {0, 0, 0}, {0, 2, 1}, {1, 1, 1}};
        for (DataType type : TYPES) {
            for (int i = 0; i < lows.length; i++) {
                pad(cases, type, new int[] {3, 4, 2}, new int[][] {lows[i], highs[i], holes[i]});
            }
        }
        cases.draw("STABLEHLO_PAD", d -> {
            int[] shape = d.shape(1, 6);
            int n = shape.length;
            pad(cases, d.of(ALL_TYPES), shape, new int[][] {d.list(n, -2, 2), d.list(n, -2, 2), d.list(n, 0, 2)});
        });
    }

    /** The numbers are paddings before, behind and between the elements of each axis. */
    private static void pad(CaseList cases, DataType type, int[] shape, int[][] n) {
        int[] out = new int[shape.length];
        for (int k = 0; k < out.length; k++) {
            out[k] = shape[k] + (shape[k] - 1) * n[2][k] + n[0][k] + n[1][k];
            if (out[k] <= 0) {
                return; // the kernel gives every axis no extent then, not just this one
            }
        }
        if (Shapes.count(out) > 4000) {
            return;
        }
        Ints low = Ints.ofInts(n[0]);
        Ints high = Ints.ofInts(n[1]);
        Ints hole = Ints.ofInts(n[2]);
        cases.exact("STABLEHLO_PAD/" + type + "/" + Shapes.path(shape) + "/" + low + high + hole, g -> {
            Attributes options = Attributes.of(Tfl.EDGE_PADDING_LOW, low)
                    .with(Tfl.EDGE_PADDING_HIGH, high)
                    .with(Tfl.INTERIOR_PADDING, hole);
            Tensor value = Tensor.scalar(type, type == DataType.BOOL ? 1 : 7);
            g.op("STABLEHLO_PAD", options, TensorSpec.of(type, out), g.input(type, shape), g.constant(value));
        });
    }
}
