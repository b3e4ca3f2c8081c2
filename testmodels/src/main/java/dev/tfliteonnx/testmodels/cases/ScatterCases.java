package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import java.util.Arrays;
import java.util.List;

/** Cases of SPARSE_TO_DENSE, SCATTER_ND, SEGMENT_SUM and UNSORTED_SEGMENT_*. */
final class ScatterCases {
    private static final List<DataType> SPARSE =
            List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8);
    private static final List<DataType> SCATTERED =
            List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8, DataType.BOOL);

    /** Segments over the first axes of a tensor, their numbers, the axes that follow, and how many segments there are. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Form(int[] over, int[] ids, int[] inner, int count) {
        String path() {
            return Shapes.path(over) + "/" + Given.list(ids) + "/" + Shapes.path(inner) + "/into" + count;
        }

        int[] data() {
            int[] all = Arrays.copyOf(over, over.length + inner.length);
            System.arraycopy(inner, 0, all, over.length, inner.length);
            return all;
        }
    }

    private ScatterCases() {}

    static void addTo(CaseList cases) {
        addSparseToDense(cases);
        addScatterNd(cases);
        addSegments(cases);
        for (String op : List.of("SUM", "PROD", "MAX", "MIN")) {
            addUnsorted(cases, "UNSORTED_SEGMENT_" + op);
        }
        draw(cases);
    }

    private static void draw(CaseList cases) {
        cases.drawOpen("SPARSE_TO_DENSE", d -> {
            int[] dense = d.shape(1, 4);
            int n = d.in(1, 8);
            boolean isVector = dense.length == 1 && d.coin();
            long[] at = new long[n * dense.length];
            Arrays.setAll(at, i -> d.in(0, dense[i % dense.length] - 1));
            int[] shape = isVector ? new int[] {n} : new int[] {n, dense.length};
            sparse(cases, d.of(SPARSE), shape, at, d.of(DataType.INT32, DataType.INT64), d.in(0, 2), dense);
        });
        cases.drawOpen("SCATTER_ND", d -> {
            int[] shape = d.shape(2, 5, 300);
            int[] at = d.shape(1, 3, 20);
            int depth = d.in(1, at.length == 1 ? shape.length - 1 : shape.length); // the kernel takes no scalar update
            at[at.length - 1] = depth;
            int[] updates = Arrays.copyOf(at, at.length - 1 + shape.length - depth);
            System.arraycopy(shape, depth, updates, at.length - 1, shape.length - depth);
            scatter(cases, d.of(SCATTERED), d.of(0, 2, 3), at, updates, shape);
        });
        cases.drawOpen("SEGMENT_SUM", d -> {
            int[] id = new int[d.in(1, 12)];
            for (int i = 1; i < id.length; i++) {
                id[i] = id[i - 1] + d.in(0, 1);
            }
            segments(cases, d.of(DataType.FLOAT32, DataType.INT32), id, d.shape(0, 3, 60), d.of(Given.ALL32));
        });
        for (String op : List.of("SUM", "PROD", "MAX", "MIN")) {
            String name = "UNSORTED_SEGMENT_" + op;
            cases.drawOpen(name, d -> {
                int[] over = d.shape(1, 3, 24);
                int count = d.in(1, 7);
                int[] id = d.list(Shapes.count(over), d.in(-1, 0), count - 1);
                Form form = new Form(over, id, d.shape(0, 2, 30), count);
                unsorted(cases, name, d.of(DataType.FLOAT32, DataType.INT32), form, d.of(Given.ALL32));
            });
        }
    }

    private static void addSparseToDense(CaseList cases) {
        for (DataType type : SPARSE) {
            for (DataType index : List.of(DataType.INT32, DataType.INT64)) {
                for (int mode = 0; mode < 3; mode++) {
                    sparse(cases, type, new int[] {4, 2}, new long[] {0, 1, 1, 2, 2, 0, 3, 3}, index, mode, 4, 5);
                    sparse(cases, type, new int[] {3}, new long[] {1, 3, 6}, index, mode, 7);
                    sparse(cases, type, new int[] {1}, new long[] {2}, index, mode, 5);
                    sparse(cases, type, new int[] {2, 3}, new long[] {0, 1, 1, 1, 0, 2}, index, mode, 2, 2, 3);
                    sparse(cases, type, new int[] {3, 2}, new long[] {0, 1, 1, 1, 0, 1}, index, mode, 2, 2);
                }
            }
        }
    }

    private static void sparse(
            CaseList cases, DataType type, int[] shape, long[] at, DataType index, int mode, int... dense) {
        String[] modes = {"constant", "computed", "computedShape"};
        String path = Arrays.toString(at).replace(" ", "") + "in" + Shapes.path(dense);
        String name =
                "SPARSE_TO_DENSE/" + type + "/" + index + "/" + Shapes.path(shape) + "/" + modes[mode] + "/" + path;
        cases.exact(name, g -> {
            Shape indexShape = Shape.of(Arrays.stream(shape).asLongStream().toArray());
            Tensor places = Tensor.ofIntegers(index, indexShape, at);
            TensorRef indices =
                    mode == 0 ? g.constant(places) : g.input(TensorSpec.of(index, shape), Values.exactly(places));
            boolean scalar = at.length == 1 && mode == 0;
            TensorRef values = g.input(TensorSpec.of(type, scalar ? new int[0] : new int[] {shape[0]}));
            TensorRef none = g.constant(Tensor.scalar(type, 3));
            Tensor size = CaseGraph.integers(index, dense);
            boolean computed = mode == 2;
            TensorRef extents =
                    computed ? g.input(TensorSpec.of(index, dense.length), Values.exactly(size)) : g.constant(size);
            TensorSpec y = TensorSpec.of(type, dense);
            int[] open = dense.clone();
            Arrays.fill(open, -1);
            g.op("SPARSE_TO_DENSE", Attributes.NONE, computed ? y.signature(open) : y, indices, extents, values, none);
        });
    }

    private static void addScatterNd(CaseList cases) {
        for (DataType type : SCATTERED) {
            for (int mode = 0; mode < 4; mode++) {
                scatter(cases, type, mode, new int[] {4, 1}, new int[] {4}, 8);
                scatter(cases, type, mode, new int[] {3, 1}, new int[] {3, 4}, 6, 4);
                scatter(cases, type, mode, new int[] {5, 2}, new int[] {5, 3}, 4, 3, 3);
                scatter(cases, type, mode, new int[] {2, 2, 2}, new int[] {2, 2, 2}, 3, 3, 2);
            }
        }
    }

    private static void scatter(CaseList cases, DataType type, int mode, int[] at, int[] updates, int... shape) {
        String[] modes = {"constant", "apart", "computed", "computedShape"};
        String name = "SCATTER_ND/" + type + "/" + Shapes.path(at) + "/" + Shapes.path(shape) + "/" + modes[mode];
        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
            int rank = at[at.length - 1];
            int least = Arrays.stream(shape).limit(rank).min().orElse(1) - 1;
            TensorSpec spec = TensorSpec.of(DataType.INT32, at);
            Tensor indices = Values.between(0, least).draw(g.random(), DataType.INT32, spec.shape());
            if (mode == 1) {
                long[] running = new long[(int) indices.elementCount()];
                for (int i = 0; i < running.length; i++) {
                    int place = i / rank;
                    running[i] = rank == 1 ? place : i % 2 == 0 ? place / 3 : place % 3;
                }
                indices = Tensor.ofIntegers(DataType.INT32, spec.shape(), running);
            }
            TensorRef index = mode >= 2 ? g.input(spec, Values.between(0, least)) : g.constant(indices);
            TensorRef extents = mode == 3 ? g.dynamicInts(shape) : g.ints(shape);
            TensorSpec y = TensorSpec.of(type, shape);
            int[] open = shape.clone();
            Arrays.fill(open, -1);
            g.op(
                    "SCATTER_ND",
                    mode == 3 ? y.signature(open) : y,
                    index,
                    g.input(TensorSpec.of(type, updates)),
                    extents);
        });
    }

    private static void addSegments(CaseList cases) {
        int[][] ids = {{0, 0, 1, 2, 2, 2}, {0, 1, 2, 3, 4, 5}, {0, 0, 1, 1, 2, 3}, {0, 0, 0, 0, 0, 0}};
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32)) {
            for (int[] id : ids) {
                for (int[] inner : new int[][] {{}, {3}, {2, 2}}) {
                    for (boolean constant : new boolean[] {true, false}) {
                        segments(cases, type, id, inner, constant ? Given.CONSTANT : Given.COMPUTED);
                    }
                }
            }
        }
    }

    private static void segments(CaseList cases, DataType type, int[] ids, int[] inner, Given given) {
        String name = "SEGMENT_SUM/" + type + "/" + Given.list(ids) + "/" + Shapes.path(inner) + given.path();
        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
            TensorRef x = g.input(type, Shapes.inserted(inner, 0, ids.length));
            TensorSpec y = TensorSpec.of(type, Shapes.inserted(inner, 0, ids[ids.length - 1] + 1));
            int[] open = Shapes.with(y.sizes(), 0, -1);
            g.op("SEGMENT_SUM", given.isConstant() ? y : y.signature(open), x, given.vector(g, ids));
        });
    }

    private static void addUnsorted(CaseList cases, String op) {
        int[][] ids = {{2, 0, 1, 0, 2, 4}, {0, 1, 2, 3, 4, 5}, {-1, 3, 3, -1, 0, 5}, {1, 1, 1, 1, 1, 1}};
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32)) {
            for (int[] id : ids) {
                for (int[] inner : new int[][] {{}, {3}, {2, 2}}) {
                    for (boolean constant : new boolean[] {true, false}) {
                        Form form = new Form(new int[] {id.length}, id, inner, 7);
                        unsorted(cases, op, type, form, constant ? Given.CONSTANT : Given.COMPUTED);
                    }
                }
            }
        }
    }

    private static void unsorted(CaseList cases, String op, DataType type, Form form, Given given) {
        String name = op + "/" + type + "/" + form.path() + given.path();
        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
            TensorSpec y = TensorSpec.of(type, Shapes.inserted(form.inner(), 0, form.count()));
            TensorRef at = given.shaped(g, form.over(), form.ids());
            g.op(op, y, g.input(type, form.data()), at, g.scalar(form.count()));
        });
    }
}
