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
                zeros(cases, type, new DrawnTensor(shape, shape, 0, 0));
            }
            cases.exact("ZEROS_LIKE/" + type + "/dynamic", g -> {
                TensorSpec open = TensorSpec.of(type, 1, 4).signature(-1, 4);
                g.op("ZEROS_LIKE", open, g.input(open));
                g.tag("dynamic");
            });
        }
        cases.draw("ZEROS_LIKE", d -> {
            zeros(cases, d.of(DataType.FLOAT32, DataType.INT32, DataType.INT64), d.tensor(0, 6));
        });
    }

    private static void zeros(CaseList cases, DataType type, DrawnTensor x) {
        cases.exact("ZEROS_LIKE/" + type + "/" + x.shapePath(), g -> {
            g.op("ZEROS_LIKE", x.spec(type), g.input(x.spec(type)));
        });
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
                select(cases, type, form[0], form[1]);
            }
            int[][][] broadcast = {
                {{2, 3}, {2, 3}, {2, 3}}, {{3}, {2, 3}, {2, 1}}, {{2, 1}, {1, 3}, {2, 3}}, {{}, {4}, {4}}
            };
            for (int[][] form : broadcast) {
                selectBroadcast(cases, type, form);
            }
        }
        cases.drawOpen("SELECT", d -> {
            int[] shape = d.shape(0, 6);
            // one condition for all, or for each row, or for each element
            List<int[]> conditions =
                    shape.length == 0 ? List.of(shape) : List.of(new int[0], new int[] {shape[0]}, shape);
            select(cases, d.of(ShapeCases.MOVED), d.of(conditions), shape);
        });
        cases.drawOpen("SELECT_V2", d -> {
            int[] shape = d.shape(0, 5);
            DataType type = d.of(ShapeCases.MOVED);
            selectBroadcast(cases, type, d.broadcastable(shape), d.broadcastable(shape), d.broadcastable(shape));
        });
    }

    private static void select(CaseList cases, DataType type, int[] condition, int[] shape) {
        cases.exact("SELECT/" + type + "/" + Shapes.path(condition) + "/" + Shapes.path(shape), g -> {
            TensorSpec spec = ShapeCases.spec(type, shape);
            g.op("SELECT", spec, g.input(DataType.BOOL, condition), g.input(spec), g.input(spec));
        });
    }

    private static void selectBroadcast(CaseList cases, DataType type, int[]... form) {
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

    private static void addOneHot(CaseList cases) {
        List<DataType> types =
                List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.BOOL, DataType.INT8, DataType.UINT8);
        for (DataType type : types) {
            for (int[] shape : new int[][] {{}, {4}, {2, 3}}) {
                for (int axis = -1; axis <= shape.length; axis++) {
                    oneHot(cases, type, DataType.INT32, new Hot(shape, axis, 5));
                }
                oneHot(cases, type, DataType.INT64, new Hot(shape, -1, 5));
            }
        }
        cases.drawOpen("ONE_HOT", d -> {
            int[] shape = d.shape(0, 4);
            Hot hot = new Hot(shape, d.in(-1, shape.length), d.in(1, 7));
            oneHot(cases, d.of(types), d.of(DataType.INT32, DataType.INT64), hot);
        });
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

    /** Extents of indices, and the axis and extent that is new. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Hot(int[] shape, int axis, int depth) {
        int[] out() {
            return Shapes.inserted(shape, axis < 0 ? shape.length : axis, depth);
        }
    }

    private static void oneHot(CaseList cases, DataType type, DataType index, Hot hot) {
        String path = Shapes.path(hot.shape()) + "/axis" + hot.axis() + "/depth" + hot.depth();
        cases.exact("ONE_HOT/" + type + "/" + index + "/" + path, g -> {
            TensorRef ids = g.input(TensorSpec.of(index, hot.shape()), Values.between(-2, 6));
            TensorRef on = g.constant(Tensor.scalar(type, 1));
            TensorRef off = g.constant(Tensor.scalar(type, type == DataType.INT8 ? -3 : 0));
            Attributes options = Attributes.of(Tfl.AXIS, (long) hot.axis());
            g.op("ONE_HOT", options, TensorSpec.of(type, hot.out()), ids, g.scalar(hot.depth()), on, off);
        });
    }

    private static void addDiagonals(CaseList cases) {
        List<DataType> types = List.of(
                DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);
        for (DataType type : types) {
            for (int[] shape : new int[][] {{3}, {2, 4}, {2, 1, 3}, {1}}) {
                diagonal(cases, type, shape);
            }
            for (int[] shape : new int[][] {{3, 3}, {2, 4}, {4, 2}, {2, 3, 4}, {2, 2, 4, 3}}) {
                setDiagonal(cases, type, shape);
            }
        }
        cases.draw("MATRIX_DIAG", d -> diagonal(cases, d.of(types), d.shape(1, 5)));
        cases.draw("MATRIX_SET_DIAG", d -> setDiagonal(cases, d.of(types), d.shape(2, 6)));
    }

    private static void diagonal(CaseList cases, DataType type, int... shape) {
        cases.exact("MATRIX_DIAG/" + type + "/" + Shapes.path(shape), g -> {
            int[] out = Shapes.inserted(shape, shape.length, shape[shape.length - 1]);
            g.op("MATRIX_DIAG", TensorSpec.of(type, out), g.input(TensorSpec.of(type, shape)));
        });
    }

    private static void setDiagonal(CaseList cases, DataType type, int... shape) {
        cases.exact("MATRIX_SET_DIAG/" + type + "/" + Shapes.path(shape), g -> {
            int least = Math.min(shape[shape.length - 1], shape[shape.length - 2]);
            int[] diagonal = Shapes.with(Shapes.without(shape, shape.length - 1), shape.length - 2, least);
            TensorSpec x = TensorSpec.of(type, shape);
            g.op("MATRIX_SET_DIAG", x, g.input(x), g.input(TensorSpec.of(type, diagonal)));
        });
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
                broadcastArgs(cases, type, pair[0], pair[1]);
                if (!Arrays.equals(pair[0], pair[1])) {
                    broadcastArgs(cases, type, pair[1], pair[0]);
                }
            }
        }
        cases.draw("BROADCAST_ARGS", d -> {
            int[] shape = d.emptied(d.shape(0, 7));
            broadcastArgs(cases, d.of(DataType.INT32, DataType.INT64), d.broadcastable(shape), d.broadcastable(shape));
        });
    }

    private static void broadcastArgs(CaseList cases, DataType type, int[] a, int[] b) {
        cases.exact("BROADCAST_ARGS/" + type + "/" + Shapes.path(a) + "/" + Shapes.path(b), g -> {
            TensorRef x = g.input(TensorSpec.of(type, a.length), Values.exactly(CaseGraph.integers(type, a)));
            TensorRef y = g.input(TensorSpec.of(type, b.length), Values.exactly(CaseGraph.integers(type, b)));
            g.op("BROADCAST_ARGS", TensorSpec.of(type, Math.max(a.length, b.length)), x, y);
        });
    }
}
