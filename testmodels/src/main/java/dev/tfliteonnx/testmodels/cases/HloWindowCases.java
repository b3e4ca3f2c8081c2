package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Cases of STABLEHLO_REDUCE_WINDOW. */
final class HloWindowCases {
    private static final List<String> BODIES = List.of(
            "STABLEHLO_ADD",
            "STABLEHLO_MAXIMUM",
            "STABLEHLO_MINIMUM",
            "STABLEHLO_MULTIPLY",
            "ADD",
            "MUL",
            "MAXIMUM",
            "MINIMUM");
    private static final List<String> LOGICAL = List.of("STABLEHLO_AND", "LOGICAL_AND", "LOGICAL_OR");
    private static final List<DataType> TYPES =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);

    private HloWindowCases() {}

    /** Where a window goes, one number for each axis; {@code pads} has two. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Window(int[] shape, int[] window, int[] strides, int[] base, int[] dilation, int[] pads) {
        int[] out() {
            int[] out = new int[shape.length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (padded(i) - (window[i] - 1) * dilation[i] - 1) / strides[i] + 1;
            }
            return out;
        }

        private int padded(int i) {
            return (shape[i] - 1) * base[i] + 1 + pads[2 * i] + pads[2 * i + 1];
        }

        /** Whether each window is inside at least once, and something is left by paddings below 0. */
        boolean fits() {
            boolean fits = Shapes.count(out()) <= 2000;
            for (int i = 0; i < shape.length; i++) {
                int extent = (shape[i] - 1) * base[i] + 1;
                int kept = extent + Math.min(pads[2 * i], 0) + Math.min(pads[2 * i + 1], 0);
                fits &= kept > 0 && padded(i) > (window[i] - 1) * dilation[i];
            }
            return fits;
        }

        Attributes options(GraphBuilder body) {
            return Attributes.of(Tfl.WINDOW_DIMENSIONS, Ints.ofInts(window))
                    .with(Tfl.WINDOW_STRIDES, Ints.ofInts(strides))
                    .with(Tfl.BASE_DILATIONS, Ints.ofInts(base))
                    .with(Tfl.WINDOW_DILATIONS, Ints.ofInts(dilation))
                    .with(Tfl.PADDING_PAIRS, Ints.ofInts(pads))
                    .with(Tfl.BODY_SUBGRAPH_INDEX, (long) body.index());
        }

        @Override
        public String toString() {
            return Shapes.path(shape) + "/w" + Shapes.path(window) + "/s" + Shapes.path(strides) + "/b"
                    + Shapes.path(base) + "/d" + Shapes.path(dilation) + "/"
                    + Arrays.toString(pads).replace(" ", "");
        }
    }

    static void addTo(CaseList cases) {
        int[][] forms = {{1, 1, 1, 1, 0, 0, 0, 0}, {2, 1, 1, 2, 0, 1, 1, 0}, {2, 2, 2, 1, 1, 1, 2, 0}};
        for (String body : BODIES.subList(0, 5)) {
            for (DataType type : List.of(DataType.FLOAT32, DataType.INT32)) {
                for (int[] n : forms) {
                    add(cases, body, type, window(n));
                }
            }
        }
        cases.draw("STABLEHLO_REDUCE_WINDOW", d -> {
            boolean logical = d.in(0, 7) == 0;
            String body = d.of(logical ? LOGICAL : BODIES);
            DataType type = logical ? DataType.BOOL : d.of(TYPES);
            int[] shape = d.shape(1, 5);
            int n = shape.length;
            int[] window = new int[n];
            Arrays.setAll(window, i -> d.in(1, Math.min(3, shape[i])));
            int[] pads = d.coin() ? d.list(2 * n, 0, 2) : d.list(2 * n, -1, 1);
            Window w = new Window(shape, window, d.list(n, 1, 3), d.list(n, 1, 2), d.list(n, 1, 2), pads);
            if (w.fits()) {
                add(cases, body, type, w);
            }
        });
    }

    /** The numbers are strides, base dilations, window dilations, paddings of the first two axes. */
    private static Window window(int... n) {
        return new Window(
                new int[] {5, 6, 2},
                new int[] {2, 3, 1},
                new int[] {n[0], n[0], 1},
                new int[] {n[1], n[1], 1},
                new int[] {n[2], n[3], 1},
                new int[] {n[4], n[5], n[6], n[7], 0, 0});
    }

    private static void add(CaseList cases, String name, DataType type, Window at) {
        cases.add("STABLEHLO_REDUCE_WINDOW/" + name + "/" + type + "/" + at, Tolerance.FLOAT, g -> {
            GraphBuilder body = body(g, name, type);
            Values values =
                    type == DataType.BOOL ? Values.anyOf(type) : Values.between(type.isUnsignedInteger() ? 0 : -5, 5);
            TensorRef x = g.input(TensorSpec.of(type, at.shape()), values);
            double start = name.endsWith("MUL") || name.endsWith("MULTIPLY") || name.endsWith("AND")
                    ? 1
                    : name.endsWith("ADD") || name.endsWith("OR") ? 0 : 2;
            TensorRef initial = g.constant(Tensor.scalar(type, start));
            g.op("STABLEHLO_REDUCE_WINDOW", at.options(body), TensorSpec.of(type, at.out()), x, initial);
        });
    }

    /** A subgraph that joins two numbers by an operator, or gives the second if there is none. */
    static GraphBuilder body(CaseGraph g, String op, DataType type) {
        GraphBuilder body = g.model().graph("body");
        TensorRef a = body.input("a", type);
        TensorRef b = body.input("b", type);
        if (op.isEmpty()) {
            body.outputs(b);
        } else if (op.equals("ADD") || op.equals("MUL")) {
            Attributes plain = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
            body.outputs(body.op(op, plain, TensorSpec.of(type).named("c"), a, b));
        } else {
            body.outputs(body.op(op, TensorSpec.of(type).named("c"), a, b));
        }
        return body;
    }
}
