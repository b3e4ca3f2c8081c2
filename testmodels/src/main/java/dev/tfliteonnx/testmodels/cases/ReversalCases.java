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
    private static final List<DataType> SEQUENCES =
            List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.UINT8, DataType.INT16);

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
                reverse(cases, type, form[0], form[1]);
            }
        }
        for (DataType type : SEQUENCES) {
            for (DataType lengths : List.of(DataType.INT32, DataType.INT64)) {
                for (int[] axes : new int[][] {{0, 1}, {1, 0}, {2, 0}, {1, 2}, {2, 1}}) {
                    sequences(cases, type, lengths, axes[0], axes[1], 3, 4, 5);
                }
                sequences(cases, type, lengths, 1, 0, 2, 6);
                sequences(cases, type, lengths, 3, 1, 2, 3, 2, 4);
            }
        }
        addRanges(cases);
        draw(cases);
    }

    private static void draw(CaseList cases) {
        cases.drawOpen("REVERSE_V2", d -> {
            int[] shape = d.shape(1, 6);
            int first = d.in(0, shape.length - 1); // the kernel reverses neighbours only
            int[] axes = new int[d.in(1, shape.length - first)];
            Arrays.setAll(axes, i -> d.either(first + i, shape.length));
            reverse(cases, d.of(ShapeCases.MOVED), shape, axes);
        });
        cases.drawOpen("REVERSE_SEQUENCE", d -> {
            int[] shape = d.shape(2, 5);
            int[] axes = d.order(shape.length);
            DataType lengths = d.of(DataType.INT32, DataType.INT64);
            sequences(cases, d.of(SEQUENCES), lengths, axes[0], axes[1], shape);
        });
        cases.draw("RANGE", d -> {
            DataType type = d.of(DataType.INT32, DataType.INT64, DataType.FLOAT32);
            double[] form = {d.in(-20, 20), d.in(-20, 20), d.in(1, 7)};
            if (type.isFloat()) {
                form = new double[] {d.real(-20, 20), d.real(-20, 20), d.real(0.3, 5)};
            }
            form[2] *= form[1] < form[0] ? -1 : 1;
            range(cases, type, form, d.coin());
        });
    }

    private static void reverse(CaseList cases, DataType type, int[] shape, int... axes) {
        cases.exact("REVERSE_V2/" + type + "/" + Shapes.path(shape) + "/" + Given.list(axes), g -> {
            TensorSpec spec = ShapeCases.spec(type, shape);
            g.op("REVERSE_V2", spec, g.input(spec), g.ints(axes));
        });
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
