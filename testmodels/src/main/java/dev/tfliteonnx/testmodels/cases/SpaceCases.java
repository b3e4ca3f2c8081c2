package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.MirrorPadMode;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Cases of DEPTH_TO_SPACE, SPACE_TO_DEPTH, MIRROR_PAD, PADV2, TILE, BROADCAST_TO, FILL, GATHER_ND and RANK. */
final class SpaceCases {
    private static final List<DataType> BLOCKS =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT32, DataType.INT64);
    private static final List<DataType> INDICES = List.of(DataType.INT32, DataType.INT64);

    private SpaceCases() {}

    static void addTo(CaseList cases) {
        addBlocks(cases);
        addMirrors(cases);
        addPads(cases);
        addTiles(cases);
        addBroadcasts(cases);
        addFills(cases);
        addGathers(cases);
        for (int[] shape : new int[][] {{}, {7}, {3, 5}, {1, 2, 3}, {2, 1, 3, 1, 2}}) {
            for (DataType type : ShapeCases.MOVED) {
                cases.exact("RANK/" + type + "/" + Shapes.path(shape), g -> {
                    g.op("RANK", TensorSpec.of(DataType.INT32), g.input(ShapeCases.spec(type, shape)));
                });
            }
        }
    }

    private static void addBlocks(CaseList cases) {
        int[][] forms = {{1, 1, 1, 1, 2}, {2, 3, 2, 3, 2}, {1, 2, 3, 1, 3}, {2, 1, 5, 2, 2}, {1, 3, 3, 2, 1}};
        for (int[] form : forms) {
            int size = form[4];
            int[] deep = {form[0], form[1], form[2], form[3] * size * size};
            int[] wide = {form[0], form[1] * size, form[2] * size, form[3]};
            Attributes options = Attributes.of(Tfl.BLOCK_SIZE, (long) size);
            for (DataType type : BLOCKS) {
                String path = "/" + type + "/" + Shapes.path(wide) + "/block" + size;
                cases.exact("DEPTH_TO_SPACE" + path, g -> {
                    TensorRef x = g.input(ShapeCases.spec(type, deep));
                    g.op("DEPTH_TO_SPACE", options, ShapeCases.spec(type, wide), x);
                });
                cases.exact("SPACE_TO_DEPTH" + path, g -> {
                    TensorRef x = g.input(ShapeCases.spec(type, wide));
                    g.op("SPACE_TO_DEPTH", options, ShapeCases.spec(type, deep), x);
                });
            }
        }
    }

    private static int[] padded(int[][] form) {
        int[] out = form[0].clone();
        for (int i = 0; i < out.length; i++) {
            out[i] += form[1][2 * i] + form[1][2 * i + 1];
        }
        return out;
    }

    private static TensorRef pairs(CaseGraph g, DataType type, int... values) {
        return g.constant(CaseGraph.integers(type, values).reshaped(Layers.shapeOf(values.length / 2, 2)));
    }

    private static String path(int[] values) {
        return Arrays.toString(values).replace(" ", "");
    }

    private static void addMirrors(CaseList cases) {
        int[][][] forms = {
            {{5}, {2, 3}},
            {{2, 3}, {0, 0, 1, 2}},
            {{2, 3, 4}, {0, 1, 2, 0, 1, 1}},
            {{1, 4, 5, 3}, {0, 0, 3, 1, 1, 4, 0, 0}},
            {{2, 3, 3, 2}, {1, 1, 0, 2, 2, 1, 1, 0}},
            {{3, 1}, {0, 0, 0, 0}}
        };
        for (MirrorPadMode mode : MirrorPadMode.values()) {
            Attributes options = Attributes.of(Tfl.MODE, mode);
            for (int[][] form : forms) {
                String path = "MIRROR_PAD/" + mode + "/" + Shapes.path(form[0]) + "/" + path(form[1]) + "/";
                for (DataType type : BLOCKS) {
                    cases.exact(path + type, g -> {
                        TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                        g.op(
                                "MIRROR_PAD",
                                options,
                                ShapeCases.spec(type, padded(form)),
                                x,
                                pairs(g, DataType.INT32, form[1]));
                    });
                }
                cases.exact(path + "int64Paddings", g -> {
                    TensorRef x = g.input(DataType.FLOAT32, form[0]);
                    TensorSpec y = TensorSpec.of(DataType.FLOAT32, padded(form));
                    g.op("MIRROR_PAD", options, y, x, pairs(g, DataType.INT64, form[1]));
                });
            }
            cases.exact("MIRROR_PAD/" + mode + "/whole", g -> {
                int most = mode == MirrorPadMode.SYMMETRIC ? 4 : 3;
                TensorRef p = pairs(g, DataType.INT32, most, most);
                g.op(
                        "MIRROR_PAD",
                        options,
                        TensorSpec.of(DataType.FLOAT32, 4 + 2 * most),
                        g.input(DataType.FLOAT32, 4),
                        p);
            });
        }
    }

    private static void addPads(CaseList cases) {
        int[][][] forms = {
            {{3}, {2, 1}},
            {{2, 3}, {1, 0, 0, 2}},
            {{2, 3, 4}, {0, 1, 2, 0, 1, 1}},
            {{1, 4, 5, 3}, {0, 0, 1, 1, 1, 1, 0, 0}},
            {{1, 2, 3, 2, 2}, {0, 1, 1, 0, 0, 2, 1, 1, 0, 0}}
        };
        for (int[][] form : forms) {
            for (DataType type : BLOCKS) {
                for (float fill : new float[] {0, 3, 100}) {
                    DataType index = fill == 3 ? DataType.INT64 : DataType.INT32;
                    String path = "PADV2/" + type + "/" + Shapes.path(form[0]) + "/" + path(form[1]) + "/" + fill;
                    cases.exact(path, g -> {
                        TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                        TensorSpec value = ShapeCases.spec(type);
                        Values same = Values.oneOf(type == DataType.FLOAT32 ? fill - 0.5f : fill);
                        TensorRef c = g.constant(value.data(same.draw(g.random(), type, value.shape())));
                        g.op("PADV2", ShapeCases.spec(type, padded(form)), x, pairs(g, index, form[1]), c);
                    });
                }
                cases.exact("PADV2/" + type + "/" + Shapes.path(form[0]) + "/inputValue", g -> {
                    TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                    TensorRef c = g.input(ShapeCases.spec(type));
                    g.op("PADV2", ShapeCases.spec(type, padded(form)), x, pairs(g, DataType.INT32, form[1]), c);
                });
            }
        }
    }

    private static void addTiles(CaseList cases) {
        int[][][] forms = {
            {{5}, {3}}, {{2, 3}, {1, 2}}, {{2, 3, 1}, {2, 1, 3}}, {{1, 2, 3, 2}, {2, 1, 2, 1}}, {{3}, {1}}
        };
        for (int[][] form : forms) {
            int[] out = form[0].clone();
            Arrays.setAll(out, i -> form[0][i] * form[1][i]);
            for (DataType index : INDICES) {
                for (DataType type : List.of(
                        DataType.FLOAT32,
                        DataType.INT8,
                        DataType.UINT8,
                        DataType.INT32,
                        DataType.INT64,
                        DataType.BOOL)) {
                    cases.exact("TILE/" + type + "/" + Shapes.path(form[0]) + "/" + path(form[1]) + "/" + index, g -> {
                        TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                        g.op("TILE", ShapeCases.spec(type, out), x, g.constant(CaseGraph.integers(index, form[1])));
                    });
                }
            }
            cases.exact("TILE/FLOAT32/" + Shapes.path(form[0]) + "/" + path(form[1]) + "/computed", g -> {
                int[] unknown = out.clone();
                Arrays.fill(unknown, -1);
                TensorRef x = g.input(DataType.FLOAT32, form[0]);
                g.op("TILE", TensorSpec.of(DataType.FLOAT32, out).signature(unknown), x, g.dynamicInts(form[1]));
            });
        }
    }

    private static void addBroadcasts(CaseList cases) {
        int[][][] forms = {
            {{1}, {7}}, {{3}, {2, 3}}, {{4, 1}, {4, 5}}, {{}, {2, 3}}, {{2, 1, 3}, {2, 2, 4, 3}}, {{1, 3, 1}, {2, 3, 5}}
        };
        for (int[][] form : forms) {
            for (DataType index : INDICES) {
                for (DataType type : ShapeCases.MOVED) {
                    String path = "BROADCAST_TO/" + type + "/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]);
                    cases.exact(path + "/" + index, g -> {
                        TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                        TensorRef shape = g.constant(CaseGraph.integers(index, form[1]));
                        g.add(OpSpec.of("BROADCAST_TO")
                                .version(2)
                                .inputs(x, shape)
                                .outputs(ShapeCases.spec(type, form[1])));
                    });
                }
            }
        }
    }

    private static void addFills(CaseList cases) {
        for (int[] shape : new int[][] {{7}, {2, 3}, {1, 5, 3}, {2, 1, 3, 2}}) {
            for (DataType index : INDICES) {
                for (DataType type : List.of(
                        DataType.FLOAT32,
                        DataType.INT8,
                        DataType.INT16,
                        DataType.INT32,
                        DataType.INT64,
                        DataType.BOOL)) {
                    cases.exact("FILL/" + type + "/" + Shapes.path(shape) + "/" + index, g -> {
                        TensorRef dims = g.constant(CaseGraph.integers(index, shape));
                        g.op("FILL", ShapeCases.spec(type, shape), dims, g.input(ShapeCases.spec(type)));
                    });
                }
            }
            cases.exact("FILL/FLOAT32/" + Shapes.path(shape) + "/computed", g -> {
                int[] unknown = shape.clone();
                Arrays.fill(unknown, -1);
                TensorRef dims = g.dynamicInts(shape);
                TensorSpec y = TensorSpec.of(DataType.FLOAT32, shape).signature(unknown);
                g.op("FILL", y, dims, g.input(TensorSpec.of(DataType.FLOAT32)));
            });
        }
    }

    private static void addGathers(CaseList cases) {
        int[][][] forms = {{{7}, {5, 1}}, {{3, 5}, {4, 1}}, {{3, 5}, {6, 2}}, {{3, 4, 5}, {2, 3, 2}}, {{3, 4, 5}, {3}}};
        for (int[][] form : forms) {
            int depth = form[1][form[1].length - 1];
            int[] out = new int[form[1].length - 1 + form[0].length - depth];
            Arrays.setAll(out, i -> i < form[1].length - 1 ? form[1][i] : form[0][i - form[1].length + 1 + depth]);
            for (DataType index : List.of(DataType.INT16, DataType.INT32, DataType.INT64)) {
                for (DataType type : ShapeCases.MOVED) {
                    String path = "GATHER_ND/" + type + "/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]);
                    cases.exact(path + "/" + index, g -> {
                        TensorRef x = g.input(ShapeCases.spec(type, form[0]));
                        TensorRef at = g.input(TensorSpec.of(index, form[1]), Values.between(0, 2));
                        g.op("GATHER_ND", ShapeCases.spec(type, out), x, at);
                    });
                }
            }
        }
    }
}
