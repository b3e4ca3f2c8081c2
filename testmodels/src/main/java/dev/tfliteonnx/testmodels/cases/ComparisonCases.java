package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.ArrayList;
import java.util.List;

/** Cases of comparisons, of MAXIMUM and MINIMUM, and of LOGICAL_AND, LOGICAL_OR and LOGICAL_NOT. */
final class ComparisonCases {
    private static final List<String> ORDERS = List.of("LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL");
    private static final List<String> EQUALITIES = List.of("EQUAL", "NOT_EQUAL");
    private static final int[][][] PAIRS = {
        {{2, 3, 4}, {2, 3, 4}},
        {{17}, {17}},
        {{1, 4, 4, 3}, {3}},
        {{3}, {1, 4, 4, 3}},
        {{2, 1, 4, 1}, {1, 3, 1, 5}},
        {{4, 1}, {1, 5}},
        {{2, 3}, {}},
        {{}, {}},
        {{1}, {7}}
    };

    private ComparisonCases() {}

    static void addTo(CaseList cases) {
        List<DataType> numbers =
                List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8);
        List<DataType> withShorts = new ArrayList<>(numbers);
        withShorts.add(DataType.INT16);
        List<DataType> withBools = new ArrayList<>(numbers);
        withBools.add(DataType.BOOL);
        for (String op : ORDERS) {
            addPairs(cases, op, numbers, true);
        }
        addPairs(cases, "LESS", List.of(DataType.INT16), true);
        for (String op : EQUALITIES) {
            addPairs(cases, op, withBools, true);
            addNan(cases, op);
        }
        addPairs(cases, "EQUAL", List.of(DataType.INT16), true);
        ORDERS.forEach(op -> addNan(cases, op));
        for (String op : List.of("MAXIMUM", "MINIMUM")) {
            cases.exact(op + "/INT64/beyond32Bits", g -> {
                TensorSpec spec = TensorSpec.of(DataType.INT64, 3, 40);
                Values values = Values.between(-9e18, 9e18);
                g.op(op, spec, g.input(spec, values), g.input(spec, values));
            });
            addPairs(cases, op, withShorts, false);
        }
        for (String op : List.of("LOGICAL_AND", "LOGICAL_OR")) {
            addPairs(cases, op, List.of(DataType.BOOL), true);
        }
        for (int[] shape : new int[][] {{7}, {2, 3, 4}, {1, 5, 5, 3}, {}, {2, 1, 3, 1, 2}, {33}}) {
            cases.exact("LOGICAL_NOT/" + Shapes.path(shape), g -> {
                g.op("LOGICAL_NOT", TensorSpec.of(DataType.BOOL, shape), g.input(DataType.BOOL, shape));
            });
        }
    }

    /** Few values, so that equal ones meet. */
    private static Values few(DataType type) {
        return switch (type) {
            case FLOAT32 -> Values.oneOf(-1.5f, -0f, 0, 1, 2.25f, Float.POSITIVE_INFINITY);
            case BOOL -> Values.oneOf(0, 1);
            case UINT8 -> Values.between(119, 123);
            default -> Values.between(-2, 2);
        };
    }

    private static TensorSpec result(DataType type, boolean decides, int... shape) {
        return decides ? TensorSpec.of(DataType.BOOL, shape) : ShapeCases.spec(type, shape);
    }

    private static void addPairs(CaseList cases, String op, List<DataType> types, boolean decides) {
        for (DataType type : types) {
            for (int[][] pair : PAIRS) {
                String path = op + "/" + type + "/" + Shapes.path(pair[0]) + "/" + Shapes.path(pair[1]);
                cases.exact(path, g -> {
                    TensorRef a = g.input(ShapeCases.spec(type, pair[0]), few(type));
                    TensorRef b = g.input(ShapeCases.spec(type, pair[1]), few(type));
                    g.op(op, result(type, decides, Shapes.broadcast(pair[0], pair[1])), a, b);
                });
            }
            for (boolean left : new boolean[] {true, false}) {
                cases.exact(op + "/" + type + (left ? "/constantLeft" : "/constantRight"), g -> {
                    TensorSpec spec = ShapeCases.spec(type, 3);
                    TensorRef c = g.constant(spec.data(few(type).draw(g.random(), type, spec.shape())));
                    TensorRef x = g.input(ShapeCases.spec(type, 2, 5, 3), few(type));
                    g.op(op, result(type, decides, 2, 5, 3), left ? c : x, left ? x : c);
                });
            }
            boolean quantized = ShapeCases.spec(type).quantization().isPresent();
            if (decides && quantized && type != DataType.INT16) {
                cases.exact(op + "/" + type + "/otherParameters", g -> {
                    TensorRef a = g.input(ShapeCases.spec(type, 5, 41));
                    TensorRef b =
                            g.input(TensorSpec.of(type, 5, 41).quantized(0.0371, type == DataType.INT8 ? 11 : 139));
                    g.op(op, TensorSpec.of(DataType.BOOL, 5, 41), a, b);
                });
            }
            cases.exact(op + "/" + type + "/any", g -> {
                TensorRef a = g.input(ShapeCases.spec(type, 5, 41));
                TensorRef b = g.input(ShapeCases.spec(type, 5, 41));
                g.op(op, result(type, decides, 5, 41), a, b);
            });
            cases.exact(op + "/" + type + "/dynamic", g -> {
                TensorRef a = g.input(ShapeCases.spec(type, 1, 4, 3).signature(-1, -1, 3), few(type));
                TensorRef b = g.input(ShapeCases.spec(type, 3), few(type));
                g.op(op, result(type, decides, 1, 4, 3).signature(-1, -1, 3), a, b);
                g.tag("dynamic");
            });
        }
    }

    private static void addNan(CaseList cases, String op) {
        cases.exact(op + "/FLOAT32/nan", g -> {
            Values values = Values.oneOf(Float.NaN, 0, 1, Float.NEGATIVE_INFINITY);
            TensorRef a = g.input(TensorSpec.of(DataType.FLOAT32, 40), values);
            TensorRef b = g.input(TensorSpec.of(DataType.FLOAT32, 40), values);
            g.op(op, TensorSpec.of(DataType.BOOL, 40), a, b);
        });
    }
}
