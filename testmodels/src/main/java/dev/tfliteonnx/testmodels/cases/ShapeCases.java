package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Cases of RESHAPE, SQUEEZE, EXPAND_DIMS, SHAPE and TRANSPOSE. */
final class ShapeCases {
    /** Types of which values are only moved. */
    static final List<DataType> MOVED = List.of(
            DataType.FLOAT32,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.BOOL);

    /** Those and texts, which fewer kernels move. */
    static final List<DataType> MOVED_OR_TEXT =
            Stream.concat(MOVED.stream(), Stream.of(DataType.STRING)).toList();

    private ShapeCases() {}

    static void addTo(CaseList cases) {
        addReshapes(cases);
        addSqueezes(cases);
        addExpansions(cases);
        addShapes(cases);
        addTransposes(cases);
        draw(cases);
    }

    private static void draw(CaseList cases) {
        cases.drawOpen("RESHAPE", d -> {
            int[] shape = d.shapeOrEmpty(0, 6);
            int[] to = d.factors(Shapes.count(shape), d.in(0, 6));
            boolean infers = to.length > 0 && Shapes.count(to) > 0 && d.coin();
            int[] as = infers ? Shapes.with(to, d.in(0, to.length - 1), -1) : to;
            reshape(cases, new int[][] {shape, to, as}, d.of(MOVED_OR_TEXT), d.of(Given.ALL32));
        });
        cases.drawOpen("SQUEEZE", d -> {
            int[] shape = d.shape(1, 6);
            int[] wide = d.order(shape.length);
            for (int i = 0; i < shape.length; i++) {
                shape[i] = d.coin() ? 1 : shape[i];
            }
            int[] axes = Arrays.stream(wide)
                    .filter(a -> shape[a] == 1 && d.in(0, 2) > 0)
                    .map(a -> d.either(a, shape.length))
                    .toArray();
            squeeze(cases, shape, axes, d.of(MOVED_OR_TEXT));
        });
        cases.drawOpen("EXPAND_DIMS", d -> {
            int[] shape = d.shapeOrEmpty(0, 5);
            expand(cases, shape, d.axis(shape.length + 1), d.of(MOVED_OR_TEXT), d.of(Given.CONSTANT, Given.CONSTANT64));
        });
        cases.drawOpen("SHAPE", d -> {
            shape(cases, d.shapeOrEmpty(0, 6), d.of(MOVED_OR_TEXT), d.of(DataType.INT32, DataType.INT64));
        });
        cases.drawOpen("TRANSPOSE", d -> {
            int[] shape = d.shapeOrEmpty(1, 6);
            int[] perm = d.order(shape.length);
            Arrays.setAll(perm, i -> d.in(0, 3) == 0 ? perm[i] - shape.length : perm[i]);
            transpose(cases, shape, perm, d.of(MOVED));
        });
    }

    /** A tensor of a type, with the same quantization each time if it is one of the quantized types. */
    static TensorSpec spec(DataType type, int... shape) {
        TensorSpec spec = TensorSpec.of(type, shape);
        return switch (type) {
            case INT8 -> spec.quantized(0.05, -7);
            case UINT8 -> spec.quantized(0.05, 121);
            case INT16 -> spec.quantized(0.001, 0);
            default -> spec;
        };
    }

    private static Attributes newShape(int... shape) {
        return Attributes.of(Tfl.NEW_SHAPE, Ints.ofInts(shape));
    }

    private static void addReshapes(CaseList cases) {
        int[][][] pairs = {
            {{2, 3, 4}, {6, 4}, {6, 4}},
            {{2, 3, 4}, {24}, {-1}},
            {{2, 3, 4}, {4, 2, 3}, {4, -1, 3}},
            {{1, 4, 4, 3}, {1, 48}, {1, -1}},
            {{1, 4, 4, 3}, {16, 3}, {-1, 3}},
            {{24}, {1, 2, 3, 4}, {1, 2, 3, 4}},
            {{1}, {}, {}},
            {{}, {1, 1}, {1, 1}},
            {{2, 3}, {2, 3}, {2, 3}},
            {{2, 1, 3, 1, 2}, {3, 4}, {3, -1}},
            {{0, 3}, {3, 0}, {3, 0}}
        };
        for (int[][] pair : pairs) {
            String path =
                    "RESHAPE/" + Shapes.path(pair[0]) + "/to" + Shapes.path(pair[1]) + "/as" + Shapes.path(pair[2]);
            for (DataType type : MOVED) {
                reshape(cases, pair, type, Given.CONSTANT);
            }
            cases.exact(path + "/noTable", g -> {
                TensorRef x = g.input(DataType.FLOAT32, pair[0]);
                g.op("RESHAPE", TensorSpec.of(DataType.FLOAT32, pair[1]), x, g.ints(pair[2]));
                g.tag("RESHAPE without options");
            });
            cases.exact(path + "/onlyOption", g -> {
                TensorRef x = g.input(DataType.FLOAT32, pair[0]);
                g.op("RESHAPE", newShape(pair[2]), TensorSpec.of(DataType.FLOAT32, pair[1]), x);
                g.tag("RESHAPE without shape input");
            });
            reshape(cases, pair, DataType.FLOAT32, Given.COMPUTED);
        }
        cases.exact("RESHAPE/legacyScalar", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 1, 1);
            g.op("RESHAPE", newShape(0), TensorSpec.of(DataType.FLOAT32), x);
        });
        cases.excuse(Engine.TFLITE_DEFAULT, "XNNPACK gives the scalar one axis");
        cases.exact("RESHAPE/dynamic", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 4, 6).signature(-1, 4, 6));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 24).signature(-1, 24);
            g.op("RESHAPE", newShape(-1, 24), y, x, g.ints(-1, 24));
            g.tag("dynamic");
        });
    }

    private static void reshape(CaseList cases, int[][] form, DataType type, Given given) {
        String path = Shapes.path(form[0]) + "/to" + Shapes.path(form[1]) + "/as" + Shapes.path(form[2]);
        cases.exact("RESHAPE/" + path + "/" + type + given.path(), g -> {
            TensorRef x = g.input(spec(type, form[0]));
            Attributes options = given.isConstant() ? newShape(form[2]) : Attributes.NONE;
            g.op("RESHAPE", options, given.result(spec(type, form[1])), x, given.vector(g, form[2]));
            if (!given.isConstant()) {
                g.tag("RESHAPE with computed shape");
            }
        });
    }

    private static void addSqueezes(CaseList cases) {
        int[][][] forms = {
            {{1, 3, 1, 2}, {}},
            {{1, 3, 1, 2}, {0}},
            {{1, 3, 1, 2}, {2}},
            {{1, 3, 1, 2}, {0, 2}},
            {{1, 3, 1, 2}, {2, 0}},
            {{1, 3, 1, 2}, {-2}},
            {{1, 3, 1, 2}, {-4, -2}},
            {{1, 1}, {}},
            {{1, 1}, {1}},
            {{2, 3}, {}},
            {{1, 2, 1, 3, 1}, {0, 4}}
        };
        for (int[][] form : forms) {
            for (DataType type : List.of(DataType.FLOAT32, DataType.INT8, DataType.INT32, DataType.INT64)) {
                squeeze(cases, form[0], form[1], type);
            }
        }
        cases.exact("SQUEEZE/noTable", g -> {
            g.op("SQUEEZE", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 3), g.input(DataType.FLOAT32, 1, 3));
        });
        cases.exact("SQUEEZE/dynamic", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 2, 1, 3).signature(-1, 1, 3));
            Attributes axes = Attributes.of(Tfl.SQUEEZE_DIMS, Ints.of(1));
            g.op("SQUEEZE", axes, TensorSpec.of(DataType.FLOAT32, 2, 3).signature(-1, 3), x);
            g.tag("dynamic");
        });
    }

    /** An empty list of axes names all of extent 1. */
    private static void squeeze(CaseList cases, int[] shape, int[] axes, DataType type) {
        cases.exact("SQUEEZE/" + Shapes.path(shape) + "/axes" + Given.list(axes) + "/" + type, g -> {
            List<Integer> named = Arrays.stream(axes)
                    .mapToObj(a -> Math.floorMod(a, shape.length))
                    .toList();
            int[] kept = IntStream.range(0, shape.length)
                    .filter(i -> axes.length == 0 ? shape[i] != 1 : !named.contains(i))
                    .map(i -> shape[i])
                    .toArray();
            Attributes options = Attributes.of(Tfl.SQUEEZE_DIMS, Ints.ofInts(axes));
            // without axes the rank of the result depends on all extents
            TensorSpec x = axes.length == 0 ? spec(type, shape).signature(shape) : spec(type, shape);
            g.op("SQUEEZE", options, spec(type, kept), g.input(x));
        });
    }

    private static void addExpansions(CaseList cases) {
        int[][] shapes = {{2, 3}, {4}, {}, {1, 2, 3, 2}};
        for (int[] shape : shapes) {
            for (int axis = -shape.length - 1; axis <= shape.length; axis++) {
                for (DataType type : List.of(DataType.FLOAT32, DataType.INT8, DataType.INT64)) {
                    expand(cases, shape, axis, type, Given.CONSTANT);
                }
            }
        }
        for (DataType type : MOVED) {
            cases.exact("EXPAND_DIMS/axis64/" + type, g -> {
                TensorRef axis = g.constant(Tensor.ofIntegers(DataType.INT64, Shape.SCALAR, 1));
                g.op("EXPAND_DIMS", spec(type, 2, 1, 3), g.input(spec(type, 2, 3)), axis);
            });
        }
    }

    /** Every second axis is a scalar, the others are vectors. */
    private static void expand(CaseList cases, int[] shape, int axis, DataType type, Given given) {
        cases.exact("EXPAND_DIMS/" + Shapes.path(shape) + "/axis" + axis + "/" + type + given.path(), g -> {
            int at = Math.floorMod(axis, shape.length + 1);
            TensorRef x = g.input(spec(type, shape));
            TensorRef operand = at % 2 == 0 ? given.scalar(g, axis) : given.vector(g, axis);
            g.op("EXPAND_DIMS", Attributes.NONE, spec(type, Shapes.inserted(shape, at, 1)), x, operand);
        });
    }

    private static void addShapes(CaseList cases) {
        int[][] shapes = {{2, 3, 4}, {5}, {}, {1, 1}, {1, 2, 3, 4, 5}, {0, 3}};
        for (int[] shape : shapes) {
            for (DataType out : List.of(DataType.INT32, DataType.INT64)) {
                for (DataType in : List.of(DataType.FLOAT32, DataType.INT8, DataType.BOOL, DataType.INT64)) {
                    shape(cases, shape, in, out);
                }
            }
        }
        for (DataType out : List.of(DataType.INT32, DataType.INT64)) {
            cases.exact("SHAPE/dynamic/to" + out, g -> {
                TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 2, 3, 4).signature(-1, 3, -1));
                g.op("SHAPE", Attributes.of(Tfl.OUT_TYPE, out), TensorSpec.of(out, 3), x);
                g.tag("dynamic");
            });
        }
        cases.exact("SHAPE/reshape", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 2, 6).signature(-1, 6));
            TensorRef like = g.input(TensorSpec.of(DataType.FLOAT32, 3, 4).signature(-1, 4));
            Attributes options = Attributes.of(Tfl.OUT_TYPE, DataType.INT32);
            TensorRef shape = g.op("SHAPE", options, TensorSpec.of(DataType.INT32, 2), like);
            g.add(OpSpec.of("RESHAPE")
                    .inputs(x, shape)
                    .outputs(TensorSpec.of(DataType.FLOAT32, 3, 4).signature(-1, -1)));
            g.tag("dynamic");
        });
    }

    private static void shape(CaseList cases, int[] shape, DataType in, DataType out) {
        cases.exact("SHAPE/" + Shapes.path(shape) + "/" + in + "/to" + out, g -> {
            Attributes options = Attributes.of(Tfl.OUT_TYPE, out);
            g.op("SHAPE", options, TensorSpec.of(out, shape.length), g.input(spec(in, shape)));
        });
    }

    private static void addTransposes(CaseList cases) {
        int[][] shapes = {{2, 3}, {2, 3, 4}, {2, 1, 3}, {1, 2, 3, 4}, {2, 3, 2, 4}};
        for (int[] shape : shapes) {
            for (int[] perm : permutations(shape.length)) {
                transpose(cases, shape, perm, DataType.FLOAT32);
            }
        }
        for (int[] perm : new int[][] {{0, 2, 1}, {2, 0, 1}}) {
            int[] shape = {2, 4, 6};
            int[] out = Arrays.stream(perm).map(p -> shape[p]).toArray();
            String path = "/" + Arrays.toString(perm).replace(" ", "");
            MOVED.stream().skip(1).forEach(type -> transpose(cases, shape, perm, type));
            cases.add("TRANSPOSE/INT4" + path, Tolerance.FLOAT, g -> {
                TensorRef x =
                        g.randomConstant(TensorSpec.of(DataType.INT4, shape).quantized(1, 0));
                TensorRef y =
                        g.op("TRANSPOSE", TensorSpec.of(DataType.INT4, out).quantized(1, 0), x, g.ints(perm));
                QuantizationCases.addInput(g, g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, out), y));
            });
        }
        transpose(cases, new int[] {2, 1, 3, 2, 2}, new int[] {3, 2, 0, 4, 1}, DataType.FLOAT32);
        transpose(cases, new int[] {1, 2, 3, 2, 1, 2}, new int[] {5, 0, 3, 2, 1, 4}, DataType.FLOAT32);
        transpose(cases, new int[] {2, 3, 4}, new int[] {0, -1, -2}, DataType.FLOAT32);
        cases.exact("TRANSPOSE/dynamic", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 2, 3).signature(-1, 2, 3));
            g.op("TRANSPOSE", TensorSpec.of(DataType.FLOAT32, 3, 1, 2).signature(3, -1, 2), x, g.ints(2, 0, 1));
            g.tag("dynamic");
        });
    }

    private static void transpose(CaseList cases, int[] shape, int[] perm, DataType type) {
        cases.exact("TRANSPOSE/" + Shapes.path(shape) + "/" + Given.list(perm) + "/" + type, g -> {
            int[] out = Arrays.stream(perm)
                    .map(p -> shape[Math.floorMod(p, shape.length)])
                    .toArray();
            g.op("TRANSPOSE", Attributes.NONE, spec(type, out), g.input(spec(type, shape)), g.ints(perm));
        });
    }

    static List<int[]> permutations(int rank) {
        if (rank == 0) {
            return List.of(new int[0]);
        }
        List<int[]> out = new ArrayList<>();
        for (int[] shorter : permutations(rank - 1)) {
            for (int at = 0; at < rank; at++) {
                out.add(Shapes.inserted(shorter, at, rank - 1));
            }
        }
        return out;
    }
}
