package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.stream.DoubleStream;

/** Cases of ADD, SUB, MUL, DIV, SQUARED_DIFFERENCE and PRELU. */
final class ArithmeticCases {
    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6);
    /** Pairs of shapes. */
    private static final int[][][] PAIRS = {
        {{2, 3, 4}, {2, 3, 4}},
        {{1, 4, 4, 3}, {3}},
        {{3}, {1, 4, 4, 3}},
        {{1, 4, 4, 3}, {1, 1, 1, 3}},
        {{2, 4, 4, 3}, {2, 1, 1, 3}},
        {{2, 1, 4, 1}, {1, 3, 1, 5}},
        {{4, 1}, {1, 5}},
        {{2, 3}, {}},
        {{}, {2, 3}},
        {{}, {}},
        {{1}, {7}},
        {{2, 1, 3, 1, 2}, {1, 2, 1, 2, 2}},
        {{17}, {17}}
    };

    /** An operator with the range of its operands and its result. */
    private record Op(String name, String detail, double low, double high, double outLow, double outHigh) {
        /** Operands and results in other ranges; quantized divisions keep theirs, whose quotients suit their kernel. */
        Op scaled(Draw d) {
            double in = d.real(0.3, 2);
            double out = d.real(0.4, 1.5);
            String path = "/operandsTimes" + in + "/resultTimes" + out;
            return divides() ? this : new Op(name, path, low * in, high * in, outLow * out, outHigh * out);
        }

        Attributes options(Activation act) {
            return hasActivation() ? Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, act) : Attributes.NONE;
        }

        /** Options under which 16-bit scales need not suit a kernel that only shifts. */
        Attributes general() {
            return name.equals("MUL") ? Attributes.NONE : Attributes.of(Tfl.POT_SCALE_INT16, false);
        }

        boolean hasActivation() {
            return !name.equals("SQUARED_DIFFERENCE");
        }

        boolean divides() {
            return name.equals("DIV");
        }
    }

    private static final List<Op> OPS = List.of(
            new Op("ADD", "", -4, 5, -8, 9),
            new Op("SUB", "", -4, 5, -8, 8),
            new Op("MUL", "", -4, 5, -16, 20),
            new Op("DIV", "", -4, 5, -8, 10),
            new Op("SQUARED_DIFFERENCE", "", -4, 5, 0, 40));

    private ArithmeticCases() {}

    static void addTo(CaseList cases) {
        for (Op op : OPS) {
            for (Numeric kind : kinds(op)) {
                for (int[][] pair : PAIRS) {
                    if (!op.hasActivation() && pair[0].length > 4) {
                        continue; // the kernel broadcasts up to rank 4 and ends the process beyond
                    }
                    add(cases, op, kind, pair, Activation.NONE);
                }
                if (op.hasActivation()) {
                    for (Activation act : ACTIVATIONS.subList(1, 4)) {
                        add(cases, op, kind, PAIRS[0], act);
                        add(cases, op, kind, PAIRS[5], act);
                    }
                }
                addConstants(cases, op, kind);
            }
            if (op.hasActivation()) {
                add(cases, op, Numeric.FLOAT32, PAIRS[0], Activation.TANH);
                add(cases, op, Numeric.FLOAT32, PAIRS[0], Activation.SIGN_BIT);
            }
            addIntegers(cases, op);
            addDynamic(cases, op);
            cases.drawOpen(op.name(), d -> {
                int[] shape = d.shape(0, op.divides() ? 5 : op.hasActivation() ? 6 : 4);
                int[][] pair = {d.broadcastable(shape), d.broadcastable(shape)};
                Activation act = op.hasActivation() ? d.of(ACTIVATIONS) : Activation.NONE;
                if (d.in(0, 4) == 0) {
                    addIntegers(cases, op, d.of(integers(op)), pair, act);
                } else {
                    add(cases, op.scaled(d), d.of(kinds(op)), pair, act);
                }
            });
        }
        addScales(cases);
        addPowersOfTwo(cases);
        addPrelu(cases);
    }

    private static List<Numeric> kinds(Op op) {
        return switch (op.name()) {
            case "DIV" -> List.of(Numeric.FLOAT32, Numeric.UINT8);
            case "SQUARED_DIFFERENCE" -> List.of(Numeric.FLOAT32, Numeric.INT8);
            default -> Numeric.ALL;
        };
    }

    /**
     * An operand on the left. Quantized dividends are not within some steps of 0: TFLite's kernel shifts tiny quotients by
     * more places than an integer has, and gives the greatest result.
     */
    private static TensorRef left(CaseGraph g, Op op, Numeric kind, int... shape) {
        if (!op.divides() || kind.isFloat()) {
            return g.input(kind, op.low(), op.high(), shape);
        }
        long zero = kind.quant(op.low(), op.high()).zeroPoint();
        double[] far = DoubleStream.iterate(
                        kind.type().min(), q -> q <= kind.type().max(), q -> q + 1)
                .filter(q -> Math.abs(q - zero) >= 8)
                .toArray();
        float[] values = new float[far.length];
        for (int i = 0; i < far.length; i++) {
            values[i] = (float) far[i];
        }
        return g.input(kind.spec(op.low(), op.high(), shape), Values.oneOf(values));
    }

    private static TensorRef divisor(CaseGraph g, Numeric kind, int... shape) {
        if (kind.isFloat()) {
            return g.input(kind.spec(0, 1, shape), Values.oneOf(-4, -2.5f, -0.75f, 0.5f, 1, 1.75f, 3));
        }
        return g.input(kind.spec(0, 4, shape), Values.between(100, 255));
    }

    private static void add(CaseList cases, Op op, Numeric kind, int[][] pair, Activation act) {
        String name = op.name() + "/" + kind.path() + "/" + Shapes.path(pair[0]) + "/" + Shapes.path(pair[1])
                + (op.hasActivation() ? "/" + act : "") + op.detail();
        cases.add(name, kind.tolerance(), g -> {
            TensorRef a = left(g, op, kind, pair[0]);
            TensorRef b =
                    op.divides() ? divisor(g, kind, pair[1]) : g.input(kind, op.low() / 2, op.high() - 1, pair[1]);
            TensorSpec y = kind.spec(op.outLow(), op.outHigh(), Shapes.broadcast(pair[0], pair[1]));
            g.op(op.name(), op.options(act), y, a, b);
        });
    }

    private static void addConstants(CaseList cases, Op op, Numeric kind) {
        for (boolean left : new boolean[] {true, false}) {
            if (left && op.divides()) {
                continue;
            }
            String name = op.name() + "/" + kind.path() + (left ? "/constantLeft" : "/constantRight");
            cases.add(name, kind.tolerance(), g -> {
                TensorSpec spec = kind.spec(op.low(), op.high(), 3);
                Values values = kind.isFloat() ? Values.between(0.5, op.high()) : Values.between(100, 127);
                TensorRef c = g.constant(spec.data(values.draw(g.random(), spec.type(), spec.shape())));
                TensorRef x = left(g, op, kind, 1, 4, 5, 3);
                TensorSpec y = kind.spec(op.outLow(), op.outHigh(), 1, 4, 5, 3);
                g.op(op.name(), op.options(Activation.NONE), y, left ? c : x, left ? x : c);
            });
        }
    }

    private static List<DataType> integers(Op op) {
        return switch (op.name()) {
            case "DIV", "SQUARED_DIFFERENCE" -> List.of(DataType.INT32);
            case "ADD", "MUL" -> List.of(DataType.INT32, DataType.INT64, DataType.INT16);
            default -> List.of(DataType.INT32, DataType.INT64);
        };
    }

    private static void addIntegers(CaseList cases, Op op) {
        for (DataType type : integers(op)) {
            for (int[][] pair : List.of(PAIRS[0], PAIRS[1], PAIRS[5], PAIRS[7])) {
                for (Activation act : op.hasActivation() ? ACTIVATIONS : List.of(Activation.NONE)) {
                    if (act == Activation.NONE || pair != PAIRS[7]) { // a clamp of too few values would show nothing
                        addIntegers(cases, op, type, pair, act);
                    }
                }
            }
        }
        if (op.name().equals("MUL")) {
            addIntegers(cases, op, DataType.UINT32, PAIRS[0], Activation.NONE);
        }
    }

    private static void addIntegers(CaseList cases, Op op, DataType type, int[][] pair, Activation act) {
        String name = op.name() + "/" + type + "/" + Shapes.path(pair[0]) + "/" + Shapes.path(pair[1])
                + (op.hasActivation() ? "/" + act : "");
        cases.exact(name, g -> {
            boolean small = act != Activation.NONE && !op.divides();
            Values any = small ? Values.between(-3, 3) : Values.anyOf(type);
            TensorRef a = g.input(TensorSpec.of(type, pair[0]), any);
            Values divisors = Values.oneOf(-7, -3, -1, 1, 2, 5);
            TensorRef b = g.input(TensorSpec.of(type, pair[1]), op.divides() ? divisors : any);
            g.op(op.name(), op.options(act), TensorSpec.of(type, Shapes.broadcast(pair[0], pair[1])), a, b);
        });
    }

    private static void addDynamic(CaseList cases, Op op) {
        cases.add(op.name() + "/float32/dynamic", Tolerance.FLOAT, g -> {
            TensorRef a = g.input(TensorSpec.of(DataType.FLOAT32, 1, 4, 3).signature(-1, -1, 3));
            TensorRef b = op.divides() ? divisor(g, Numeric.FLOAT32, 3) : g.input(DataType.FLOAT32, 3);
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 4, 3).signature(-1, -1, 3);
            g.op(op.name(), op.options(Activation.NONE), y, a, b);
            g.tag("dynamic");
        });
    }

    /** The same operand twice, equal parameters, and a result finer or coarser than the operands. */
    private static void addScales(CaseList cases) {
        for (Op op : OPS.subList(0, 3)) {
            for (Numeric kind : Numeric.QUANTIZED) {
                cases.add(op.name() + "/" + kind.path() + "/twice", Tolerance.QUANTIZED, g -> {
                    TensorRef x = g.input(kind, -4, 4, 5, 51);
                    TensorSpec y = kind.spec(op.outLow(), op.outHigh(), 5, 51);
                    g.op(op.name(), op.general(), y, x, x);
                });
                for (double high : new double[] {0.5, 1, 16}) {
                    String name = op.name() + "/" + kind.path() + "/equalOperands/output" + high;
                    cases.add(name, Tolerance.QUANTIZED, g -> {
                        TensorRef a = g.input(kind, -1, 1, 10, 20);
                        TensorRef b = g.input(kind, -1, 1, 10, 20);
                        g.op(op.name(), op.general(), kind.spec(-high, high, 10, 20), a, b);
                    });
                }
                cases.add(op.name() + "/" + kind.path() + "/farScales", Tolerance.QUANTIZED, g -> {
                    TensorRef a = g.input(kind, -100, 100, 10, 20);
                    TensorRef b = g.input(kind, -0.1, 0.1, 10, 20);
                    double high = op.name().equals("MUL") ? 8 : 100;
                    g.op(op.name(), op.general(), kind.spec(-high, high, 10, 20), a, b);
                });
            }
        }
    }

    /** 16-bit scales that are powers of two: one operand has the scale of the result, the other is not coarser. */
    private static void addPowersOfTwo(CaseList cases) {
        int[][] exponents = {{-13, -14}, {-15, -12}, {-13, -13}};
        for (String op : List.of("ADD", "SUB")) {
            for (boolean shifts : new boolean[] {true, false}) {
                for (int[] exponent : exponents) {
                    String name = op + "/int16/ties/powersOfTwo" + exponent[0] + exponent[1]
                            + (shifts ? "/potScaleInt16" : "");
                    cases.add(name, Tolerance.TIES, g -> {
                        double left = Math.scalb(1.0, exponent[0]);
                        double right = Math.scalb(1.0, exponent[1]);
                        TensorRef a = g.input(TensorSpec.of(DataType.INT16, 100).quantized(left, 0));
                        TensorRef b = g.input(TensorSpec.of(DataType.INT16, 100).quantized(right, 0));
                        TensorSpec y = TensorSpec.of(DataType.INT16, 100).quantized(Math.max(left, right), 0);
                        g.op(op, Attributes.of(Tfl.POT_SCALE_INT16, shifts), y, a, b);
                    });
                }
            }
        }
    }

    private static void addPrelu(CaseList cases) {
        int[][] alphas = {{3}, {1, 1, 3}, {1, 1, 1, 3}, {4, 5, 3}, {1, 5, 1}, {1, 1, 1}, {1}};
        for (Numeric kind : Numeric.UP_TO_8) {
            for (int[] alpha : alphas) {
                for (boolean constant : new boolean[] {true, false}) {
                    String name =
                            "PRELU/" + kind.path() + "/alpha" + Shapes.path(alpha) + (constant ? "" : "/inputAlpha");
                    cases.add(name, kind.tolerance(), g -> {
                        TensorRef x = g.input(kind, -4, 4, 2, 4, 5, 3);
                        TensorSpec spec = kind.spec(-0.5, 1.5, alpha);
                        TensorRef a = constant ? g.randomConstant(spec) : g.input(spec);
                        g.op("PRELU", kind.spec(-6, 4, 2, 4, 5, 3), x, a);
                    });
                }
            }
            cases.add("PRELU/" + kind.path() + "/sameParameters", kind.tolerance(), g -> {
                TensorRef x = g.input(kind, -4, 4, 2, 6);
                g.op("PRELU", kind.spec(-4, 4, 2, 6), x, g.randomConstant(kind.spec(0, 1, 6)));
            });
        }
        cases.draw("PRELU", d -> {
            Numeric kind = d.of(Numeric.UP_TO_8);
            DrawnTensor x = d.tensor(0, 4);
            int[] alpha = d.broadcastable(x.shape());
            double steep = d.real(0.2, 2);
            boolean constant = d.coin();
            String path = "/alpha" + Shapes.path(alpha) + "upTo" + steep + (constant ? "" : "/inputAlpha");
            cases.add("PRELU/" + kind.path() + "/" + x.path() + path, kind.tolerance(), g -> {
                TensorRef in = g.input(x.spec(kind), x.values(kind));
                TensorSpec spec = kind.spec(-steep / 3, steep, alpha);
                TensorRef a = constant ? g.randomConstant(spec) : g.input(spec);
                g.op("PRELU", x.spec(kind, x.low() * Math.max(1, steep), x.high() - x.low() * steep / 3), in, a);
            });
        });
    }
}
