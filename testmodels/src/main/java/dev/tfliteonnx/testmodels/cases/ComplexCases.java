package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;

/** Cases of complex numbers: RFFT2D, REAL, IMAG, COMPLEX_ABS and what stands between them. */
final class ComplexCases {
    private ComplexCases() {}

    static void addTo(CaseList cases) {
        int[][] shapes = {{1, 8}, {3, 1, 16}, {2, 4, 8}, {4, 4}, {2, 3, 5, 7}, {1, 12}, {8, 6}};
        int[][] lengths = {{1, 8}, {1, 16}, {4, 8}, {4, 4}, {8, 8}, {1, 16}, {4, 8}};
        for (int i = 0; i < shapes.length; i++) {
            int[] shape = shapes[i];
            int[] length = lengths[i];
            String path = Shapes.path(shape) + "/" + Shapes.path(length);
            for (String part : new String[] {"REAL", "IMAG", "COMPLEX_ABS"}) {
                cases.add("RFFT2D/" + path + "/" + part, Tolerance.FLOAT, g -> {
                    TensorRef x = g.input(DataType.FLOAT32, shape);
                    part(g, part, transform(g, x, length));
                });
            }
        }
        cases.add("COMPLEX_ABS/512", Tolerance.FLOAT, g -> {
            TensorRef x = g.input(DataType.FLOAT32, 3, 1, 400);
            TensorRef z = transform(g, x, 1, 512);
            Attributes flat = Attributes.of(Tfl.NEW_SHAPE, Ints.of(3, 257));
            part(g, "COMPLEX_ABS", g.op("RESHAPE", flat, complex(3, 257), z, g.ints(3, 257)));
        });
        for (String part : new String[] {"REAL", "IMAG"}) {
            cases.add(part + "/of-product", Tolerance.FLOAT, g -> {
                TensorRef a = transform(g, g.input(DataType.FLOAT32, 2, 4, 8), 4, 8);
                TensorRef b = transform(g, g.input(DataType.FLOAT32, 2, 4, 8), 4, 8);
                Attributes plain = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
                part(g, part, g.op("MUL", plain, a.spec().named(""), a, b));
            });
            cases.add(part + "/of-transposed", Tolerance.FLOAT, g -> {
                TensorRef a = transform(g, g.input(DataType.FLOAT32, 2, 4, 8), 4, 8);
                part(g, part, g.op("TRANSPOSE", Attributes.NONE, complex(5, 2, 4), a, g.ints(2, 0, 1)));
            });
            cases.excuse(Engine.TFLITE_REFERENCE, "TRANSPOSE does not take complex numbers");
            cases.excuse(Engine.TFLITE_DEFAULT, "TRANSPOSE does not take complex numbers");
            cases.add(part + "/of-expanded", Tolerance.FLOAT, g -> {
                TensorRef a = transform(g, g.input(DataType.FLOAT32, 4, 8), 4, 8);
                part(g, part, g.op("EXPAND_DIMS", Attributes.NONE, complex(4, 5, 1), a, g.scalar(-1)));
            });
        }
        cases.exact("CAST/complex64", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 3);
            Attributes types =
                    Attributes.of(Tfl.IN_DATA_TYPE, DataType.FLOAT32).with(Tfl.OUT_DATA_TYPE, DataType.COMPLEX64);
            TensorRef z = g.op("CAST", types, complex(2, 3), x);
            Attributes back =
                    Attributes.of(Tfl.IN_DATA_TYPE, DataType.COMPLEX64).with(Tfl.OUT_DATA_TYPE, DataType.FLOAT32);
            g.op("CAST", back, TensorSpec.of(DataType.FLOAT32, 2, 3), z);
        });
    }

    private static TensorSpec complex(int... shape) {
        return TensorSpec.of(DataType.COMPLEX64, shape);
    }

    private static TensorRef transform(CaseGraph g, TensorRef x, int... length) {
        int[] shape = x.spec().sizes().clone();
        shape[shape.length - 2] = length[0];
        shape[shape.length - 1] = length[1] / 2 + 1;
        return g.op("RFFT2D", Attributes.NONE, complex(shape), x, g.ints(length));
    }

    private static void part(CaseGraph g, String op, TensorRef z) {
        int[] shape = Arrays.copyOf(z.spec().sizes(), z.spec().sizes().length);
        g.op(op, TensorSpec.of(DataType.FLOAT32, shape), z);
    }
}
