package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Cases of MEAN, SUM, REDUCE_MAX, REDUCE_MIN and ARG_MAX. */
final class ReductionCases {
    private static final List<String> OPS = List.of("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN");
    private static final String UNSCALED_SUM = "the kernel adds stored integers and does not rescale";
    static final List<DataType> COMPARED =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT32, DataType.BOOL);
    private static final int[][][] FORMS = {
        {{7}, {0}},
        {{3, 4}, {0}},
        {{3, 4}, {1}},
        {{3, 4}, {-1}},
        {{3, 4}, {0, 1}},
        {{3, 4}, {}},
        {{2, 3, 4}, {1}},
        {{2, 3, 4}, {-1, 0}},
        {{2, 3, 4}, {1, 1}},
        {{2, 3, 4}, {1, -2}},
        {{2, 4, 5, 3}, {1, 2}},
        {{2, 4, 5, 3}, {2, 1}},
        {{2, 4, 5, 3}, {3}},
        {{2, 4, 5, 3}, {0, 1, 2, 3}},
        {{2, 1, 1, 3}, {1, 2}},
        {{2, 2, 3, 2, 2}, {1, 3}}
    };

    private ReductionCases() {}

    static void addTo(CaseList cases) {
        for (String op : OPS) {
            for (Numeric kind : Numeric.ALL) {
                for (int[][] form : FORMS) {
                    for (boolean keep : new boolean[] {false, true}) {
                        add(cases, op, kind, form, keep);
                    }
                }
            }
            addIntegers(cases, op);
            addOthers(cases, op);
            cases.drawOpen(op, d -> {
                int[][] form = drawForm(d);
                if (d.in(0, 4) == 0) {
                    DataType type = d.of(DataType.FLOAT32, DataType.INT32, DataType.INT64);
                    computed(cases, op, type, form, d.coin());
                } else if (d.in(0, 3) == 0) {
                    integers(cases, op, d.of(DataType.INT32, DataType.INT64), form, d.coin());
                } else {
                    add(cases, op, d.of(Numeric.ALL), form, d.coin());
                }
            });
        }
        addArgMax(cases);
        cases.drawOpen("ARG_MAX", d -> {
            int[] shape = d.shape(1, 6);
            argMax(cases, d.of(COMPARED), d.of(DataType.INT32, DataType.INT64), shape, d.axis(shape.length));
        });
    }

    /** A shape and axes of it, of which one may be named twice. */
    static int[][] drawForm(Draw d) {
        int[] shape = d.shape(1, 5);
        int[] axes = d.axes(shape.length, d.in(0, 4) == 0 ? 0 : 1);
        if (axes.length > 1 && d.in(0, 5) == 0) {
            axes[0] = d.either(Math.floorMod(axes[1], shape.length), shape.length);
        }
        return new int[][] {shape, axes};
    }

    private static boolean moves(String op) {
        return op.startsWith("REDUCE");
    }

    static int[] result(int[] shape, int[] axes, boolean keep) {
        Set<Integer> reduced = new TreeSet<>();
        Arrays.stream(axes).forEach(a -> reduced.add(Math.floorMod(a, shape.length)));
        List<Integer> out = new ArrayList<>();
        for (int i = 0; i < shape.length; i++) {
            if (!reduced.contains(i)) {
                out.add(shape[i]);
            } else if (keep) {
                out.add(1);
            }
        }
        return out.stream().mapToInt(Integer::intValue).toArray();
    }

    private static boolean repeats(int[][] form) {
        int rank = form[0].length;
        return Arrays.stream(form[1])
                        .map(a -> Math.floorMod(a, rank))
                        .distinct()
                        .count()
                < form[1].length;
    }

    static String path(String op, String type, int[][] form, boolean keep) {
        return op + "/" + type + "/" + Shapes.path(form[0]) + "/axes"
                + Arrays.toString(form[1]).replace(" ", "") + (keep ? "/keepDims" : "");
    }

    private static void add(CaseList cases, String op, Numeric kind, int[][] form, boolean keep) {
        cases.add(path(op, kind.path(), form, keep), moves(op) ? Tolerance.EXACT : kind.tolerance(), g -> {
            TensorRef x = g.input(kind, -2, 3, form[0]);
            int[] out = result(form[0], form[1], keep);
            int summed = Shapes.count(form[0]) / Math.max(1, Shapes.count(out));
            double reach = op.equals("SUM") ? 2 * Math.sqrt(summed) : 1;
            double low = op.equals("MEAN") ? -1.5 : -2 * reach;
            double high = op.equals("MEAN") ? 2 : 3 * reach;
            g.op(op, Attributes.of(Tfl.KEEP_DIMS, keep), kind.spec(low, high, out), x, g.ints(form[1]));
        });
        if (op.equals("SUM") && (kind == Numeric.INT8 || kind == Numeric.INT16)) {
            cases.excuse(Engine.TFLITE_REFERENCE, UNSCALED_SUM);
        }
        if (kind != Numeric.INT16 && repeats(form)) {
            cases.excuse(Engine.TFLITE_DEFAULT, "XNNPACK refuses an axis that is named twice");
        }
    }

    private static void addIntegers(CaseList cases, String op) {
        for (DataType type : List.of(DataType.INT32, DataType.INT64)) {
            for (int[][] form : List.of(FORMS[2], FORMS[4], FORMS[5], FORMS[6], FORMS[10], FORMS[12])) {
                for (boolean keep : new boolean[] {false, true}) {
                    integers(cases, op, type, form, keep);
                }
            }
        }
    }

    private static void integers(CaseList cases, String op, DataType type, int[][] form, boolean keep) {
        cases.exact(path(op, type.toString(), form, keep), g -> {
            TensorRef x = g.input(type, form[0]);
            TensorSpec y = TensorSpec.of(type, result(form[0], form[1], keep));
            g.op(op, Attributes.of(Tfl.KEEP_DIMS, keep), y, x, g.ints(form[1]));
        });
    }

    private static void computed(CaseList cases, String op, DataType type, int[][] form, boolean keep) {
        Tolerance tolerance = type.isFloat() && !moves(op) ? Tolerance.FLOAT : Tolerance.EXACT;
        cases.add(path(op, type.toString(), form, keep) + "/computed", tolerance, g -> {
            TensorSpec y = TensorSpec.of(type, result(form[0], form[1], keep));
            g.op(op, Attributes.of(Tfl.KEEP_DIMS, keep), y, g.input(type, form[0]), g.dynamicInts(form[1]));
        });
    }

    private static void addOthers(CaseList cases, String op) {
        Tolerance tolerance = moves(op) ? Tolerance.EXACT : Tolerance.FLOAT;
        Attributes drop = Attributes.of(Tfl.KEEP_DIMS, false);
        cases.add(op + "/float32/scalarAxis", tolerance, g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 3, 4);
            g.op(op, drop, TensorSpec.of(DataType.FLOAT32, 2, 4), x, g.scalar(1));
        });
        cases.add(op + "/float32/computedAxes", tolerance, g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 3, 4);
            g.op(op, drop, TensorSpec.of(DataType.FLOAT32, 3), x, g.dynamicInts(0, 2));
            g.tag(op + " computed");
        });
        cases.add(op + "/float32/dynamic", tolerance, g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 4, 4, 3).signature(-1, -1, -1, 3));
            g.op(op, drop, TensorSpec.of(DataType.FLOAT32, 1, 3).signature(-1, 3), x, g.ints(1, 2));
            g.tag("dynamic");
        });
        cases.add(op + "/float32/noTable", tolerance, g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 3);
            g.op(op, Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 2), x, g.ints(1));
        });
        if (!moves(op)) {
            for (Numeric kind : Numeric.QUANTIZED) {
                String name = op + "/" + kind.path() + (op.equals("MEAN") ? "/ties" : "") + "/sameParameters";
                cases.add(name, op.equals("MEAN") ? Tolerance.TIES : Tolerance.QUANTIZED, g -> {
                    TensorRef x = g.input(kind, -3, 3, 4, 1, 2, 5);
                    g.op(op, drop, kind.spec(-3, 3, 4, 5), x, g.ints(1, 2));
                });
                if (op.equals("SUM") && kind != Numeric.UINT8) {
                    cases.excuse(Engine.TFLITE_REFERENCE, UNSCALED_SUM);
                }
            }
        }
    }

    private static void addArgMax(CaseList cases) {
        int[][] shapes = {{7}, {3, 5}, {2, 3, 4}, {1, 2, 3, 4}};
        for (int[] shape : shapes) {
            for (int axis = -shape.length; axis < shape.length; axis++) {
                for (DataType out : List.of(DataType.INT32, DataType.INT64)) {
                    argMax(cases, DataType.FLOAT32, out, shape, axis);
                }
            }
        }
        for (DataType type : List.of(DataType.INT8, DataType.UINT8, DataType.INT32, DataType.BOOL)) {
            for (int axis = 0; axis < 3; axis++) {
                for (DataType out : List.of(DataType.INT32, DataType.INT64)) {
                    argMax(cases, type, out, shapes[2], axis);
                }
            }
        }
        cases.exact("ARG_MAX/ties", g -> {
            TensorRef x =
                    g.input(TensorSpec.of(DataType.FLOAT32, 6, 9), dev.tfliteonnx.testmodels.Values.oneOf(0, 1, 2));
            Attributes options = Attributes.of(Tfl.OUTPUT_TYPE, DataType.INT32);
            g.op("ARG_MAX", options, TensorSpec.of(DataType.INT32, 6), x, g.scalar(1));
        });
        cases.exact("ARG_MAX/int64Axis", g -> {
            TensorRef axis = g.constant(Tensor.ofIntegers(DataType.INT64, Shape.of(1), -1));
            Attributes options = Attributes.of(Tfl.OUTPUT_TYPE, DataType.INT64);
            g.op("ARG_MAX", options, TensorSpec.of(DataType.INT64, 2, 3), g.input(DataType.FLOAT32, 2, 3, 4), axis);
        });
    }

    private static void argMax(CaseList cases, DataType type, DataType out, int[] shape, int axis) {
        cases.exact("ARG_MAX/" + type + "/" + Shapes.path(shape) + "/axis" + axis + "/to" + out, g -> {
            TensorRef x = g.input(ShapeCases.spec(type, shape));
            TensorSpec y = TensorSpec.of(out, Shapes.without(shape, Math.floorMod(axis, shape.length)));
            g.op("ARG_MAX", Attributes.of(Tfl.OUTPUT_TYPE, out), y, x, axis % 2 == 0 ? g.scalar(axis) : g.ints(axis));
        });
    }
}
