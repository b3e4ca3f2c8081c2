package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of TOPK_V2, UNIQUE, WHERE, BUCKETIZE and CUMSUM. */
final class SortingCases {
    private static final List<DataType> NUMBERS =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);

    private SortingCases() {}

    static void addTo(CaseList cases) {
        addTopK(cases);
        addUnique(cases);
        addWhere(cases);
        addBucketize(cases);
        addCumsum(cases);
    }

    private static void addTopK(CaseList cases) {
        int[][] shapes = {{9}, {3, 5}, {2, 3, 7}, {1, 2, 2, 4}};
        for (int[] shape : shapes) {
            int last = shape[shape.length - 1];
            for (int k : new int[] {1, 3, last}) {
                for (DataType type : NUMBERS) {
                    if (k == 3 || type == DataType.FLOAT32) {
                        topK(cases, type, shape, k, DataType.INT32, ShapeCases.spec(type, shape));
                    }
                }
            }
            topK(cases, DataType.INT8, shape, 2, DataType.INT32, TensorSpec.of(DataType.INT8, shape));
        }
        topK(cases, DataType.FLOAT32, new int[] {3, 40}, 5, DataType.INT16, TensorSpec.of(DataType.FLOAT32, 3, 40));
        cases.exact("TOPK_V2/FLOAT32/ties", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 4, 9), Values.between(0, 3));
            topK(g, TensorSpec.of(DataType.FLOAT32, 4, 9), 6, DataType.INT32, x);
        });
        cases.exact("TOPK_V2/INT32/ties", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.INT32, 4, 9), Values.between(0, 3));
            topK(g, TensorSpec.of(DataType.INT32, 4, 9), 6, DataType.INT32, x);
        });
        cases.exact("TOPK_V2/FLOAT32/dynamicK", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 6);
            TensorRef k = g.input(
                    TensorSpec.of(DataType.INT32), Values.exactly(Tensor.ofIntegers(DataType.INT32, Shape.SCALAR, 4)));
            TensorSpec values = TensorSpec.of(DataType.FLOAT32, 2, 4).signature(2, -1);
            g.add(OpSpec.of("TOPK_V2")
                    .inputs(x, k)
                    .outputs(values, TensorSpec.of(DataType.INT32, 2, 4).signature(2, -1)));
            g.tag("dynamic");
        });
    }

    private static void topK(CaseList cases, DataType type, int[] shape, int k, DataType index, TensorSpec spec) {
        String kind = spec.quantization().isPresent() ? type + "q" : type.toString();
        cases.exact("TOPK_V2/" + kind + "/" + Shapes.path(shape) + "/k" + k + "/" + index, g -> {
            topK(g, spec, k, index, g.input(spec));
        });
    }

    private static void topK(CaseGraph g, TensorSpec spec, int k, DataType index, TensorRef x) {
        int[] shape = spec.sizes();
        shape[shape.length - 1] = k;
        g.add(OpSpec.of("TOPK_V2", Attributes.NONE)
                .inputs(x, g.scalar(k))
                .outputs(TensorSpec.of(spec.type(), shape).quantizedAs(spec), TensorSpec.of(index, shape)));
    }

    private static void addUnique(CaseList cases) {
        for (DataType type : NUMBERS) {
            for (int n : new int[] {1, 7, 40}) {
                for (DataType index : List.of(DataType.INT32, DataType.INT64)) {
                    cases.exact("UNIQUE/" + type + "/" + n + "/" + index, g -> {
                        Values few = type == DataType.FLOAT32 ? Values.oneOf(0, 1, -2.5f, 3, 4) : Values.between(0, 6);
                        TensorRef x = g.input(TensorSpec.of(type, n), few);
                        g.add(OpSpec.of("UNIQUE", Attributes.of(Tfl.IDX_OUT_TYPE, index))
                                .inputs(x)
                                .outputs(TensorSpec.of(type, n).signature(-1), TensorSpec.of(index, n)));
                    });
                }
            }
        }
    }

    private static void addWhere(CaseList cases) {
        List<DataType> types = List.of(
                DataType.BOOL,
                DataType.FLOAT32,
                DataType.INT32,
                DataType.INT64,
                DataType.INT8,
                DataType.UINT8,
                DataType.UINT32);
        for (DataType type : types) {
            for (int[] shape : new int[][] {{8}, {3, 4}, {2, 3, 2}, {1, 2, 3, 2}}) {
                cases.exact("WHERE/" + type + "/" + Shapes.path(shape), g -> {
                    TensorRef x =
                            g.input(TensorSpec.of(type, shape), Values.oneOf(0, 1, 0, type == DataType.BOOL ? 0 : 3));
                    int count = Shapes.count(shape);
                    g.op(
                            "WHERE",
                            TensorSpec.of(DataType.INT64, count, shape.length).signature(-1, shape.length),
                            x);
                });
            }
        }
        cases.exact("WHERE/BOOL/none", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.BOOL, 2, 3), Values.between(0, 0));
            g.op("WHERE", TensorSpec.of(DataType.INT64, 6, 2).signature(-1, 2), x);
        });
    }

    private static void addBucketize(CaseList cases) {
        float[][] boundaries = {{0}, {-1, 0, 1}, {-10, -9.5f, 3, 3, 8, 50}, {1e-3f, 2e-3f}};
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.FLOAT64)) {
            for (float[] steps : boundaries) {
                for (int[] shape : new int[][] {{12}, {2, 3, 4}, {}}) {
                    cases.exact(
                            "BUCKETIZE/" + type + "/" + steps.length + "steps" + steps[0] + "/" + Shapes.path(shape),
                            g -> {
                                Values values = type.isFloat()
                                        ? Values.oneOf(-20, -10, -1, -0.5f, 0, 1, 2.9f, 3, 1e6f)
                                        : Values.between(-12, 12);
                                TensorRef x = g.input(TensorSpec.of(type, shape), values);
                                Attributes options = Attributes.of(Tfl.BOUNDARIES, Floats.of(steps));
                                g.op("BUCKETIZE", options, TensorSpec.of(DataType.INT32, shape), x);
                            });
                }
            }
        }
        cases.exact("BUCKETIZE/FLOAT32/nan", g -> {
            TensorRef x =
                    g.input(TensorSpec.of(DataType.FLOAT32, 6), Values.oneOf(Float.NaN, Float.POSITIVE_INFINITY, -1));
            Attributes options = Attributes.of(Tfl.BOUNDARIES, Floats.of(-2, 0, 5));
            g.op("BUCKETIZE", options, TensorSpec.of(DataType.INT32, 6), x);
        });
    }

    private static void addCumsum(CaseList cases) {
        int[][] shapes = {{7}, {3, 4}, {2, 3, 5}};
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64)) {
            for (int[] shape : shapes) {
                for (int axis = -shape.length; axis < shape.length; axis++) {
                    for (int mode = 0; mode < 4; mode++) {
                        int at = axis;
                        boolean exclusive = mode % 2 == 1;
                        boolean reverse = mode / 2 == 1;
                        String name = "CUMSUM/" + type + "/" + Shapes.path(shape) + "/axis" + axis
                                + (exclusive ? "/exclusive" : "") + (reverse ? "/reverse" : "");
                        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
                            Attributes options =
                                    Attributes.of(Tfl.EXCLUSIVE, exclusive).with(Tfl.REVERSE, reverse);
                            g.op("CUMSUM", options, TensorSpec.of(type, shape), g.input(type, shape), g.scalar(at));
                        });
                    }
                }
            }
        }
    }
}
