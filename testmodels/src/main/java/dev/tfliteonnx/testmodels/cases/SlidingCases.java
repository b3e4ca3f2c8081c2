package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.ReduceWindowFunction;
import dev.tfliteonnx.tfl.Tfl;
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
            boolean isReduced = type != DataType.UINT16 && type != DataType.UINT32; // no kernel reduces those
            for (ReduceWindowFunction f : ReduceWindowFunction.values()) {
                if (isReduced && f != ReduceWindowFunction.UNSUPPORTED) {
                    for (int[][] w : windows) {
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
                cases.exact("DILATE/" + type + "/" + Shapes.path(hole[0]) + "/by" + Shapes.path(hole[1]), g -> {
                    int[] out = hole[0].clone();
                    for (int i = 0; i < out.length; i++) {
                        out[i] = (out[i] - 1) * hole[1][i] + 1;
                    }
                    TensorRef value = g.constant(Tensor.scalar(type, 7));
                    g.op(
                            "DILATE",
                            TensorSpec.of(type, out),
                            g.input(TensorSpec.of(type, hole[0])),
                            g.ints(hole[1]),
                            value);
                });
            }
        }
    }

    private static void window(CaseList cases, DataType type, ReduceWindowFunction f, int[][] w) {
        String name = "REDUCE_WINDOW/" + f + "/" + type + "/" + Shapes.path(w[0]) + "/" + Shapes.path(w[1]) + "/strides"
                + Shapes.path(w[2]);
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
