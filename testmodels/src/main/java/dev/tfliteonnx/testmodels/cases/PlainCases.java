package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cases of operators that take one operand element by element and have no options, and of LOG_SOFTMAX. */
final class PlainCases {
    private static final int[][] SHAPES = {
        {7}, {1, 1}, {2, 3, 4}, {1, 5, 5, 3}, {2, 1, 3, 1, 2}, {3, 5}, {33}, {}, {1, 3, 7}, {4, 1, 1, 9}
    };
    /** Numbers at which rounding and signs are decided. */
    private static final Values STEPS = Values.oneOf(
            -3.5f, -2.5f, -1.5f, -1, -0.5f, -0.25f, -0f, 0, 0.5f, 0.75f, 1, 1.5f, 2.5f, 3.5f, 8388609, -1e30f);

    private static final Values SPECIALS =
            Values.oneOf(0, -0f, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e-30f, -1e30f, 1e30f, 88, -104);

    /** An operator with the range of operands for which it is defined, and the forms of its kernel. */
    private record Op(String name, double low, double high, double outLow, double outHigh, List<Numeric> kinds) {
        boolean isExact() {
            return List.of("ABS", "NEG", "CEIL", "FLOOR", "ROUND", "SIGN", "SQUARE")
                    .contains(name);
        }

        Tolerance tolerance(Numeric kind) {
            return kind.isFloat() && isExact() ? Tolerance.EXACT : kind.tolerance();
        }
    }

    private static final List<Numeric> FLOAT = List.of(Numeric.FLOAT32);
    private static final List<Numeric> INT8_AND_INT16 = List.of(Numeric.FLOAT32, Numeric.INT8, Numeric.INT16);
    private static final List<Op> OPS = List.of(
            new Op("ABS", -4, 5, 0, 5, INT8_AND_INT16),
            new Op("NEG", -4, 5, -5, 4, FLOAT),
            new Op("CEIL", -4, 5, -4, 5, FLOAT),
            new Op("FLOOR", -4, 5, -4, 5, FLOAT),
            new Op("ROUND", -4, 5, -4, 5, FLOAT),
            new Op("SIGN", -4, 5, -1, 1, FLOAT),
            new Op("SQUARE", -4, 5, 0, 25, FLOAT),
            new Op("SIN", -4, 5, -1, 1, FLOAT),
            new Op("COS", -4, 5, -1, 1, FLOAT),
            new Op("EXP", -4, 2, 0, 7, INT8_AND_INT16),
            new Op("LOG", 0.01, 9, -4, 2, INT8_AND_INT16),
            new Op("SQRT", 0, 9, 0, 3, FLOAT),
            new Op("RSQRT", 0.1, 9, 0, 3, INT8_AND_INT16),
            new Op("ELU", -4, 5, -1, 5, List.of(Numeric.FLOAT32, Numeric.INT8)),
            new Op("RELU_0_TO_1", -2, 2, 0, 1, Numeric.UP_TO_8),
            new Op("RELU_N1_TO_1", -2, 2, -1, 1, Numeric.UP_TO_8));

    /** The integers that kernels take as they are. */
    private static final Map<String, List<DataType>> INTEGERS = new TreeMap<>(Map.of(
            "ABS", List.of(DataType.INT32, DataType.INT16),
            "NEG", List.of(DataType.INT32, DataType.INT64),
            "SIGN", List.of(DataType.INT32)));

    private PlainCases() {}

    static void addTo(CaseList cases) {
        for (Op op : OPS) {
            for (Numeric kind : op.kinds()) {
                for (int[] shape : SHAPES) {
                    add(cases, op, kind, shape);
                }
                addRanges(cases, op, kind);
            }
            addFloats(cases, op);
        }
        INTEGERS.forEach((op, types) -> addIntegers(cases, op, types));
        addLogSoftmax(cases);
        addDrawn(cases);
    }

    /** Operands and results are in ranges that are parts of the whole ones. */
    private static void addDrawn(CaseList cases) {
        for (Op op : OPS) {
            List<DataType> integers = INTEGERS.getOrDefault(op.name(), List.of());
            cases.draw(op.name(), d -> {
                DrawnTensor x = d.tensor(0, 6);
                if (d.in(0, 3) < integers.size()) {
                    addInteger(cases, op.name(), d.of(integers), x);
                    return;
                }
                Numeric kind = d.of(op.kinds());
                double in = d.real(0.1, 2);
                double out = d.real(0.4, 1.6);
                Op part = new Op(
                        op.name(), op.low() * in, op.high() * in, op.outLow() * out, op.outHigh() * out, op.kinds());
                String path = "/" + kind.path() + "/" + x.shapePath() + "/operandTimes" + in + "/resultTimes" + out;
                // kernels round the multiples of an operand twice that is much finer than the result
                cases.add(op.name() + path, in < 0.5 * out ? kind.ties() : op.tolerance(kind), g -> {
                    TensorRef operand = g.input(x.spec(kind, part.low(), part.high()), values(part, kind));
                    g.op(op.name(), x.spec(kind, part.outLow(), part.outHigh()), operand);
                });
            });
        }
    }

    private static void addInteger(CaseList cases, String op, DataType type, DrawnTensor x) {
        cases.exact(op + "/" + type + "/" + x.shapePath(), g -> g.op(op, x.spec(type), g.input(x.spec(type))));
    }

    private static Values values(Op op, Numeric kind) {
        if (kind.isFloat()) {
            return Values.between(op.low(), op.high());
        }
        // symmetric 16 bits hold what is below 0, too, where the kernel of RSQRT fails
        boolean above = kind == Numeric.INT16 && op.name().equals("RSQRT");
        return above ? Values.between(1, Short.MAX_VALUE) : Values.anyOf(kind.type());
    }

    private static void add(CaseList cases, Op op, Numeric kind, int[] shape) {
        cases.add(op.name() + "/" + kind.path() + "/" + Shapes.path(shape), op.tolerance(kind), g -> {
            TensorRef x = g.input(kind.spec(op.low(), op.high(), shape), values(op, kind));
            g.op(op.name(), kind.spec(op.outLow(), op.outHigh(), shape), x);
        });
    }

    /** Every stored value of 8 bits, with a result that is coarser or finer, and sizes that a run decides. */
    private static void addRanges(CaseList cases, Op op, Numeric kind) {
        cases.add(op.name() + "/" + kind.path() + "/dynamic", op.tolerance(kind), g -> {
            TensorRef x = g.input(kind.spec(op.low(), op.high(), 1, 6).signature(-1, 6), values(op, kind));
            g.op(op.name(), kind.spec(op.outLow(), op.outHigh(), 1, 6).signature(-1, 6), x);
            g.tag("dynamic");
        });
        if (kind.isFloat()) {
            return;
        }
        for (double factor : new double[] {0.3, 0.9, 1.7}) {
            cases.add(op.name() + "/" + kind.path() + "/resultTimes" + factor, op.tolerance(kind), g -> {
                Values all = kind == Numeric.INT16 ? values(op, kind) : Values.every(1, kind.type());
                TensorRef x = g.input(kind.spec(op.low(), op.high(), 1, 256), all);
                g.op(op.name(), kind.spec(op.outLow() * factor, op.outHigh() * factor, 1, 256), x);
            });
        }
    }

    private static void addFloats(CaseList cases, Op op) {
        Numeric kind = Numeric.FLOAT32;
        for (int size : new int[] {16, 65}) {
            if (op.low() < 0 && !op.name().equals("SIN") && !op.name().equals("COS")) {
                cases.add(op.name() + "/float32/steps" + size, op.tolerance(kind), g -> {
                    g.op(op.name(), TensorSpec.of(DataType.FLOAT32, size), g.input(kind.spec(0, 1, size), STEPS));
                });
                cases.add(op.name() + "/float32/specials" + size, op.tolerance(kind), g -> {
                    g.op(op.name(), TensorSpec.of(DataType.FLOAT32, size), g.input(kind.spec(0, 1, size), SPECIALS));
                });
            }
            for (double reach : new double[] {0.01, 1, 3, 20}) {
                String name = op.name() + "/float32/reach" + reach + "/" + size;
                cases.add(name, op.tolerance(kind), g -> {
                    Values values = Values.between(op.low() < 0 ? -reach : reach / 100, reach);
                    g.op(op.name(), TensorSpec.of(DataType.FLOAT32, size), g.input(kind.spec(0, 1, size), values));
                });
            }
        }
    }

    private static void addIntegers(CaseList cases, String op, List<DataType> types) {
        for (DataType type : types) {
            for (int[] shape : SHAPES) {
                cases.exact(op + "/" + type + "/" + Shapes.path(shape), g -> {
                    g.op(op, TensorSpec.of(type, shape), g.input(type, shape));
                });
            }
        }
    }

    private static void addLogSoftmax(CaseList cases) {
        int[][] shapes = {{1, 10}, {4, 7}, {2, 3, 5}, {1, 4, 4, 3}, {6}, {3, 1}, {2, 33}};
        for (Numeric kind : Numeric.UP_TO_8) {
            for (double reach : new double[] {0.5, 3, 6}) {
                for (int[] shape : shapes) {
                    String name = "LOG_SOFTMAX/" + kind.path() + "/" + Shapes.path(shape) + "/range" + reach;
                    cases.add(name, kind.tolerance(), g -> {
                        g.op("LOG_SOFTMAX", logSoftmaxOutput(kind, shape), g.input(kind, -reach, reach, shape));
                    });
                }
            }
        }
        cases.draw("LOG_SOFTMAX", d -> {
            Numeric kind = d.of(Numeric.UP_TO_8);
            DrawnTensor x = d.tensor(1, 5);
            if (Shapes.count(x.shape()) == 0) {
                return; // the float kernel ends the process
            }
            cases.add("LOG_SOFTMAX/" + kind.path() + "/" + x.path(), kind.tolerance(), g -> {
                TensorRef in = g.input(x.spec(kind), x.values(kind));
                g.op("LOG_SOFTMAX", x.like(logSoftmaxOutput(kind, x.shape())), in);
            });
        });
    }

    private static TensorSpec logSoftmaxOutput(Numeric kind, int[] shape) {
        TensorSpec y = TensorSpec.of(kind.type(), shape);
        return kind.isFloat() ? y : y.quantized(16.0 / 256, kind.type().max());
    }
}
