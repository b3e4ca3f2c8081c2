package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Cases of REVERSE_V2, REVERSE_SEQUENCE and RANGE. */
final class ReversalCases {
    private ReversalCases() {}

    static void addTo(CaseList cases) {
        int[][][] forms = {
            {{5}, {0}},
            {{2, 3}, {0}},
            {{2, 3}, {1}},
            {{2, 3}, {-1}},
            {{2, 3}, {0, 1}},
            {{2, 3, 4}, {1}},
            {{2, 3, 4}, {1, 2}},
            {{1, 2, 3, 4}, {2}}
        };
        for (DataType type : ShapeCases.MOVED) {
            for (int[][] form : forms) {
                String axes = Arrays.toString(form[1]).replace(" ", "");
                cases.exact("REVERSE_V2/" + type + "/" + Shapes.path(form[0]) + "/" + axes, g -> {
                    TensorSpec spec = ShapeCases.spec(type, form[0]);
                    g.op("REVERSE_V2", spec, g.input(spec), g.ints(form[1]));
                });
            }
        }
        for (DataType type :
                List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.UINT8, DataType.INT16)) {
            for (DataType lengths : List.of(DataType.INT32, DataType.INT64)) {
                for (int[] axes : new int[][] {{0, 1}, {1, 0}, {2, 0}, {1, 2}, {2, 1}}) {
                    sequences(cases, type, lengths, axes[0], axes[1], 3, 4, 5);
                }
                sequences(cases, type, lengths, 1, 0, 2, 6);
                sequences(cases, type, lengths, 3, 1, 2, 3, 2, 4);
            }
        }
        addRanges(cases);
    }

    private static void sequences(
            CaseList cases, DataType type, DataType lengths, int sequence, int batch, int... shape) {
        String name = "REVERSE_SEQUENCE/" + type + "/" + lengths + "/" + Shapes.path(shape) + "/seq" + sequence
                + "/batch" + batch;
        cases.exact(name, g -> {
            TensorSpec spec = TensorSpec.of(type, shape);
            TensorRef n = g.input(TensorSpec.of(lengths, shape[batch]), Values.between(1, shape[sequence]));
            Attributes options = Attributes.of(Tfl.SEQ_DIM, (long) sequence).with(Tfl.BATCH_DIM, (long) batch);
            g.op("REVERSE_SEQUENCE", options, spec, g.input(spec), n);
        });
    }

    private static void addRanges(CaseList cases) {
        double[][] all = {{0, 5, 1}, {3, 18, 3}, {10, 0, -4}, {0, 0, 1}, {-3, 4, 2}, {1, 2, 7}};
        double[][] reals = {{0, 1, 0.1}, {0.3, -2, -0.25}, {0, 1, 0.3}, {1, 10, 0.7}};
        for (DataType type : List.of(DataType.INT32, DataType.INT64, DataType.FLOAT32)) {
            for (double[] form : all) {
                range(cases, type, form, true);
                range(cases, type, form, false);
            }
        }
        for (double[] form : reals) {
            range(cases, DataType.FLOAT32, form, true);
            range(cases, DataType.FLOAT32, form, false);
        }
    }

    private static void range(CaseList cases, DataType type, double[] form, boolean constant) {
        String name = "RANGE/" + type + "/" + Arrays.toString(form).replace(" ", "") + (constant ? "" : "/computed");
        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
            TensorRef[] operands = new TensorRef[3];
            for (int i = 0; i < 3; i++) {
                Tensor value = Tensor.splat(type, Shape.SCALAR, form[i]);
                operands[i] = constant ? g.constant(value) : g.input(TensorSpec.of(type), Values.exactly(value));
            }
            int n = (int) Math.ceil(Math.abs(((float) form[1] - (float) form[0]) / (float) form[2]));
            TensorSpec y = TensorSpec.of(type, n);
            TensorRef made = g.op("RANGE", Attributes.NONE, constant ? y : y.signature(-1), operands);
            if (constant) {
                TensorRef x = g.input(type, n);
                g.op("ADD", Attributes.NONE, TensorSpec.of(type, n), x, made);
            }
        });
    }
}
