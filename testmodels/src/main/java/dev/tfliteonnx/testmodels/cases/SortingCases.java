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
import java.util.Arrays;
import java.util.List;

/** Cases of TOPK_V2, UNIQUE, WHERE, BUCKETIZE and CUMSUM. */
final class SortingCases {
    private static final List<DataType> NUMBERS =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);

    private static final List<DataType> CONDITIONS =
            List.of(DataType.BOOL, DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.INT8, DataType.UINT8);
    private static final List<DataType> BUCKETED =
            List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64, DataType.FLOAT64);
    private static final List<DataType> SUMMED = List.of(DataType.FLOAT32, DataType.INT32, DataType.INT64);

    private SortingCases() {}

    static void addTo(CaseList cases) {
        addTopK(cases);
        addUnique(cases);
        addWhere(cases);
        addBucketize(cases);
        addCumsum(cases);
        draw(cases);
    }

    private static void draw(CaseList cases) {
        cases.drawOpen("TOPK_V2", d -> {
            int[] shape = d.shape(1, 5);
            DataType type = d.of(NUMBERS);
            TensorSpec spec = d.coin() ? ShapeCases.spec(type, shape) : TensorSpec.of(type, shape);
            DataType index = d.of(DataType.INT32, DataType.INT16);
            topK(cases, spec, d.in(1, shape[shape.length - 1]), index, d.of(Given.ALL32));
        });
        cases.drawOpen("UNIQUE", d -> {
            unique(cases, d.of(NUMBERS), d.in(1, 60), d.in(1, 40), d.of(DataType.INT32, DataType.INT64));
        });
        cases.drawOpen("WHERE", d -> where(cases, d.of(CONDITIONS), d.shape(1, 5)));
        cases.drawOpen("BUCKETIZE", d -> {
            float[] steps = new float[d.in(1, 8)];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = (float) d.real(-12, 12);
            }
            Arrays.sort(steps);
            bucketize(cases, d.of(BUCKETED), steps, d.shapeOrEmpty(0, 5));
        });
        cases.drawOpen("CUMSUM", d -> {
            int[] shape = d.shapeOrEmpty(1, 5);
            cumsum(cases, d.of(SUMMED), shape, d.axis(shape.length), d.in(0, 3));
        });
    }

    private static void addTopK(CaseList cases) {
        int[][] shapes = {{9}, {3, 5}, {2, 3, 7}, {1, 2, 2, 4}};
        for (int[] shape : shapes) {
            int last = shape[shape.length - 1];
            for (int k : new int[] {1, 3, last}) {
                for (DataType type : NUMBERS) {
                    if (k == 3 || type == DataType.FLOAT32) {
                        topK(cases, ShapeCases.spec(type, shape), k, DataType.INT32, Given.CONSTANT);
                    }
                }
            }
            topK(cases, TensorSpec.of(DataType.INT8, shape), 2, DataType.INT32, Given.CONSTANT);
        }
        topK(cases, TensorSpec.of(DataType.FLOAT32, 3, 40), 5, DataType.INT16, Given.CONSTANT);
        cases.exact("TOPK_V2/FLOAT32/ties", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 4, 9), Values.between(0, 3));
            topK(g, x, 6, DataType.INT32, Given.CONSTANT);
        });
        cases.exact("TOPK_V2/INT32/ties", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.INT32, 4, 9), Values.between(0, 3));
            topK(g, x, 6, DataType.INT32, Given.CONSTANT);
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

    private static void topK(CaseList cases, TensorSpec spec, int k, DataType index, Given given) {
        String kind = spec.type() + (spec.quantization().isPresent() ? "q/" : "/") + Shapes.path(spec.sizes());
        cases.exact("TOPK_V2/" + kind + "/k" + k + "/" + index + given.path(), g -> {
            topK(g, g.input(spec), k, index, given);
        });
    }

    private static void topK(CaseGraph g, TensorRef x, int k, DataType index, Given given) {
        TensorSpec spec = x.spec();
        int[] shape = Shapes.with(spec.sizes(), spec.sizes().length - 1, k);
        g.add(OpSpec.of("TOPK_V2", Attributes.NONE)
                .inputs(x, given.scalar(g, k))
                .outputs(
                        given.result(TensorSpec.of(spec.type(), shape).quantizedAs(spec)),
                        given.result(TensorSpec.of(index, shape))));
    }

    private static void addUnique(CaseList cases) {
        for (DataType type : NUMBERS) {
            for (int n : new int[] {1, 7, 40}) {
                for (DataType index : List.of(DataType.INT32, DataType.INT64)) {
                    unique(cases, type, n, 6, index);
                }
            }
        }
    }

    /** So many elements, of which about {@code few} differ. */
    private static void unique(CaseList cases, DataType type, int n, int few, DataType index) {
        cases.exact("UNIQUE/" + type + "/" + n + "of" + few + "/" + index, g -> {
            float[] pool = new float[few];
            for (int i = 0; i < few; i++) {
                pool[i] = type == DataType.FLOAT32 ? i * 1.25f - 2.5f : i * 3;
            }
            TensorRef x = g.input(TensorSpec.of(type, n), Values.oneOf(pool));
            g.add(OpSpec.of("UNIQUE", Attributes.of(Tfl.IDX_OUT_TYPE, index))
                    .inputs(x)
                    .outputs(TensorSpec.of(type, n).signature(-1), TensorSpec.of(index, n)));
        });
    }

    private static void addWhere(CaseList cases) {
        for (DataType type : CONDITIONS) {
            for (int[] shape : new int[][] {{8}, {3, 4}, {2, 3, 2}, {1, 2, 3, 2}}) {
                where(cases, type, shape);
            }
        }
        for (int[] shape : new int[][] {{8}, {3, 4}}) {
            where(cases, DataType.UINT32, shape);
        }
        cases.exact("WHERE/BOOL/none", g -> {
            TensorRef x = g.input(TensorSpec.of(DataType.BOOL, 2, 3), Values.between(0, 0));
            g.op("WHERE", TensorSpec.of(DataType.INT64, 6, 2).signature(-1, 2), x);
        });
    }

    private static void where(CaseList cases, DataType type, int... shape) {
        cases.exact("WHERE/" + type + "/" + Shapes.path(shape), g -> {
            TensorRef x = g.input(TensorSpec.of(type, shape), Values.oneOf(0, 1, 0, type == DataType.BOOL ? 0 : 3));
            TensorSpec places = TensorSpec.of(DataType.INT64, Shapes.count(shape), shape.length);
            g.op("WHERE", places.signature(-1, shape.length), x);
        });
    }

    private static void addBucketize(CaseList cases) {
        float[][] boundaries = {{0}, {-1, 0, 1}, {-10, -9.5f, 3, 3, 8, 50}, {1e-3f, 2e-3f}};
        for (DataType type : BUCKETED) {
            for (float[] steps : boundaries) {
                for (int[] shape : new int[][] {{12}, {2, 3, 4}, {}}) {
                    bucketize(cases, type, steps, shape);
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

    private static void bucketize(CaseList cases, DataType type, float[] steps, int... shape) {
        String path = Arrays.toString(steps).replace(" ", "") + "/" + Shapes.path(shape);
        cases.exact("BUCKETIZE/" + type + "/" + path, g -> {
            float[] near = Arrays.copyOf(steps, steps.length + 6);
            System.arraycopy(new float[] {-20, -1, -0.5f, 0, 2.9f, 1e6f}, 0, near, steps.length, 6);
            Values values = type.isFloat() ? Values.oneOf(near) : Values.between(-12, 12);
            TensorRef x = g.input(TensorSpec.of(type, shape), values);
            Attributes options = Attributes.of(Tfl.BOUNDARIES, Floats.of(steps));
            g.op("BUCKETIZE", options, TensorSpec.of(DataType.INT32, shape), x);
        });
    }

    private static void addCumsum(CaseList cases) {
        int[][] shapes = {{7}, {3, 4}, {2, 3, 5}};
        for (DataType type : SUMMED) {
            for (int[] shape : shapes) {
                for (int axis = -shape.length; axis < shape.length; axis++) {
                    for (int mode = 0; mode < 4; mode++) {
                        cumsum(cases, type, shape, axis, mode);
                    }
                }
            }
        }
    }

    /** Modes 1 and 3 are exclusive, 2 and 3 reversed. */
    private static void cumsum(CaseList cases, DataType type, int[] shape, int axis, int mode) {
        boolean exclusive = mode % 2 == 1;
        boolean reverse = mode / 2 == 1;
        String name = "CUMSUM/" + type + "/" + Shapes.path(shape) + "/axis" + axis + (exclusive ? "/exclusive" : "")
                + (reverse ? "/reverse" : "");
        cases.add(name, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT, g -> {
            Attributes options = Attributes.of(Tfl.EXCLUSIVE, exclusive).with(Tfl.REVERSE, reverse);
            g.op("CUMSUM", options, TensorSpec.of(type, shape), g.input(type, shape), g.scalar(axis));
        });
    }
}
