package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.ReduceWindowFunction;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Cases of REDUCE_WINDOW and DILATE. */
final class SlidingCases {
    private static final List<DataType> TYPES = List.of(
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.UINT16,
            DataType.INT32,
            DataType.UINT32,
            DataType.INT64);

    /** No kernel reduces the others, nor does ONNX Runtime's Java binding take them. */
    private static final List<DataType> REDUCED = TYPES.stream()
            .filter(t -> t != DataType.UINT16 && t != DataType.UINT32)
            .toList();

    private static final List<ReduceWindowFunction> FUNCTIONS = Arrays.stream(ReduceWindowFunction.values())
            .filter(f -> f != ReduceWindowFunction.UNSUPPORTED)
            .toList();

    private SlidingCases() {}

    static void addTo(CaseList cases) {
        int[][][] windows = {
            {{6}, {3}, {1}, {1}},
            {{4, 5}, {2, 3}, {2, 1}, {1, 1}},
            {{3, 7}, {1, 3}, {1, 2}, {1, 1}},
            {{2, 5, 6}, {2, 2, 2}, {1, 1, 1}, {1, 2, 3}},
            {{1, 4, 4, 2}, {1, 2, 2, 1}, {1, 2, 2, 1}, {1, 1, 1, 1}},
            {{6}, {3}, {2}, {1}},
            {{5, 8}, {2, 2}, {2, 3}, {1, 2}}
        };
        for (DataType type : TYPES) {
            for (ReduceWindowFunction f : FUNCTIONS) {
                for (int[][] w : windows) {
                    if (REDUCED.contains(type)) {
                        window(cases, type, f, w);
                    }
                }
            }
            int[][][] holes = {
                {{5}, {2}},
                {{3, 4}, {2, 3}},
                {{3, 4}, {1, 2}},
                {{2, 3, 2}, {3, 1, 2}},
                {{2, 3}, {1, 1}},
                {{1, 1}, {4, 4}}
            };
            for (int[][] hole : holes) {
                dilate(cases, type, hole[0], hole[1]);
            }
        }
        draw(cases);
    }

    private static void draw(CaseList cases) {
        cases.drawOpen("REDUCE_WINDOW", d -> {
            int rank = d.in(1, 5);
            int[][] w = {new int[rank], d.list(rank, 1, 3), d.list(rank, 1, 3), d.list(rank, 1, 2)};
            Arrays.setAll(w[0], i -> (w[1][i] - 1) * w[3][i] + d.in(1, rank < 4 ? 6 : 2));
            window(cases, d.of(REDUCED), d.of(FUNCTIONS), w);
        });
        cases.drawOpen("DILATE", d -> {
            int[] shape = d.shape(1, 6, 60);
            dilate(cases, d.of(REDUCED), shape, d.list(shape.length, 1, shape.length > 3 ? 2 : 4));
        });
    }

    private static void dilate(CaseList cases, DataType type, int[] shape, int... by) {
        cases.exact("DILATE/" + type + "/" + Shapes.path(shape) + "/by" + Shapes.path(by), g -> {
            int[] out = shape.clone();
            Arrays.setAll(out, i -> (out[i] - 1) * by[i] + 1);
            TensorRef value = g.constant(Tensor.scalar(type, 7));
            g.op("DILATE", TensorSpec.of(type, out), g.input(TensorSpec.of(type, shape)), g.ints(by), value);
        });
    }

    private static void window(CaseList cases, DataType type, ReduceWindowFunction f, int[][] w) {
        String name = "REDUCE_WINDOW/" + f + "/" + type + "/" + Shapes.path(w[0]) + "/" + Shapes.path(w[1]) + "/strides"
                + Shapes.path(w[2]) + "/dilations" + Shapes.path(w[3]);
        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
            int[] out = new int[w[0].length];
            for (int i = 0; i < out.length; i++) {
                out[i] = (w[0][i] - (w[1][i] - 1) * w[3][i] - 1) / w[2][i] + 1;
            }
            boolean logical = f == ReduceWindowFunction.ALL || f == ReduceWindowFunction.ANY;
            Values values = logical ? Values.between(0, 1) : Values.between(type.isUnsignedInteger() ? 0 : -3, 3);
            TensorRef x = g.input(TensorSpec.of(type, w[0]), values);
            TensorRef start = g.constant(Tensor.scalar(type, f == ReduceWindowFunction.ANY ? 0 : 1));
            Attributes options = Attributes.of(Tfl.REDUCE_FUNCTION, f);
            g.op(
                    "REDUCE_WINDOW",
                    options,
                    TensorSpec.of(type, out),
                    x,
                    start,
                    g.longs(w[1]),
                    g.longs(w[2]),
                    g.longs(w[3]));
        });
    }
}
