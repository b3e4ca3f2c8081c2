package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/**
 * Cases of LOGISTIC, TANH, RELU, RELU6, LEAKY_RELU, HARD_SWISH, GELU and SOFTMAX. Those of 8 bits that work element by
 * element see every stored value.
 */
final class ActivationCases {
    private static final int[][] SHAPES = {{2, 3, 4}, {1, 5, 5, 3}, {7}, {1, 1}, {2, 1, 3, 1, 2}};

    /** An operator with its options, the range of the result for an input range, and the forms of the kernel. */
    private record Op(String name, String path, Attributes options, List<Numeric> kinds) {
        static Op of(String name, List<Numeric> kinds) {
            return new Op(name, name, Attributes.NONE, kinds);
        }

        static Op of(String name, String detail, Attributes options, List<Numeric> kinds) {
            return new Op(name, name + "/" + detail, options, kinds);
        }

        Tolerance tolerance(Numeric kind) {
            return path.contains("/ties") ? kind.ties() : kind.tolerance();
        }

        /** LOGISTIC and TANH insist on the parameters of their result. */
        TensorSpec output(Numeric kind, double low, double high, int... shape) {
            TensorSpec y = TensorSpec.of(kind.type(), shape);
            if (kind.isFloat()) {
                return y;
            }
            boolean logistic = name.equals("LOGISTIC");
            if (!logistic && !name.equals("TANH")) {
                return kind.spec(low, high, shape);
            }
            return switch (kind) {
                case INT8 -> logistic ? y.quantized(1.0 / 256, -128) : y.quantized(1.0 / 128, 0);
                case UINT8 -> logistic ? y.quantized(1.0 / 256, 0) : y.quantized(1.0 / 128, 128);
                case INT16, FLOAT32 -> y.quantized(1.0 / 32768, 0);
            };
        }
    }

    private static final List<Op> OPS = List.of(
            Op.of("LOGISTIC", Numeric.ALL),
            Op.of("TANH", Numeric.ALL),
            Op.of("RELU", Numeric.ALL),
            Op.of("RELU6", Numeric.UP_TO_8),
            Op.of("LEAKY_RELU", "alpha0.2", Attributes.of(Tfl.ALPHA, 0.2f), Numeric.ALL),
            Op.of("LEAKY_RELU", "alpha0", Attributes.of(Tfl.ALPHA, 0f), Numeric.ALL),
            Op.of("LEAKY_RELU", "alpha1.3", Attributes.of(Tfl.ALPHA, 1.3f), Numeric.ALL),
            Op.of("LEAKY_RELU", "alpha-0.4", Attributes.of(Tfl.ALPHA, -0.4f), Numeric.ALL),
            Op.of("LEAKY_RELU", "ties/alpha0.25", Attributes.of(Tfl.ALPHA, 0.25f), Numeric.ALL),
            Op.of("LEAKY_RELU", "ties/alpha-0.5", Attributes.of(Tfl.ALPHA, -0.5f), Numeric.ALL),
            Op.of("HARD_SWISH", Numeric.UP_TO_8),
            Op.of("GELU", "exact", Attributes.of(Tfl.APPROXIMATE, false), Numeric.UP_TO_8),
            Op.of("GELU", "tanh", Attributes.of(Tfl.APPROXIMATE, true), Numeric.UP_TO_8));

    /** Input ranges. */
    private static final double[][] RANGES = {{-8, 8}, {-2, 6}, {-0.5, 0.25}, {0, 6}, {-20, 5}};

    private ActivationCases() {}

    static void addTo(CaseList cases) {
        for (Op op : OPS) {
            for (Numeric kind : op.kinds()) {
                for (int[] shape : SHAPES) {
                    add(cases, op, kind, shape);
                }
                for (double[] range : RANGES) {
                    addRange(cases, op, kind, range);
                }
                cases.add(op.path() + "/" + kind.path() + "/dynamic", op.tolerance(kind), g -> {
                    TensorRef x = g.input(kind.spec(-4, 4, 1, 6).signature(-1, 6));
                    apply(g, op, op.output(kind, -4, 4, 1, 6).signature(-1, 6), x);
                    g.tag("dynamic");
                });
            }
        }
        addSpecials(cases);
        addSoftmax(cases);
        addDrawn(cases);
    }

    private static void addDrawn(CaseList cases) {
        for (Op op : OPS) {
            cases.draw(op.name(), d -> draw(cases, drawn(op, d), d));
        }
        cases.draw("SOFTMAX", d -> {
            Numeric kind = d.of(Numeric.ALL);
            DrawnTensor x = d.tensor(1, kind == Numeric.INT16 ? 4 : 5);
            if (Shapes.count(x.shape()) == 0) {
                return; // the float kernel divides by the last extent
            }
            double beta = d.real(0.05, 3);
            boolean wide = Numeric.EIGHT_BIT.contains(kind) && d.in(0, 3) == 0;
            String name = "SOFTMAX/" + kind.path() + (wide ? "/int16Output/" : "/") + x.path() + "/beta" + beta;
            cases.add(name, kind.tolerance(), g -> {
                TensorSpec y = wide
                        ? TensorSpec.of(DataType.INT16, x.shape()).quantized(1.0 / 65536, -32768)
                        : softmaxOutput(kind, x.shape());
                TensorRef in = g.input(x.spec(kind), x.values(kind));
                g.op("SOFTMAX", Attributes.of(Tfl.BETA, (float) beta), x.like(y), in);
            });
        });
    }

    /** The operator with other options. */
    private static Op drawn(Op op, Draw d) {
        return switch (op.name()) {
            case "LEAKY_RELU" -> {
                double alpha = d.real(-1.5, 2);
                yield Op.of(op.name(), "alpha" + alpha, Attributes.of(Tfl.ALPHA, (float) alpha), op.kinds());
            }
            case "GELU" -> d.of(OPS.subList(OPS.size() - 2, OPS.size()));
            default -> op;
        };
    }

    private static void draw(CaseList cases, Op op, Draw d) {
        Numeric kind = d.of(op.kinds());
        DrawnTensor x = d.tensor(0, 6);
        double factor = d.real(0.4, 1.6);
        cases.add(op.path() + "/" + kind.path() + "/" + x.path() + "/resultTimes" + factor, op.tolerance(kind), g -> {
            double reach = op.name().equals("LEAKY_RELU") ? Math.max(-x.low(), x.high()) : 0;
            TensorSpec y = op.output(kind, factor * (x.low() - reach), factor * (x.high() + reach), x.shape());
            apply(g, op, x.like(y), g.input(x.spec(kind), x.values(kind)));
        });
    }

    private static void add(CaseList cases, Op op, Numeric kind, int[] shape) {
        cases.add(op.path() + "/" + kind.path() + "/" + Shapes.path(shape), op.tolerance(kind), g -> {
            TensorRef x = g.input(kind, -4, 4, shape);
            apply(g, op, op.output(kind, -4, 6, shape), x);
        });
    }

    private static void apply(CaseGraph g, Op op, TensorSpec y, TensorRef x) {
        boolean noTable = op.options().isEmpty();
        if (noTable) {
            g.op(op.name(), y, x);
        } else {
            g.op(op.name(), op.options(), y, x);
        }
    }

    private static void addRange(CaseList cases, Op op, Numeric kind, double[] range) {
        String name = op.path() + "/" + kind.path() + "/range" + range[0] + "to" + range[1];
        cases.add(name, op.tolerance(kind), g -> {
            TensorSpec spec = kind.spec(range[0], range[1], 1, 256);
            Values values = Values.ramp(range[0], range[1], (range[1] - range[0]) / 255);
            if (!kind.isFloat()) {
                values = Values.every(kind == Numeric.INT16 ? 257 : 1, kind.type());
            }
            double low = op.path().equals("LEAKY_RELU/alpha1.3") ? 1.3 * range[0] : range[0];
            double high = op.path().contains("/alpha-0.") ? Math.max(range[1], -range[0] / 2) : range[1];
            apply(g, op, op.output(kind, low, high, 1, 256), g.input(spec, values));
        });
    }

    /** Zeros of both signs, infinities, the least and greatest numbers. */
    private static void addSpecials(CaseList cases) {
        Values specials = Values.oneOf(
                0f,
                -0f,
                Float.POSITIVE_INFINITY,
                Float.NEGATIVE_INFINITY,
                Float.MIN_VALUE,
                -Float.MIN_VALUE,
                Float.MAX_VALUE,
                -Float.MAX_VALUE,
                88f,
                -88f,
                104f,
                -104f);
        for (Op op : OPS.subList(0, 5)) {
            cases.add(op.path() + "/float32/specials", Tolerance.FLOAT, g -> {
                apply(
                        g,
                        op,
                        TensorSpec.of(DataType.FLOAT32, 40),
                        g.input(TensorSpec.of(DataType.FLOAT32, 40), specials));
            });
        }
    }

    private static TensorSpec softmaxOutput(Numeric kind, int... shape) {
        TensorSpec y = TensorSpec.of(kind.type(), shape);
        return switch (kind) {
            case FLOAT32 -> y;
            case INT8 -> y.quantized(1.0 / 256, -128);
            case UINT8 -> y.quantized(1.0 / 256, 0);
            case INT16 -> y.quantized(1.0 / 32768, 0);
        };
    }

    private static void addSoftmax(CaseList cases) {
        int[][] shapes = {{1, 10}, {4, 7}, {2, 3, 5}, {1, 4, 4, 3}, {6}, {3, 1}};
        for (Numeric kind : Numeric.ALL) {
            for (float beta : new float[] {1, 0.5f, 2, 0.125f}) {
                for (int[] shape : shapes) {
                    String name = "SOFTMAX/" + kind.path() + "/" + Shapes.path(shape) + "/beta" + beta;
                    cases.add(name, kind.tolerance(), g -> {
                        TensorRef x = g.input(kind, -6, 6, shape);
                        g.op("SOFTMAX", Attributes.of(Tfl.BETA, beta), softmaxOutput(kind, shape), x);
                    });
                }
            }
            for (double reach : new double[] {0.5, 30}) {
                cases.add("SOFTMAX/" + kind.path() + "/range" + reach, kind.tolerance(), g -> {
                    TensorRef x = g.input(kind, -reach, reach, 8, 12);
                    g.op("SOFTMAX", Attributes.of(Tfl.BETA, 1f), softmaxOutput(kind, 8, 12), x);
                });
            }
            cases.add("SOFTMAX/" + kind.path() + "/dynamic", kind.tolerance(), g -> {
                TensorRef x = g.input(kind.spec(-4, 4, 1, 6).signature(-1, 6));
                g.op(
                        "SOFTMAX",
                        Attributes.of(Tfl.BETA, 1f),
                        softmaxOutput(kind, 1, 6).signature(-1, 6),
                        x);
                g.tag("dynamic");
            });
        }
        cases.add("SOFTMAX/int8/int16Output", Tolerance.QUANTIZED, g -> {
            TensorRef x = g.input(Numeric.INT8, -6, 6, 4, 10);
            TensorSpec y = TensorSpec.of(DataType.INT16, 4, 10).quantized(1.0 / 65536, -32768);
            g.op("SOFTMAX", Attributes.of(Tfl.BETA, 1f), y, x);
        });
    }
}
