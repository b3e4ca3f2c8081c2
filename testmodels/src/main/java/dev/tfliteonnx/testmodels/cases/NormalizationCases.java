package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;

/** Cases of L2_NORMALIZATION and LOCAL_RESPONSE_NORMALIZATION. */
final class NormalizationCases {
    private NormalizationCases() {}

    static void addTo(CaseList cases) {
        int[][] shapes = {{1, 2, 3, 4}, {2, 5}, {7}, {3, 1, 9}, {1, 1, 1, 64}, {4, 1}};
        for (int[] shape : shapes) {
            for (double range : new double[] {1, 1000, 1e-4}) {
                cases.add("L2_NORMALIZATION/float32/" + Shapes.path(shape) + "/" + range, Tolerance.FLOAT, g -> {
                    TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, shape), Values.between(-range, range));
                    g.op("L2_NORMALIZATION", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, shape), x);
                });
            }
            for (Numeric kind : Numeric.EIGHT_BIT) {
                cases.add("L2_NORMALIZATION/" + kind.path() + "/" + Shapes.path(shape), tolerance(kind), g -> {
                    TensorRef x = g.input(kind, -2, 2, shape);
                    g.op("L2_NORMALIZATION", Attributes.NONE, unit(kind, shape), x);
                });
            }
        }
        cases.add("L2_NORMALIZATION/float32/zeros", Tolerance.FLOAT, g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 2, 3), Values.oneOf(0));
            g.op("L2_NORMALIZATION", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 2, 3), x);
        });
        cases.add("L2_NORMALIZATION/float32/dynamic", Tolerance.FLOAT, g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 5).signature(-1, 5));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 5).signature(-1, 5);
            g.op("L2_NORMALIZATION", Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE), y, x);
            g.tag("dynamic");
        });
        cases.draw("L2_NORMALIZATION", d -> {
            Numeric kind = d.of(Numeric.UP_TO_8);
            DrawnTensor x = d.tensor(1, 4);
            cases.add("L2_NORMALIZATION/" + kind.path() + "/" + x.path(), tolerance(kind), g -> {
                TensorSpec y = kind.isFloat() ? TensorSpec.of(DataType.FLOAT32, x.shape()) : unit(kind, x.shape());
                g.op("L2_NORMALIZATION", Attributes.NONE, x.like(y), g.input(x.spec(kind), x.values(kind)));
            });
        });
        addLrn(cases);
    }

    /** The uint8 kernel rounds to a fraction of a step first, so that what is just below a half goes up. */
    private static Tolerance tolerance(Numeric kind) {
        return kind == Numeric.UINT8 ? Tolerance.TIES : kind.tolerance();
    }

    private static TensorSpec unit(Numeric kind, int... shape) {
        long zero = kind == Numeric.UINT8 ? 128 : 0;
        return TensorSpec.of(kind.type(), shape).quantized(QuantParams.perTensor(1f / 128, zero));
    }

    private static void addLrn(CaseList cases) {
        int[][] shapes = {{1, 2, 3, 8}, {2, 1, 1, 5}, {1, 3, 3, 1}};
        for (int[] shape : shapes) {
            for (long radius : new long[] {1, 2, 5}) {
                for (float[] abb : new float[][] {{1e-4f, 0.75f, 1}, {1, 0.5f, 2}, {0.3f, 1, 0.5f}}) {
                    lrn(cases, new DrawnTensor(shape, shape, -2, 2), radius, abb);
                }
            }
        }
        cases.draw("LOCAL_RESPONSE_NORMALIZATION", d -> {
            double beta = d.in(0, 9) == 0 ? 0 : d.real(0, 2);
            float[] abb = {(float) d.real(0, 2), (float) beta, (float) d.real(0.1, 3)};
            lrn(cases, d.tensor(4, 4), d.in(0, 6), abb);
        });
    }

    private static void lrn(CaseList cases, DrawnTensor x, long radius, float[] abb) {
        String name = "LOCAL_RESPONSE_NORMALIZATION/" + x.path() + "/radius" + radius + "/alpha" + abb[0] + "/beta"
                + abb[1] + "/bias" + abb[2];
        cases.add(name, Tolerance.FLOAT, g -> {
            Attributes options = Attributes.of(Tfl.RADIUS, radius)
                    .with(Tfl.ALPHA, abb[0])
                    .with(Tfl.BETA, abb[1])
                    .with(Tfl.BIAS, abb[2]);
            TensorRef in = g.input(x.spec(Numeric.FLOAT32), x.values(Numeric.FLOAT32));
            g.op("LOCAL_RESPONSE_NORMALIZATION", options, x.spec(DataType.FLOAT32), in);
        });
        cases.excuse(Engine.TFLITE_REFERENCE, "leaves the last channel of each window out");
    }
}
