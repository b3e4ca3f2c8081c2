package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import java.util.Arrays;
import java.util.List;

/** Cases of SLICE, PAD, DYNAMIC_UPDATE_SLICE and SELECT_V2. */
final class SlicingCases {
    private static final List<DataType> UPDATED =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.INT32, DataType.INT64, DataType.BOOL);

    private SlicingCases() {}

    static void addTo(CaseList cases) {
        addSlices(cases);
        addPads(cases);
        addUpdates(cases);
        addSelections(cases);
        cases.drawOpen("SLICE", d -> {
            int[] shape = d.shapeOrEmpty(1, 5); // the kernel pads the rank to 5
            int[] begin = new int[shape.length];
            int[] size = new int[shape.length];
            for (int i = 0; i < shape.length; i++) {
                begin[i] = d.in(0, shape[i]);
                size[i] = d.in(0, 3) == 0 ? -1 : d.in(Math.min(1, shape[i] - begin[i]), shape[i] - begin[i]);
            }
            slice(cases, new int[][] {shape, begin, size}, d.of(ShapeCases.MOVED_OR_TEXT), d.of(Given.values()));
        });
        cases.drawOpen("PAD", d -> pad(cases, drawPads(d), d.of(ShapeCases.MOVED), d.of(Given.values())));
        cases.drawOpen("DYNAMIC_UPDATE_SLICE", d -> {
            int[] shape = d.shape(1, 6);
            int[] update = new int[shape.length];
            int[] start = new int[shape.length];
            for (int i = 0; i < shape.length; i++) {
                update[i] = d.in(1, shape[i]);
                start[i] = d.in(0, 4) == 0 ? d.in(-3, shape[i] + 3) : d.in(0, shape[i] - update[i]);
            }
            update(cases, new int[][] {shape, update, start}, d.of(UPDATED), d.of(Given.values()));
        });
        cases.drawOpen("SELECT_V2", d -> {
            int[] shape = d.shape(0, 5); // the kernel broadcasts up to rank 5
            int[][] form = {d.broadcastable(shape), d.broadcastable(shape), d.broadcastable(shape)};
            select(cases, form, d.of(ShapeCases.MOVED));
        });
    }

    /** A shape of a rank up to 5, which the kernels pad to, and paddings of which half are none. */
    static int[][] drawPads(Draw d) {
        int[] shape = d.shape(1, 5, 100);
        int[] pads = new int[2 * shape.length];
        Arrays.setAll(pads, i -> d.coin() ? 0 : d.in(1, 3));
        return new int[][] {shape, pads};
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
            for (DataType type : ShapeCases.MOVED) {
                slice(cases, form, type, Given.CONSTANT);
            }
            slice(cases, form, DataType.FLOAT32, Given.CONSTANT64);
            slice(cases, form, DataType.FLOAT32, Given.COMPUTED);
        }
    }

    private static void slice(CaseList cases, int[][] form, DataType type, Given given) {
        String path = "SLICE/" + Shapes.path(form[0]) + "/" + Given.list(form[1]) + "/" + Given.list(form[2]);
        cases.exact(path + "/" + type + given.path(), g -> {
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            TensorRef begin = given.vector(g, form[1]);
            g.op("SLICE", given.result(ShapeCases.spec(type, sliced(form))), x, begin, given.vector(g, form[2]));
            if (!given.isConstant()) {
                g.tag("SLICE computed");
            }
        });
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
            for (DataType type : ShapeCases.MOVED) {
                pad(cases, form, type, Given.CONSTANT);
            }
            pad(cases, form, DataType.FLOAT32, Given.CONSTANT64);
            pad(cases, form, DataType.FLOAT32, Given.COMPUTED);
        }
        cases.exact("PAD/dynamic", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 4, 4, 3).signature(-1, -1, -1, 3));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, 1, 6, 5, 3).signature(-1, -1, -1, 3);
            g.op("PAD", y, x, Given.CONSTANT.pairs(g, 0, 0, 1, 1, 0, 1, 0, 0));
            g.tag("dynamic");
        });
    }

    private static void pad(CaseList cases, int[][] form, DataType type, Given given) {
        cases.exact("PAD/" + Shapes.path(form[0]) + "/" + Given.list(form[1]) + "/" + type + given.path(), g -> {
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            TensorSpec y = given.result(ShapeCases.spec(type, SpaceCases.padded(form)));
            g.op("PAD", y, x, given.pairs(g, form[1]));
            if (!given.isConstant()) {
                g.tag("PAD computed");
            }
        });
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
        for (int[][] form : forms) {
            for (DataType type : UPDATED) {
                update(cases, form, type, Given.CONSTANT);
                update(cases, form, type, Given.COMPUTED);
            }
            update(cases, form, DataType.FLOAT32, Given.CONSTANT64);
        }
    }

    private static void update(CaseList cases, int[][] form, DataType type, Given given) {
        String op = "DYNAMIC_UPDATE_SLICE";
        String path = op + "/" + Shapes.path(form[0]) + "/" + Shapes.path(form[1]) + "/" + Given.list(form[2]);
        cases.exact(path + "/" + type + given.path(), g -> {
            TensorRef x = g.input(ShapeCases.spec(type, form[0]));
            TensorRef u = g.input(ShapeCases.spec(type, form[1]));
            g.op(op, ShapeCases.spec(type, form[0]), x, u, given.vector(g, form[2]));
        });
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
            ShapeCases.MOVED.forEach(type -> select(cases, form, type));
        }
        cases.exact("SELECT_V2/constants", g -> {
            TensorRef condition = g.input(DataType.BOOL, 2, 3);
            TensorRef zero = g.constant(dev.tfliteonnx.ir.Tensor.scalar(DataType.FLOAT32, 0));
            TensorRef low = g.constant(dev.tfliteonnx.ir.Tensor.scalar(DataType.FLOAT32, -1e9));
            g.op("SELECT_V2", TensorSpec.of(DataType.FLOAT32, 2, 3), condition, zero, low);
        });
    }

    private static void select(CaseList cases, int[][] form, DataType type) {
        String path = Shapes.path(form[0]) + "/" + Shapes.path(form[1]) + "/" + Shapes.path(form[2]);
        cases.exact("SELECT_V2/" + path + "/" + type, g -> {
            TensorRef condition = g.input(DataType.BOOL, form[0]);
            TensorRef x = g.input(ShapeCases.spec(type, form[1]));
            TensorRef y = g.input(ShapeCases.spec(type, form[2]));
            int[] out = Shapes.broadcast(Shapes.broadcast(form[0], form[1]), form[2]);
            g.op("SELECT_V2", ShapeCases.spec(type, out), condition, x, y);
        });
    }
}
