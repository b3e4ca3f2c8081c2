package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.GraphBuilder;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.ComparisonDirection;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.function.Consumer;

/** Cases of the StableHLO operators that TFLite has no kernels for: they must convert, load and run. */
final class HloPlainCases {
    private static final TensorSpec ROW = TensorSpec.of(DataType.FLOAT32, 2, 3);

    private static final List<DataType> NUMBERS = List.of(
            DataType.FLOAT32,
            DataType.FLOAT16,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64);

    private HloPlainCases() {}

    static void addTo(CaseList cases) {
        String[] unary = {"LOGISTIC", "ABS", "COSINE", "EXPONENTIAL", "FLOOR", "LOG", "NEGATE", "RSQRT", "TANH", "CBRT"
        };
        for (String op : unary) {
            add(cases, op, "", g -> g.op("STABLEHLO_" + op, ROW, g.input(ROW, Values.between(0.1, 4))));
        }
        for (String op : new String[] {"SUBTRACT", "DIVIDE", "POWER", "REMAINDER"}) {
            for (DataType type : new DataType[] {DataType.FLOAT32, DataType.INT32, DataType.INT64}) {
                add(cases, op, "/" + type, g -> {
                    TensorSpec some = TensorSpec.of(type, 2, 3);
                    TensorRef a = g.input(some, Values.between(1, 9));
                    g.op("STABLEHLO_" + op, some, a, g.input(some, Values.between(1, 4)));
                });
            }
        }
        add(cases, "OR", "", g -> {
            TensorSpec some = TensorSpec.of(DataType.BOOL, 9);
            g.op("STABLEHLO_OR", some, g.input(some), g.input(some));
        });
        add(cases, "CLAMP", "", g -> g.op("STABLEHLO_CLAMP", ROW, g.input(ROW), g.input(ROW), g.input(ROW)));
        add(cases, "SELECT", "", g -> {
            TensorRef flags = g.input(DataType.BOOL, 2, 3);
            g.op("STABLEHLO_SELECT", ROW, flags, g.input(ROW), g.input(ROW));
        });
        add(cases, "CONVERT", "", g -> g.op("STABLEHLO_CONVERT", TensorSpec.of(DataType.INT64, 2, 3), g.input(ROW)));
        for (ComparisonDirection direction : ComparisonDirection.values()) {
            Attributes options = Attributes.of(Tfl.COMPARISON_DIRECTION, direction);
            TensorSpec flags = TensorSpec.of(DataType.BOOL, 2, 3);
            add(
                    cases,
                    "COMPARE",
                    "/" + direction,
                    g -> g.op("STABLEHLO_COMPARE", options, flags, g.input(ROW), g.input(ROW)));
        }
        addShapes(cases);
        addBodies(cases);
        for (String op : unary) {
            cases.drawOpen("STABLEHLO_" + op, d -> drawUnary(cases, op, d));
        }
        for (String op : List.of("SUBTRACT", "DIVIDE", "POWER", "REMAINDER")) {
            cases.drawOpen("STABLEHLO_" + op, d -> drawBinary(cases, op, d));
        }
        drawOthers(cases);
    }

    private static String path(DataType type, int... shape) {
        return "/" + type + "/" + Shapes.path(shape);
    }

    private static void drawUnary(CaseList cases, String op, Draw d) {
        boolean isWhole = op.equals("ABS") || op.equals("NEGATE");
        DataType type = isWhole ? d.of(NUMBERS) : op.equals("FLOOR") ? d.of(NUMBERS.subList(0, 2)) : DataType.FLOAT32;
        int[] shape = d.shape(0, 6);
        double high = d.real(0.5, 8);
        add(cases, op, path(type, shape) + "/upTo" + high, g -> {
            boolean positive = op.equals("LOG") || op.equals("RSQRT");
            double low = positive ? 0.01 : type.isUnsignedInteger() ? 0 : -high;
            TensorSpec spec = TensorSpec.of(type, shape);
            g.op("STABLEHLO_" + op, spec, g.input(spec, Values.between(low, high)));
        });
    }

    private static void drawBinary(CaseList cases, String op, Draw d) {
        boolean power = op.equals("POWER");
        DataType type = power && d.coin() ? DataType.FLOAT32 : d.of(power ? NUMBERS.subList(2, 7) : NUMBERS);
        int[] shape = d.shape(0, 6);
        add(cases, op, path(type, shape), g -> {
            TensorSpec spec = TensorSpec.of(type, shape);
            Values left = power ? Values.between(type.isFloat() ? 0.1 : 0, 3) : Values.anyOf(type);
            Values divisors = type.isUnsignedInteger() ? Values.oneOf(1, 2, 3, 7) : Values.oneOf(-7, -3, -1, 1, 2, 5);
            Values right = power ? Values.between(0, 4) : op.equals("SUBTRACT") ? Values.anyOf(type) : divisors;
            g.op("STABLEHLO_" + op, spec, g.input(spec, left), g.input(spec, right));
        });
    }

    private static void drawOthers(CaseList cases) {
        cases.drawOpen("STABLEHLO_OR", d -> {
            DataType type = d.of(HloCases.ALL_TYPES.subList(3, 9));
            TensorSpec spec = TensorSpec.of(type, d.shape(0, 6));
            add(cases, "OR", path(type, spec.sizes()), g -> g.op("STABLEHLO_OR", spec, g.input(spec), g.input(spec)));
        });
        cases.draw("STABLEHLO_CLAMP", d -> {
            DataType type = d.of(NUMBERS);
            TensorSpec spec = TensorSpec.of(type, d.shape(0, 5));
            TensorSpec bound = d.coin() ? spec : TensorSpec.of(type);
            String path = path(type, spec.sizes()) + "/by" + Shapes.path(bound.sizes());
            add(cases, "CLAMP", path, g -> {
                TensorRef low = g.input(bound);
                g.op("STABLEHLO_CLAMP", spec, low, g.input(spec), g.input(bound));
            });
        });
        cases.drawOpen("STABLEHLO_SELECT", d -> {
            DataType type = d.of(HloCases.ALL_TYPES);
            TensorSpec spec = TensorSpec.of(type, d.shape(0, 5));
            int[] flags = d.coin() ? spec.sizes() : new int[0];
            String path = path(type, spec.sizes()) + "/by" + Shapes.path(flags);
            add(cases, "SELECT", path, g -> {
                TensorRef which = g.input(DataType.BOOL, flags);
                g.op("STABLEHLO_SELECT", spec, which, g.input(spec), g.input(spec));
            });
        });
        cases.drawOpen("STABLEHLO_CONVERT", d -> {
            DataType from = d.of(HloCases.ALL_TYPES);
            DataType to = d.of(HloCases.ALL_TYPES);
            int[] shape = d.shape(0, 5);
            // what becomes of a float that does not fit is open
            Values values =
                    from.isFloat() ? Values.between(to.isUnsignedInteger() ? 0 : -100, 100) : Values.anyOf(from);
            add(cases, "CONVERT", "/" + from + "/to" + path(to, shape).substring(1), g -> {
                g.op("STABLEHLO_CONVERT", TensorSpec.of(to, shape), g.input(TensorSpec.of(from, shape), values));
            });
        });
        cases.drawOpen("STABLEHLO_COMPARE", d -> {
            DataType type = d.of(NUMBERS);
            ComparisonDirection direction = d.of(ComparisonDirection.values());
            int[] shape = d.shape(0, 6);
            add(cases, "COMPARE", path(type, shape) + "/" + direction, g -> {
                Attributes options = Attributes.of(Tfl.COMPARISON_DIRECTION, direction);
                TensorSpec x = TensorSpec.of(type, shape);
                Values few = Values.oneOf(0, 1, 2, 3); // many equal
                g.op(
                        "STABLEHLO_COMPARE",
                        options,
                        TensorSpec.of(DataType.BOOL, shape),
                        g.input(x, few),
                        g.input(x, few));
            });
        });
    }

    /** Adds a case that the plain Java kernels judge. */
    static void add(CaseList cases, String op, String path, Consumer<CaseGraph> body) {
        cases.add("STABLEHLO_" + op + "/plain" + path, Tolerance.FLOAT, body);
        cases.excuse(Engine.TFLITE_REFERENCE, "it has no kernel");
        cases.excuse(Engine.TFLITE_DEFAULT, "it has no kernel");
    }

    private static TensorSpec floats(int... shape) {
        return TensorSpec.of(DataType.FLOAT32, shape);
    }

    private static void addShapes(CaseList cases) {
        add(cases, "RESHAPE", "", g -> g.op("STABLEHLO_RESHAPE", floats(3, 1, 2), g.input(ROW)));
        add(cases, "TRANSPOSE", "", g -> {
            Attributes options = Attributes.of(Tfl.PERMUTATION, Ints.of(1, 0));
            g.op("STABLEHLO_TRANSPOSE", options, floats(3, 2), g.input(ROW));
        });
        add(cases, "CONCATENATE", "", g -> {
            Attributes options = Attributes.of(Tfl.DIMENSION, 1L);
            g.op("STABLEHLO_CONCATENATE", options, floats(2, 6), g.input(ROW), g.input(ROW));
        });
        add(cases, "BROADCAST_IN_DIM", "", g -> {
            Attributes options = Attributes.of(Tfl.BROADCAST_DIMENSIONS, Ints.of(0, 2));
            g.op("STABLEHLO_BROADCAST_IN_DIM", options, floats(2, 4, 3), g.input(ROW));
        });
        add(cases, "SLICE", "", g -> {
            Attributes options = Attributes.of(Tfl.START_INDICES, Ints.of(0, 1))
                    .with(Tfl.LIMIT_INDICES, Ints.of(2, 3))
                    .with(Tfl.STRIDES, Ints.of(1, 1));
            g.op("STABLEHLO_SLICE", options, floats(2, 2), g.input(ROW));
        });
        add(cases, "DYNAMIC_SLICE", "", g -> {
            Attributes options = Attributes.of(Tfl.SLICE_SIZES, Ints.of(1, 2));
            TensorRef x = g.input(ROW);
            TensorRef row = g.input(DataType.INT32);
            g.op("STABLEHLO_DYNAMIC_SLICE", options, floats(1, 2), x, row, g.input(DataType.INT32));
        });
        add(cases, "DYNAMIC_UPDATE_SLICE", "", g -> {
            TensorRef x = g.input(ROW);
            TensorRef update = g.input(floats(1, 2));
            TensorRef row = g.input(DataType.INT32);
            g.op("STABLEHLO_DYNAMIC_UPDATE_SLICE", ROW, x, update, row, g.input(DataType.INT32));
        });
        add(cases, "IOTA", "", g -> {
            g.input(ROW);
            g.op("STABLEHLO_IOTA", Attributes.of(Tfl.IOTA_DIMENSION, 0L), TensorSpec.of(DataType.INT32, 4, 2));
        });
        add(cases, "DOT_GENERAL", "", g -> {
            Attributes options = Attributes.of(Tfl.LHS_CONTRACTING_DIMENSIONS, Ints.of(1))
                    .with(Tfl.RHS_CONTRACTING_DIMENSIONS, Ints.of(1));
            g.op("STABLEHLO_DOT_GENERAL", options, floats(2, 2), g.input(ROW), g.input(ROW));
        });
        add(cases, "CONVOLUTION", "", g -> {
            Attributes options = Attributes.of(Tfl.INPUT_FEATURE_DIMENSION, 3L)
                    .with(Tfl.INPUT_SPATIAL_DIMENSIONS, Ints.of(1, 2))
                    .with(Tfl.KERNEL_INPUT_FEATURE_DIMENSION, 2L)
                    .with(Tfl.KERNEL_OUTPUT_FEATURE_DIMENSION, 3L)
                    .with(Tfl.KERNEL_SPATIAL_DIMENSIONS, Ints.of(0, 1))
                    .with(Tfl.OUTPUT_FEATURE_DIMENSION, 3L)
                    .with(Tfl.OUTPUT_SPATIAL_DIMENSIONS, Ints.of(1, 2))
                    .with(Tfl.FEATURE_GROUP_COUNT, 1L)
                    .with(Tfl.BATCH_GROUP_COUNT, 1L)
                    .with(Tfl.PADDING_PAIRS, Ints.of(1, 1, 0, 1));
            TensorRef x = g.input(floats(1, 5, 4, 3));
            TensorRef w = g.constant(g.random().floats(-1, 1, 3, 2, 3, 6));
            g.op("STABLEHLO_CONVOLUTION", options, floats(1, 5, 4, 6), x, w);
        });
    }

    private static void addBodies(CaseList cases) {
        add(cases, "REDUCE", "", g -> {
            GraphBuilder sum = g.model().graph("sum");
            TensorRef a = sum.input("a", DataType.FLOAT32);
            sum.outputs(sum.op("STABLEHLO_ADD", floats().named("c"), a, sum.input("b", DataType.FLOAT32)));
            Attributes options =
                    Attributes.of(Tfl.DIMENSIONS, Ints.of(1)).with(Tfl.BODY_SUBGRAPH_INDEX, (long) sum.index());
            TensorRef zero = g.constant(Tensor.scalar(DataType.FLOAT32, 0));
            g.op("STABLEHLO_REDUCE", options, floats(2), g.input(ROW), zero);
        });
        add(cases, "SORT", "", g -> {
            GraphBuilder order = g.model().graph("order");
            TensorRef a = order.input("a", DataType.FLOAT32);
            TensorRef b = order.input("b", DataType.FLOAT32);
            order.outputs(order.op("LESS", TensorSpec.of(DataType.BOOL).named("c"), a, b));
            Attributes options =
                    Attributes.of(Tfl.DIMENSION, 1L).with(Tfl.COMPARATOR_SUBGRAPH_INDEX, (long) order.index());
            g.op("STABLEHLO_SORT", options, ROW, g.input(ROW));
        });
    }
}
