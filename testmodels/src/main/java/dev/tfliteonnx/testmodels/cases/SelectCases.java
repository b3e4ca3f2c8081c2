package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of SELECT, SELECT_V2, ONE_HOT, MATRIX_DIAG, MATRIX_SET_DIAG, BROADCAST_ARGS and ZEROS_LIKE. */
final class SelectCases {
    private SelectCases() {}

    static void addTo(CaseList cases) {
        addSelects(cases);
        addOneHot(cases);
        addDiagonals(cases);
        addBroadcastArgs(cases);
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64)) {
            for (int[] shape : new int[][] {{3}, {2, 3}, {}, {1, 2, 3, 4}, {0, 2}}) {
                cases.exact("ZEROS_LIKE/" + type + "/" + Shapes.path(shape), g -> {
                    g.op("ZEROS_LIKE", TensorSpec.of(type, shape), g.input(type, shape));
                });
            }
            cases.exact("ZEROS_LIKE/" + type + "/dynamic", g -> {
                TensorSpec open = TensorSpec.of(type, 1, 4).signature(-1, 4);
                g.op("ZEROS_LIKE", open, g.input(open));
                g.tag("dynamic");
            });
        }
    }

    private static void addSelects(CaseList cases) {
        int[][][] forms = {
            {{}, {2, 3}},
            {{2}, {2, 3}},
            {{2}, {2}},
            {{2, 3}, {2, 3}},
            {{3}, {3, 2, 4}},
            {{1, 2, 2}, {1, 2, 2}},
            {{}, {}},
            {{3}, {3, 3}}
        };
        for (DataType type : ShapeCases.MOVED) {
            for (int[][] form : forms) {
                cases.exact("SELECT/" + type + "/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]), g -> {
                    TensorSpec spec = ShapeCases.spec(type, form[1]);
                    g.op("SELECT", spec, g.input(DataType.BOOL, form[0]), g.input(spec), g.input(spec));
                });
            }
            int[][][] broadcast = {
                {{2, 3}, {2, 3}, {2, 3}}, {{3}, {2, 3}, {2, 1}}, {{2, 1}, {1, 3}, {2, 3}}, {{}, {4}, {4}}
            };
            for (int[][] form : broadcast) {
                String path = Shapes.path(form[0]) + "/" + Shapes.path(form[1]) + "/" + Shapes.path(form[2]);
                cases.exact("SELECT_V2/" + type + "/" + path, g -> {
                    int[] out = Shapes.broadcast(Shapes.broadcast(form[0], form[1]), form[2]);
                    g.op(
                            "SELECT_V2",
                            ShapeCases.spec(type, out),
                            g.input(DataType.BOOL, form[0]),
                            g.input(ShapeCases.spec(type, form[1])),
                            g.input(ShapeCases.spec(type, form[2])));
                });
            }
        }
    }

    private static void addOneHot(CaseList cases) {
        List<DataType> types =
                List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.BOOL, DataType.INT8, DataType.UINT8);
        for (DataType type : types) {
            for (int[] shape : new int[][] {{}, {4}, {2, 3}}) {
                for (int axis = -1; axis <= shape.length; axis++) {
                    oneHot(cases, type, shape, axis, DataType.INT32);
                }
                oneHot(cases, type, shape, -1, DataType.INT64);
            }
        }
        cases.exact("ONE_HOT/dynamicDepth", g -> {
            TensorRef ids = g.input(TensorSpec.of(DataType.INT32, 5), Values.between(-2, 6));
            TensorRef depth = g.input(
                    TensorSpec.of(DataType.INT32), Values.exactly(Tensor.ofIntegers(DataType.INT32, Shape.SCALAR, 4)));
            TensorRef on = g.constant(Tensor.ofFloats(Shape.SCALAR, 2));
            TensorRef off = g.constant(Tensor.ofFloats(Shape.SCALAR, -1));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 5, 4).signature(5, -1);
            g.op("ONE_HOT", Attributes.of(Tfl.AXIS, -1L), y, ids, depth, on, off);
            g.tag("dynamic");
        });
    }

    private static void oneHot(CaseList cases, DataType type, int[] shape, int axis, DataType index) {
        cases.exact("ONE_HOT/" + type + "/" + index + "/" + Shapes.path(shape) + "/axis" + axis, g -> {
            TensorRef ids = g.input(TensorSpec.of(index, shape), Values.between(-2, 6));
            TensorRef on = g.constant(Tensor.scalar(type, 1));
            TensorRef off = g.constant(Tensor.scalar(type, type == DataType.INT8 ? -3 : 0));
            int[] out = Shapes.inserted(shape, axis < 0 ? shape.length : axis, 5);
            g.op("ONE_HOT", Attributes.of(Tfl.AXIS, (long) axis), TensorSpec.of(type, out), ids, g.scalar(5), on, off);
        });
    }

    private static void addDiagonals(CaseList cases) {
        List<DataType> types = List.of(
                DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);
        for (DataType type : types) {
            for (int[] shape : new int[][] {{3}, {2, 4}, {2, 1, 3}, {1}}) {
                cases.exact("MATRIX_DIAG/" + type + "/" + Shapes.path(shape), g -> {
                    int[] out = Shapes.inserted(shape, shape.length, shape[shape.length - 1]);
                    g.op("MATRIX_DIAG", TensorSpec.of(type, out), g.input(TensorSpec.of(type, shape)));
                });
            }
            for (int[] shape : new int[][] {{3, 3}, {2, 4}, {4, 2}, {2, 3, 4}, {2, 2, 4, 3}}) {
                cases.exact("MATRIX_SET_DIAG/" + type + "/" + Shapes.path(shape), g -> {
                    int least = Math.min(shape[shape.length - 1], shape[shape.length - 2]);
                    int[] diagonal = Shapes.with(Shapes.without(shape, shape.length - 1), shape.length - 2, least);
                    TensorSpec x = TensorSpec.of(type, shape);
                    g.op("MATRIX_SET_DIAG", x, g.input(x), g.input(TensorSpec.of(type, diagonal)));
                });
            }
        }
    }

    private static void addBroadcastArgs(CaseList cases) {
        int[][][] pairs = {
            {{2, 3}, {3}},
            {{1, 3}, {2, 1}},
            {{5}, {4, 1}},
            {{2, 3}, {2, 3}},
            {{1}, {7, 1, 2}},
            {{0, 1}, {1, 4}},
            {{1, 1}, {0, 1}}
        };
        for (DataType type : List.of(DataType.INT32, DataType.INT64)) {
            for (int[][] pair : pairs) {
                for (boolean swap : new boolean[] {false, true}) {
                    int[] a = pair[swap ? 1 : 0];
                    int[] b = pair[swap ? 0 : 1];
                    cases.exact("BROADCAST_ARGS/" + type + "/" + Shapes.path(a) + "/" + Shapes.path(b), g -> {
                        TensorRef x =
                                g.input(TensorSpec.of(type, a.length), Values.exactly(CaseGraph.integers(type, a)));
                        TensorRef y =
                                g.input(TensorSpec.of(type, b.length), Values.exactly(CaseGraph.integers(type, b)));
                        g.op("BROADCAST_ARGS", TensorSpec.of(type, Math.max(a.length, b.length)), x, y);
                    });
                    if (a.length == b.length && java.util.Arrays.equals(a, b)) {
                        break;
                    }
                }
            }
        }
    }
}
