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
    private static final List<DataType> NARROW_INDICES = List.of(DataType.INT16, DataType.INT32, DataType.INT64);
    private static final List<DataType> PADDED =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);
    private static final List<DataType> TILED =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT32, DataType.INT64, DataType.BOOL);
    private static final List<DataType> FILLED =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.INT16, DataType.INT32, DataType.INT64, DataType.BOOL);

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
            ShapeCases.MOVED.forEach(type -> rank(cases, type, shape));
        }
        draw(cases);
    }

    private static void draw(CaseList cases) {
        for (String op : List.of("DEPTH_TO_SPACE", "SPACE_TO_DEPTH")) {
            cases.drawOpen(op, d -> {
                block(cases, op, d.of(BLOCKS), d.in(1, 3), d.in(1, 5), d.in(1, 5), d.in(1, 4), d.in(1, 4));
            });
        }
        cases.drawOpen("MIRROR_PAD", d -> {
            MirrorPadMode mode = d.of(MirrorPadMode.values());
            int[] shape = d.shape(1, 5, 100);
            int[] pads = new int[2 * shape.length];
            int less = mode == MirrorPadMode.REFLECT ? 1 : 0;
            Arrays.setAll(pads, i -> d.coin() ? 0 : d.in(0, Math.min(3, shape[i / 2] - less)));
            mirror(cases, mode, new int[][] {shape, pads}, d.of(BLOCKS), d.of(Given.values()));
        });
        cases.drawOpen("PADV2", d -> {
            int[][] form = SlicingCases.drawPads(d);
            pad(cases, form, d.of(PADDED), d.of(Given.values()), d.coin() ? Float.NaN : d.in(0, 100));
        });
        cases.drawOpen("TILE", d -> {
            int[] shape = d.shapeOrEmpty(1, 5);
            int[] times = d.list(shape.length, 1, shape.length > 3 ? 2 : 4);
            tile(cases, new int[][] {shape, times}, d.coin() ? DataType.STRING : d.of(TILED), d.of(Given.values()));
        });
        cases.drawOpen("BROADCAST_TO", d -> {
            int[] to = d.shape(1, 6);
            int[][] form = {d.broadcastable(to), to};
            broadcast(cases, form, d.of(ShapeCases.MOVED), d.of(Given.values()));
        });
        cases.draw(
                "FILL",
                d -> fill(
                        cases, d.shapeOrEmpty(1, 6), d.coin() ? DataType.STRING : d.of(FILLED), d.of(Given.values())));
        cases.drawOpen("GATHER_ND", d -> {
            int[] table = d.shape(1, 5);
            int[] at = d.shape(1, 3, 40);
            at[at.length - 1] = d.in(1, table.length);
            gather(cases, new int[][] {table, at}, d.of(ShapeCases.MOVED_OR_TEXT), d.of(NARROW_INDICES));
        });
        cases.drawOpen("RANK", d -> rank(cases, d.of(ShapeCases.MOVED_OR_TEXT), d.shapeOrEmpty(0, 6)));
    }

    private static void rank(CaseList cases, DataType type, int... shape) {
        cases.exact("RANK/" + type + "/" + Shapes.path(shape), g -> {
            g.op("RANK", TensorSpec.of(DataType.INT32), g.input(ShapeCases.spec(type, shape)));
        });
    }

    private static void addBlocks(CaseList cases) {
        int[][] forms = {{1, 1, 1, 1, 2}, {2, 3, 2, 3, 2}, {1, 2, 3, 1, 3}, {2, 1, 5, 2, 2}, {1, 3, 3, 2, 1}};
        for (int[] form : forms) {
            for (DataType type : BLOCKS) {
                block(cases, "DEPTH_TO_SPACE", type, form);
                block(cases, "SPACE_TO_DEPTH", type, form);
            }
        }
    }

    /** The extents of the deep tensor but for its blocks, and the size of those. */
    private static void block(CaseList cases, String op, DataType type, int... form) {
        int size = form[4];
        int[] deep = {form[0], form[1], form[2], form[3] * size * size};
        int[] wide = {form[0], form[1] * size, form[2] * size, form[3]};
        boolean widens = op.equals("DEPTH_TO_SPACE");
        cases.exact(op + "/" + type + "/" + Shapes.path(wide) + "/block" + size, g -> {
            TensorRef x = g.input(ShapeCases.spec(type, widens ? deep : wide));
            Attributes options = Attributes.of(Tfl.BLOCK_SIZE, (long) size);
            g.op(op, options, ShapeCases.spec(type, widens ? wide : deep), x);
        });
    }

    static int[] padded(int[][] form) {
        int[] out = form[0].clone();
        for (int i = 0; i < out.length; i++) {
            out[i] += form[1][2 * i] + form[1][2 * i + 1];
        }
        return out;
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
            for (int[][] form : forms) {
                BLOCKS.forEach(type -> mirror(cases, mode, form, type, Given.CONSTANT));
                mirror(cases, mode, form, DataType.FLOAT32, Given.CONSTANT64);
            }
            cases.exact("MIRROR_PAD/" + mode + "/whole", g -> {
                int most = mode == MirrorPadMode.SYMMETRIC ? 4 : 3;
                TensorRef p = Given.CONSTANT.pairs(g, most, most);
                TensorSpec y = TensorSpec.of(DataType.FLOAT32, 4 + 2 * most);
                g.op("MIRROR_PAD", Attributes.of(Tfl.MODE, mode), y, g.input(DataType.FLOAT32, 4), p);
            });
        }
    }

    private static void mirror(CaseList cases, MirrorPadMode mode, int[][] form, DataType type, Given given) {
        String path = "MIRROR_PAD/" + mode + "/" + Shapes.path(form[0]) + "/" + Given.list(form[1]) + "/" + type;
        cases.exact(path + given.path(), g -> {
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            TensorSpec y = given.result(ShapeCases.spec(type, padded(form)));
            g.op("MIRROR_PAD", Attributes.of(Tfl.MODE, mode), y, x, given.pairs(g, form[1]));
        });
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
                pad(cases, form, type, Given.CONSTANT, 0);
                pad(cases, form, type, Given.CONSTANT64, 3);
                pad(cases, form, type, Given.CONSTANT, 100);
                pad(cases, form, type, Given.CONSTANT, Float.NaN);
            }
        }
    }

    /** Padding by a constant, or by an input if {@code fill} is no number. */
    private static void pad(CaseList cases, int[][] form, DataType type, Given given, float fill) {
        String path = "PADV2/" + type + "/" + Shapes.path(form[0]) + "/" + Given.list(form[1]) + "/";
        cases.exact(path + (Float.isNaN(fill) ? "inputValue" : fill) + given.path(), g -> {
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            TensorSpec value = ShapeCases.spec(type);
            Values same = Values.oneOf(type == DataType.FLOAT32 ? fill - 0.5f : fill);
            TensorRef c = Float.isNaN(fill)
                    ? g.input(value)
                    : g.constant(value.data(same.draw(g.random(), type, value.shape())));
            g.op("PADV2", given.result(ShapeCases.spec(type, padded(form))), x, given.pairs(g, form[1]), c);
        });
    }

    private static void addTiles(CaseList cases) {
        int[][][] forms = {
            {{5}, {3}}, {{2, 3}, {1, 2}}, {{2, 3, 1}, {2, 1, 3}}, {{1, 2, 3, 2}, {2, 1, 2, 1}}, {{3}, {1}}
        };
        for (int[][] form : forms) {
            for (DataType type : TILED) {
                tile(cases, form, type, Given.CONSTANT);
                tile(cases, form, type, Given.CONSTANT64);
            }
            tile(cases, form, DataType.FLOAT32, Given.COMPUTED);
        }
    }

    private static void tile(CaseList cases, int[][] form, DataType type, Given given) {
        cases.exact("TILE/" + type + "/" + Shapes.path(form[0]) + "/" + Given.list(form[1]) + given.path(), g -> {
            int[] out = form[0].clone();
            Arrays.setAll(out, i -> form[0][i] * form[1][i]);
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            g.op("TILE", given.result(ShapeCases.spec(type, out)), x, given.vector(g, form[1]));
        });
    }

    private static void addBroadcasts(CaseList cases) {
        int[][][] forms = {
            {{1}, {7}}, {{3}, {2, 3}}, {{4, 1}, {4, 5}}, {{}, {2, 3}}, {{2, 1, 3}, {2, 2, 4, 3}}, {{1, 3, 1}, {2, 3, 5}}
        };
        for (int[][] form : forms) {
            for (DataType type : ShapeCases.MOVED) {
                broadcast(cases, form, type, Given.CONSTANT);
                broadcast(cases, form, type, Given.CONSTANT64);
            }
        }
    }

    private static void broadcast(CaseList cases, int[][] form, DataType type, Given given) {
        String path = "BROADCAST_TO/" + type + "/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]);
        cases.exact(path + given.path(), g -> {
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            g.add(OpSpec.of("BROADCAST_TO")
                    .version(2)
                    .inputs(x, given.vector(g, form[1]))
                    .outputs(given.result(ShapeCases.spec(type, form[1]))));
        });
    }

    private static void addFills(CaseList cases) {
        for (int[] shape : new int[][] {{7}, {2, 3}, {1, 5, 3}, {2, 1, 3, 2}}) {
            for (DataType type : FILLED) {
                fill(cases, shape, type, Given.CONSTANT);
                fill(cases, shape, type, Given.CONSTANT64);
            }
            fill(cases, shape, DataType.FLOAT32, Given.COMPUTED);
        }
    }

    private static void fill(CaseList cases, int[] shape, DataType type, Given given) {
        cases.exact("FILL/" + type + "/" + Shapes.path(shape) + given.path(), g -> {
            TensorSpec y = given.result(ShapeCases.spec(type, shape));
            g.op("FILL", y, given.vector(g, shape), g.input(ShapeCases.spec(type)));
        });
    }

    private static void addGathers(CaseList cases) {
        int[][][] forms = {{{7}, {5, 1}}, {{3, 5}, {4, 1}}, {{3, 5}, {6, 2}}, {{3, 4, 5}, {2, 3, 2}}, {{3, 4, 5}, {3}}};
        for (int[][] form : forms) {
            for (DataType index : NARROW_INDICES) {
                ShapeCases.MOVED.forEach(type -> gather(cases, form, type, index));
            }
        }
    }

    private static void gather(CaseList cases, int[][] form, DataType type, DataType index) {
        String path = "GATHER_ND/" + type + "/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]);
        cases.exact(path + "/" + index, g -> {
            int depth = form[1][form[1].length - 1];
            int[] out = new int[form[1].length - 1 + form[0].length - depth];
            Arrays.setAll(out, i -> i < form[1].length - 1 ? form[1][i] : form[0][i - form[1].length + 1 + depth]);
            int least = Arrays.stream(form[0]).limit(depth).min().orElse(1);
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            TensorRef at = g.input(TensorSpec.of(index, form[1]), Values.between(0, least - 1));
            g.op("GATHER_ND", ShapeCases.spec(type, out), x, at);
        });
    }
}
