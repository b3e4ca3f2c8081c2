package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.Arrays;
import java.util.List;

/** Cases of SLICE, PAD, DYNAMIC_UPDATE_SLICE and SELECT_V2. */
final class SlicingCases {
    private SlicingCases() {}

    static void addTo(CaseList cases) {
        addSlices(cases);
        addPads(cases);
        addUpdates(cases);
        addSelections(cases);
    }

    private static String list(int[] values) {
        return Arrays.toString(values).replace(" ", "");
    }

    private static void addSlices(CaseList cases) {
        int[][][] forms = {
            {{7}, {2}, {3}},
            {{7}, {6}, {-1}},
            {{3, 5}, {0, 0}, {3, 5}},
            {{3, 5}, {1, 2}, {2, 3}},
            {{3, 5}, {1, 2}, {-1, 1}},
            {{3, 5}, {0, 4}, {1, -1}},
            {{2, 3, 4}, {0, 1, 2}, {2, 1, 2}},
            {{2, 3, 4}, {1, 0, 0}, {1, -1, -1}},
            {{2, 4, 5, 3}, {0, 1, 1, 0}, {-1, 2, 3, 3}},
            {{2, 4, 5, 3}, {1, 3, 4, 2}, {1, 1, 1, 1}},
            {{1, 2, 3, 2, 4}, {0, 1, 0, 1, 1}, {1, 1, 2, -1, 3}},
            {{3, 4}, {1, 4}, {2, 0}}
        };
        for (int[][] form : forms) {
            String path = "SLICE/" + Shapes.path(form[0]) + "/" + list(form[1]) + "/" + list(form[2]);
            int[] out = sliced(form);
            for (DataType type : ShapeCases.MOVED) {
                cases.exact(path + "/" + type, g -> {
                    TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                    g.op("SLICE", ShapeCases.spec(type, out), x, g.ints(form[1]), g.ints(form[2]));
                });
            }
            cases.exact(path + "/int64Begin", g -> {
                TensorRef x = g.input(DataType.FLOAT32, form[0]);
                g.op("SLICE", TensorSpec.of(DataType.FLOAT32, out), x, g.longs(form[1]), g.longs(form[2]));
            });
            cases.exact(path + "/computed", g -> {
                TensorRef x = g.input(DataType.FLOAT32, form[0]);
                TensorRef begin = g.dynamicInts(form[1]);
                TensorRef size = g.dynamicInts(form[2]);
                g.op("SLICE", TensorSpec.of(DataType.FLOAT32, out), x, begin, size);
                g.tag("SLICE computed");
            });
        }
    }

    private static int[] sliced(int[][] form) {
        int[] out = form[2].clone();
        for (int i = 0; i < out.length; i++) {
            out[i] = out[i] < 0 ? form[0][i] - form[1][i] : out[i];
        }
        return out;
    }

    private static void addPads(CaseList cases) {
        int[][][] forms = {
            {{3}, {2, 1}},
            {{2, 3}, {0, 0, 1, 2}},
            {{2, 3}, {1, 0, 0, 0}},
            {{2, 3, 4}, {0, 1, 2, 0, 1, 1}},
            {{1, 4, 5, 3}, {0, 0, 1, 1, 1, 1, 0, 0}},
            {{1, 4, 5, 3}, {0, 0, 0, 1, 0, 1, 0, 0}},
            {{1, 3, 3, 2}, {1, 0, 0, 2, 3, 1, 0, 2}},
            {{2, 2, 2, 2}, {0, 0, 0, 0, 0, 0, 0, 0}},
            {{1, 2, 3, 2, 2}, {0, 1, 1, 0, 0, 2, 1, 1, 0, 0}}
        };
        for (int[][] form : forms) {
            int rank = form[0].length;
            int[] out = form[0].clone();
            for (int i = 0; i < rank; i++) {
                out[i] += form[1][2 * i] + form[1][2 * i + 1];
            }
            String path = "PAD/" + Shapes.path(form[0]) + "/" + list(form[1]);
            for (DataType type : List.of(
                    DataType.FLOAT32,
                    DataType.INT8,
                    DataType.UINT8,
                    DataType.INT16,
                    DataType.INT32,
                    DataType.INT64,
                    DataType.BOOL)) {
                cases.exact(path + "/" + type, g -> {
                    TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                    g.op("PAD", ShapeCases.spec(type, out), x, pairs(g, DataType.INT32, form[1]));
                });
            }
            cases.exact(path + "/int64Paddings", g -> {
                TensorRef x = g.input(DataType.FLOAT32, form[0]);
                g.op("PAD", TensorSpec.of(DataType.FLOAT32, out), x, pairs(g, DataType.INT64, form[1]));
            });
            cases.exact(path + "/computed", g -> {
                TensorRef x = g.input(DataType.FLOAT32, form[0]);
                Values paddings = Values.exactly(
                        CaseGraph.integers(DataType.INT32, form[1]).reshaped(Layers.shapeOf(rank, 2)));
                TensorRef p = g.input(TensorSpec.of(DataType.INT32, rank, 2), paddings);
                g.op("PAD", TensorSpec.of(DataType.FLOAT32, out), x, p);
                g.tag("PAD computed");
            });
        }
        cases.exact("PAD/dynamic", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 4, 4, 3).signature(-1, -1, -1, 3));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 6, 5, 3).signature(-1, -1, -1, 3);
            g.op("PAD", y, x, pairs(g, DataType.INT32, 0, 0, 1, 1, 0, 1, 0, 0));
            g.tag("dynamic");
        });
    }

    private static TensorRef pairs(CaseGraph g, DataType type, int... values) {
        return g.constant(CaseGraph.integers(type, values).reshaped(Layers.shapeOf(values.length / 2, 2)));
    }

    private static void addUpdates(CaseList cases) {
        int[][][] forms = {
            {{8}, {3}, {2}},
            {{4, 6}, {2, 3}, {1, 2}},
            {{4, 6}, {2, 3}, {3, 5}},
            {{4, 6}, {2, 3}, {-2, 1}},
            {{4, 6}, {4, 1}, {0, 5}},
            {{4, 6}, {1, 6}, {9, 0}},
            {{4, 6}, {4, 6}, {1, 1}},
            {{1, 5, 2, 3}, {1, 1, 2, 3}, {0, 3, 0, 0}},
            {{2, 3, 4}, {1, 2, 2}, {1, 1, 0}}
        };
        String op = "DYNAMIC_UPDATE_SLICE";
        for (int[][] form : forms) {
            String path = op + "/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]) + "/" + list(form[2]);
            for (DataType type :
                    List.of(DataType.FLOAT32, DataType.INT8, DataType.INT32, DataType.INT64, DataType.BOOL)) {
                for (boolean constant : new boolean[] {true, false}) {
                    cases.exact(path + "/" + type + (constant ? "" : "/computed"), g -> {
                        TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                        TensorRef u = g.input(ShapeCases.spec(type, form[1]));
                        TensorRef start = constant ? g.ints(form[2]) : g.dynamicInts(form[2]);
                        g.op(op, ShapeCases.spec(type, form[0]), x, u, start);
                    });
                }
            }
            cases.exact(path + "/int64Start", g -> {
                TensorRef x = g.input(DataType.FLOAT32, form[0]);
                TensorRef u = g.input(DataType.FLOAT32, form[1]);
                g.op(op, TensorSpec.of(DataType.FLOAT32, form[0]), x, u, g.longs(form[2]));
            });
        }
    }

    private static void addSelections(CaseList cases) {
        int[][][] forms = {
            {{2, 3}, {2, 3}, {2, 3}},
            {{1, 3}, {2, 3}, {2, 3}},
            {{2, 1}, {2, 3}, {2, 3}},
            {{2, 3}, {}, {2, 3}},
            {{2, 3}, {2, 3}, {1}},
            {{}, {2, 3}, {2, 3}},
            {{4, 1, 3}, {1, 2, 1}, {4, 2, 3}},
            {{2, 1, 3, 1}, {1, 4, 1, 2}, {2, 1, 1, 1}},
            {{1, 2, 1, 2, 1}, {2, 1, 3, 1, 2}, {1, 1, 1, 1, 1}},
            {{5}, {5}, {5}},
            {{3}, {2, 3}, {2, 1}}
        };
        for (int[][] form : forms) {
            int[] out = Shapes.broadcast(Shapes.broadcast(form[0], form[1]), form[2]);
            for (DataType type : ShapeCases.MOVED) {
                String path =
                        "SELECT_V2/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]) + "/" + Shapes.path(form[2]);
                cases.exact(path + "/" + type, g -> {
                    TensorRef condition = g.input(DataType.BOOL, form[0]);
                    TensorRef x = g.input(ShapeCases.spec(type, form[1]));
                    TensorRef y = g.input(ShapeCases.spec(type, form[2]));
                    g.op("SELECT_V2", ShapeCases.spec(type, out), condition, x, y);
                });
            }
        }
        cases.exact("SELECT_V2/constants", g -> {
            TensorRef condition = g.input(DataType.BOOL, 2, 3);
            TensorRef zero = g.constant(dev.tfliteonnx.ir.Tensor.scalar(DataType.FLOAT32, 0));
            TensorRef low = g.constant(dev.tfliteonnx.ir.Tensor.scalar(DataType.FLOAT32, -1e9));
            g.op("SELECT_V2", TensorSpec.of(DataType.FLOAT32, 2, 3), condition, zero, low);
        });
    }
}
