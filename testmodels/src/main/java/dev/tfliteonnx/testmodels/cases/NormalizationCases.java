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
                // the uint8 kernel rounds to a fraction of a step first, so that what is just below a half goes up
                Tolerance tolerance = kind == Numeric.UINT8 ? Tolerance.TIES : Tolerance.QUANTIZED;
                cases.add("L2_NORMALIZATION/" + kind.path() + "/" + Shapes.path(shape), tolerance, g -> {
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
        addLrn(cases);
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
                    String name = "LOCAL_RESPONSE_NORMALIZATION/" + Shapes.path(shape) + "/radius" + radius + "/alpha"
                            + abb[0];
                    cases.add(name, Tolerance.FLOAT, g -> {
                        TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, shape), Values.between(-2, 2));
                        Attributes options = Attributes.of(Tfl.RADIUS, radius)
                                .with(Tfl.ALPHA, abb[0])
                                .with(Tfl.BETA, abb[1])
                                .with(Tfl.BIAS, abb[2]);
                        g.op("LOCAL_RESPONSE_NORMALIZATION", options, TensorSpec.of(DataType.FLOAT32, shape), x);
                    });
                    cases.excuse(Engine.TFLITE_REFERENCE, "leaves the last channel of each window out");
                }
            }
        }
    }
}
