package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of REDUCE_ALL, REDUCE_ANY, REDUCE_PROD, ARG_MIN and L2_POOL_2D. */
final class FoldingCases {
    private static final int[][][] FORMS = {
        {{7}, {0}},
        {{3, 4}, {0}},
        {{3, 4}, {-1}},
        {{3, 4}, {0, 1}},
        {{2, 3, 4}, {1}},
        {{2, 3, 4}, {-1, 0}},
        {{2, 4, 5, 3}, {1, 2}},
        {{2, 4, 5, 3}, {3}},
        {{2, 1, 1, 3}, {1, 2}},
        {{2, 2, 3, 2, 2}, {1, 3}}
    };

    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6);

    private FoldingCases() {}

    static void addTo(CaseList cases) {
        for (int[][] form : FORMS) {
            for (boolean keep : new boolean[] {false, true}) {
                addReductions(cases, form, keep);
            }
        }
        addArgMin(cases);
        addPools(cases);
        draw(cases);
    }

    private static void draw(CaseList cases) {
        for (String op : List.of("REDUCE_ALL", "REDUCE_ANY")) {
            cases.drawOpen(op, d -> logical(cases, op, ReductionCases.drawForm(d), d.coin(), d.of(Given.ALL32)));
        }
        cases.drawOpen("REDUCE_PROD", d -> {
            int[][] form = ReductionCases.drawForm(d);
            boolean keep = d.coin();
            switch (d.in(0, 4)) {
                case 0 -> product(cases, DataType.INT32, form, keep);
                case 1 -> product(cases, DataType.INT64, form, keep);
                default -> {
                    // without axes the quantized kernel ends the process
                    boolean none = form[1].length == 0;
                    Numeric kind = none ? Numeric.FLOAT32 : d.of(Numeric.FLOAT32, Numeric.INT8, Numeric.INT16);
                    product(cases, kind, form, keep);
                }
            }
        });
        cases.drawOpen("ARG_MIN", d -> {
            int[] shape = d.shape(1, 6);
            DataType type = d.of(ReductionCases.COMPARED);
            argMin(cases, type, d.of(DataType.INT32, DataType.INT64), shape, d.axis(shape.length));
        });
        cases.drawOpen("L2_POOL_2D", d -> {
            int[] w = {d.in(1, 12), d.in(1, 12), d.in(1, 5), d.in(1, 5), d.in(1, 4), d.in(1, 4)};
            Padding padding = w[2] > w[0] || w[3] > w[1] ? Padding.SAME : d.of(Padding.values());
            pool(cases, w, padding, d.of(ACTIVATIONS));
        });
    }

    private static void addReductions(CaseList cases, int[][] form, boolean keep) {
        logical(cases, "REDUCE_ALL", form, keep, Given.CONSTANT);
        logical(cases, "REDUCE_ANY", form, keep, Given.CONSTANT);
        for (Numeric kind : List.of(Numeric.FLOAT32, Numeric.INT8, Numeric.INT16)) {
            product(cases, kind, form, keep);
        }
        product(cases, DataType.INT32, form, keep);
        product(cases, DataType.INT64, form, keep);
    }

    private static void logical(CaseList cases, String op, int[][] form, boolean keep, Given given) {
        cases.exact(ReductionCases.path(op, "bool", form, keep) + given.path(), g -> {
            boolean all = op.equals("REDUCE_ALL");
            Values values = all ? Values.oneOf(1, 1, 1, 1, 1, 0) : Values.oneOf(0, 0, 0, 0, 0, 1);
            TensorRef x = g.input(TensorSpec.of(DataType.BOOL, form[0]), values);
            TensorSpec y = TensorSpec.of(DataType.BOOL, ReductionCases.result(form[0], form[1], keep));
            g.op(op, Attributes.of(Tfl.KEEP_DIMS, keep), y, x, given.vector(g, form[1]));
        });
    }

    private static void product(CaseList cases, Numeric kind, int[][] form, boolean keep) {
        cases.add(ReductionCases.path("REDUCE_PROD", kind.path(), form, keep), kind.tolerance(), g -> {
            TensorSpec factors = kind.spec(-1.3, 1.2, form[0]);
            // the rounding after each factor depends on how many there are
            TensorRef x = kind.isFloat()
                    ? g.input(factors, Values.oneOf(-1.5f, 0.7f, 1.1f, -0.9f, 2))
                    : g.input(factors.signature(form[0]));
            TensorSpec y = kind.spec(-1, 1.5, ReductionCases.result(form[0], form[1], keep));
            g.op("REDUCE_PROD", Attributes.of(Tfl.KEEP_DIMS, keep), y, x, g.ints(form[1]));
        });
    }

    private static void product(CaseList cases, DataType type, int[][] form, boolean keep) {
        cases.exact(ReductionCases.path("REDUCE_PROD", type.toString(), form, keep), g -> {
            // many factors overflow, and ONNX Runtime wraps around only where their number is known
            TensorSpec x = TensorSpec.of(type, form[0]);
            TensorSpec known = Shapes.count(form[0]) > 30 ? x.signature(form[0]) : x;
            TensorSpec y = TensorSpec.of(type, ReductionCases.result(form[0], form[1], keep));
            TensorRef factors = g.input(known, Values.oneOf(-2, 1, -1, 2, 1, -1));
            g.op("REDUCE_PROD", Attributes.of(Tfl.KEEP_DIMS, keep), y, factors, g.ints(form[1]));
        });
    }

    private static void addArgMin(CaseList cases) {
        for (int[] shape : new int[][] {{7}, {3, 5}, {2, 3, 4}, {1, 2, 3, 4}}) {
            for (int axis = -shape.length; axis < shape.length; axis++) {
                for (DataType out : List.of(DataType.INT32, DataType.INT64)) {
                    argMin(cases, DataType.FLOAT32, out, shape, axis);
                }
            }
        }
        for (DataType type : List.of(DataType.INT8, DataType.UINT8, DataType.INT32, DataType.BOOL)) {
            for (int axis = 0; axis < 3; axis++) {
                for (DataType out : List.of(DataType.INT32, DataType.INT64)) {
                    argMin(cases, type, out, new int[] {2, 3, 4}, axis);
                }
            }
        }
        cases.exact("ARG_MIN/ties", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 6, 9), Values.oneOf(0, 1, 2));
            Attributes options = Attributes.of(Tfl.OUTPUT_TYPE, DataType.INT32);
            g.op("ARG_MIN", options, TensorSpec.of(DataType.INT32, 6), x, g.scalar(1));
        });
    }

    private static void argMin(CaseList cases, DataType type, DataType out, int[] shape, int axis) {
        cases.exact("ARG_MIN/" + type + "/" + Shapes.path(shape) + "/axis" + axis + "/to" + out, g -> {
            TensorRef x = g.input(ShapeCases.spec(type, shape));
            TensorSpec y = TensorSpec.of(out, Shapes.without(shape, Math.floorMod(axis, shape.length)));
            g.op("ARG_MIN", Attributes.of(Tfl.OUTPUT_TYPE, out), y, x, axis % 2 == 0 ? g.scalar(axis) : g.longs(axis));
        });
    }

    private static void addPools(CaseList cases) {
        int[][] windows = {
            {6, 6, 2, 2, 2, 2}, {5, 7, 3, 3, 2, 2}, {7, 5, 2, 3, 3, 1}, {4, 5, 4, 5, 4, 5}, {5, 5, 1, 1, 2, 2}
        };
        for (int[] w : windows) {
            for (Padding padding : Padding.values()) {
                ACTIVATIONS.forEach(act -> pool(cases, w, padding, act));
            }
        }
    }

    private static void pool(CaseList cases, int[] w, Padding padding, Activation act) {
        cases.add("L2_POOL_2D/float32/" + Shapes.path(w) + "/" + padding + "/" + act, Tolerance.FLOAT, g -> {
            Attributes options = Attributes.of(Tfl.PADDING, padding)
                    .with(Tfl.STRIDE_H, (long) w[4])
                    .with(Tfl.STRIDE_W, (long) w[5])
                    .with(Tfl.FILTER_HEIGHT, (long) w[2])
                    .with(Tfl.FILTER_WIDTH, (long) w[3])
                    .with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
            int h = ConvolutionCases.extent(w[0], w[2], w[4], 1, padding);
            int v = ConvolutionCases.extent(w[1], w[3], w[5], 1, padding);
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 2, w[0], w[1], 3), Values.between(-8, 9));
            g.op("L2_POOL_2D", options, TensorSpec.of(DataType.FLOAT32, 2, h, v, 3), x);
        });
    }
}
