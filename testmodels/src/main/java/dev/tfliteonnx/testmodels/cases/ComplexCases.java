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
        draw(cases);
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

    private static void draw(CaseList cases) {
        cases.drawOpen("RFFT2D", d -> {
            int[] shape = d.shape(2, 4);
            int[] length = {1 << d.in(0, 3), 1 << d.in(1, 5)};
            String part = d.of("REAL", "IMAG", "COMPLEX_ABS");
            cases.add(
                    "RFFT2D/" + Shapes.path(shape) + "/" + Shapes.path(length) + "/" + part,
                    Tolerance.FLOAT,
                    g -> part(g, part, transform(g, g.input(DataType.FLOAT32, shape), length)));
        });
        for (String part : new String[] {"REAL", "IMAG", "COMPLEX_ABS"}) {
            cases.drawOpen(part, d -> {
                int[] shape = d.shape(2, 4);
                int[] length = {1 << d.in(0, 2), 1 << d.in(1, 4)};
                String way = d.of("spectrum", "product", "square", "expanded", "flat", "cast");
                int axis = d.in(0, shape.length);
                String name = part + "/" + way + (way.equals("expanded") ? axis : "") + "/" + Shapes.path(shape);
                cases.add(
                        way.equals("cast") ? name : name + "/" + Shapes.path(length),
                        Tolerance.FLOAT,
                        g -> part(g, part, numbers(g, way, axis, shape, length)));
            });
        }
    }

    /** Complex numbers that come about in a way. */
    private static TensorRef numbers(CaseGraph g, String way, int axis, int[] shape, int[] length) {
        TensorRef x = g.input(DataType.FLOAT32, shape);
        if (way.equals("cast")) {
            Attributes types =
                    Attributes.of(Tfl.IN_DATA_TYPE, DataType.FLOAT32).with(Tfl.OUT_DATA_TYPE, DataType.COMPLEX64);
            return g.op("CAST", types, complex(shape), x);
        }
        TensorRef a = transform(g, x, length);
        int[] of = a.spec().sizes();
        Attributes plain = Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
        return switch (way) {
            case "product" ->
                g.op("MUL", plain, complex(of), a, transform(g, g.input(DataType.FLOAT32, shape), length));
            case "square" -> g.op("MUL", plain, complex(of), a, a);
            case "expanded" ->
                g.op("EXPAND_DIMS", Attributes.NONE, complex(Shapes.inserted(of, axis, 1)), a, g.scalar(axis));
            case "flat" -> {
                int n = Shapes.count(of);
                yield g.op("RESHAPE", Attributes.of(Tfl.NEW_SHAPE, Ints.of(n)), complex(n), a, g.ints(n));
            }
            default -> a;
        };
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
