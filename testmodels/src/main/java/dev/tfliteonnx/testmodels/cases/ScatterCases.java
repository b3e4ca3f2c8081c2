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
    private ScatterCases() {}

    static void addTo(CaseList cases) {
        addSparseToDense(cases);
        addScatterNd(cases);
        addSegments(cases);
        for (String op : List.of("SUM", "PROD", "MAX", "MIN")) {
            addUnsorted(cases, "UNSORTED_SEGMENT_" + op);
        }
    }

    private static void addSparseToDense(CaseList cases) {
        List<DataType> types = List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8);
        for (DataType type : types) {
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
        boolean again = at.length == 6 && at[4] == at[0] && at[5] == at[1];
        String name = "SPARSE_TO_DENSE/" + type + "/" + index + "/" + Shapes.path(shape) + "/" + modes[mode]
                + (again ? "/again" : "");
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
        List<DataType> types =
                List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8, DataType.BOOL);
        for (DataType type : types) {
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
                        String name = "SEGMENT_SUM/" + type + "/"
                                + Arrays.toString(id).replace(" ", "") + "/" + Shapes.path(inner)
                                + (constant ? "" : "/computed");
                        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
                            int[] shape = Shapes.inserted(inner, 0, id.length);
                            int[] out = Shapes.inserted(inner, 0, id[id.length - 1] + 1);
                            TensorSpec y = TensorSpec.of(type, out);
                            int[] open = out.clone();
                            open[0] = -1;
                            TensorRef at = constant ? g.ints(id) : g.dynamicInts(id);
                            g.op("SEGMENT_SUM", constant ? y : y.signature(open), g.input(type, shape), at);
                        });
                    }
                }
            }
        }
    }

    private static void addUnsorted(CaseList cases, String op) {
        int[][] ids = {{2, 0, 1, 0, 2, 4}, {0, 1, 2, 3, 4, 5}, {-1, 3, 3, -1, 0, 5}, {1, 1, 1, 1, 1, 1}};
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32)) {
            for (int[] id : ids) {
                for (int[] inner : new int[][] {{}, {3}, {2, 2}}) {
                    for (boolean constant : new boolean[] {true, false}) {
                        String name =
                                op + "/" + type + "/" + Arrays.toString(id).replace(" ", "") + "/" + Shapes.path(inner)
                                        + (constant ? "" : "/computed");
                        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
                            int[] shape = Shapes.inserted(inner, 0, id.length);
                            TensorSpec y = TensorSpec.of(type, Shapes.inserted(inner, 0, 7));
                            TensorRef at = constant ? g.ints(id) : g.dynamicInts(id);
                            g.op(op, y, g.input(type, shape), at, g.scalar(7));
                        });
                    }
                }
            }
        }
    }
}
