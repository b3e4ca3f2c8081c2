package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Cases of comparisons, of MAXIMUM and MINIMUM, and of LOGICAL_AND, LOGICAL_OR and LOGICAL_NOT. */
final class ComparisonCases {
    private static final List<String> ORDERS = List.of("LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL");
    private static final List<String> EQUALITIES = List.of("EQUAL", "NOT_EQUAL");
    private static final List<DataType> EIGHT_BIT = List.of(DataType.INT8, DataType.UINT8);
    /** The types of the operands of each operator. */
    private static final Map<String, List<DataType>> NUMBERS = numbers();

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

    private static Map<String, List<DataType>> numbers() {
        List<DataType> most = List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8);
        Map<String, List<DataType>> types = new TreeMap<>();
        ORDERS.forEach(op -> types.put(op, most));
        EQUALITIES.forEach(op -> types.put(op, and(most, DataType.BOOL)));
        for (String op : List.of("LESS", "EQUAL", "MAXIMUM", "MINIMUM")) {
            types.put(op, and(types.getOrDefault(op, most), DataType.INT16));
        }
        types.put("LOGICAL_AND", List.of(DataType.BOOL));
        types.put("LOGICAL_OR", List.of(DataType.BOOL));
        return types;
    }

    private static List<DataType> and(List<DataType> types, DataType type) {
        return Stream.concat(types.stream(), Stream.of(type)).toList();
    }

    static void addTo(CaseList cases) {
        NUMBERS.forEach((op, types) -> addPairs(cases, op, types, !op.startsWith("M")));
        ORDERS.forEach(op -> addNan(cases, op));
        EQUALITIES.forEach(op -> addNan(cases, op));
        for (String op : List.of("MAXIMUM", "MINIMUM")) {
            cases.exact(op + "/INT64/beyond32Bits", g -> {
                TensorSpec spec = TensorSpec.of(DataType.INT64, 3, 40);
                Values values = Values.between(-9e18, 9e18);
                g.op(op, spec, g.input(spec, values), g.input(spec, values));
            });
        }
        for (int[] shape : new int[][] {{7}, {2, 3, 4}, {1, 5, 5, 3}, {}, {2, 1, 3, 1, 2}, {33}}) {
            cases.exact("LOGICAL_NOT/" + Shapes.path(shape), g -> {
                g.op("LOGICAL_NOT", TensorSpec.of(DataType.BOOL, shape), g.input(DataType.BOOL, shape));
            });
        }
        addDrawn(cases);
    }

    private static void addDrawn(CaseList cases) {
        // comparisons broadcast up to rank 4, choices up to 5
        NUMBERS.forEach((op, types) -> cases.drawOpen(op, d -> draw(cases, op, d.of(types), d)));
        cases.draw("LOGICAL_NOT", d -> {
            DrawnTensor x = d.tensor(0, 6);
            cases.exact("LOGICAL_NOT/" + x.shapePath(), g -> {
                g.op("LOGICAL_NOT", x.spec(DataType.BOOL), g.input(x.spec(DataType.BOOL)));
            });
        });
    }

    private static void draw(CaseList cases, String op, DataType type, Draw d) {
        boolean decides = !op.startsWith("M");
        int[] shape = d.shape(0, decides ? 4 : 5);
        int[] left = d.broadcastable(shape);
        int[] right = d.broadcastable(shape);
        boolean any = d.coin();
        boolean constant = d.in(0, 4) == 0;
        boolean isQuantized = EIGHT_BIT.contains(type);
        QuantParams one = quant(type, d);
        QuantParams other = decides && d.coin() ? quant(type, d) : one;
        String path = op + "/" + type + "/" + Shapes.path(left) + "/" + Shapes.path(right) + (any ? "/any" : "")
                + (constant ? "/constantRight" : "") + (isQuantized ? path(one) + path(other) : "");
        cases.exact(path, g -> {
            Values values = any ? Values.anyOf(type) : few(type);
            TensorSpec a = ShapeCases.spec(type, left);
            TensorSpec b = ShapeCases.spec(type, right);
            TensorRef first = g.input(isQuantized ? a.quantized(one) : a, values);
            b = isQuantized ? b.quantized(other) : b;
            TensorRef second =
                    constant ? g.constant(b.data(values.draw(g.random(), type, b.shape()))) : g.input(b, values);
            TensorSpec y = result(type, decides, Shapes.broadcast(left, right));
            g.op(op, isQuantized && !decides ? y.quantized(one) : y, first, second);
        });
    }

    /** Parameters of 8 bits, with zero points among the few values. */
    private static QuantParams quant(DataType type, Draw d) {
        double scale = d.in(0, 2) == 0 ? d.in(1, 9) / 1000.0 : d.real(0.03, 0.9);
        return QuantParams.perTensor((float) scale, (type == DataType.INT8 ? 0 : 121) + d.in(-3, 3));
    }

    private static String path(QuantParams quant) {
        return "/" + quant.scale() + "at" + quant.zeroPoint();
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
