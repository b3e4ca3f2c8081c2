package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;

/** Cases of CONCATENATION, PACK, UNPACK, SPLIT and SPLIT_V. */
final class JoinCases {
    private static final int[][] SHAPES = {{6}, {2, 4}, {2, 3, 4}, {1, 4, 2, 6}};

    private JoinCases() {}

    static void addTo(CaseList cases) {
        addConcatenations(cases);
        addRequantizing(cases);
        addPacks(cases);
        addUnpacks(cases);
        addSplits(cases);
        addUnevenSplits(cases);
    }

    private static Attributes axis(int axis) {
        return Attributes.of(Tfl.AXIS, (long) axis);
    }

    private static Attributes concatenation(int axis) {
        return axis(axis).with(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
    }

    private static void addConcatenations(CaseList cases) {
        for (int[] shape : SHAPES) {
            for (int axis = -shape.length; axis < shape.length; axis++) {
                int given = axis;
                for (int count : new int[] {1, 2, 3}) {
                    if (axis < 0 && count == 3) {
                        continue;
                    }
                    String name = "CONCATENATION/" + Shapes.path(shape) + "/axis" + axis + "/of" + count;
                    cases.exact(name, g -> concatenate(g, DataType.FLOAT32, shape, given, count));
                }
            }
        }
        for (DataType type : ShapeCases.MOVED) {
            for (int axis : new int[] {0, 1, 2, -1}) {
                cases.exact("CONCATENATION/" + type + "/axis" + axis, g -> concatenate(g, type, SHAPES[2], axis, 3));
            }
        }
        cases.exact("CONCATENATION/constant", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 3);
            TensorRef c = g.constant(g.random().floats(-1, 1, 2, 2));
            g.op("CONCATENATION", concatenation(1), TensorSpec.of(DataType.FLOAT32, 2, 7), c, x, c);
        });
        cases.exact("CONCATENATION/twice", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 3);
            g.op("CONCATENATION", concatenation(0), TensorSpec.of(DataType.FLOAT32, 4, 3), x, x);
        });
        cases.exact("CONCATENATION/empty", g -> {
            TensorRef x = g.input(DataType.FLOAT32, 2, 3);
            TensorRef none = g.input(DataType.FLOAT32, 2, 0);
            g.op("CONCATENATION", concatenation(1), TensorSpec.of(DataType.FLOAT32, 2, 3), x, none);
        });
        cases.exact("CONCATENATION/dynamic", g -> {
            TensorRef a = g.input(TensorSpec.of(DataType.FLOAT32, 1, 3).signature(-1, 3));
            TensorRef b = g.input(TensorSpec.of(DataType.FLOAT32, 1, 2).signature(-1, 2));
            g.op(
                    "CONCATENATION",
                    concatenation(-1),
                    TensorSpec.of(DataType.FLOAT32, 1, 5).signature(-1, 5),
                    a,
                    b);
            g.tag("dynamic");
        });
    }

    private static void concatenate(CaseGraph g, DataType type, int[] shape, int given, int count) {
        int at = Math.floorMod(given, shape.length);
        TensorRef[] parts = new TensorRef[count];
        int total = 0;
        for (int i = 0; i < count; i++) {
            parts[i] = g.input(ShapeCases.spec(type, Shapes.with(shape, at, i + 1)));
            total += i + 1;
        }
        g.op("CONCATENATION", concatenation(given), ShapeCases.spec(type, Shapes.with(shape, at, total)), parts);
    }

    /** Only uint8 parts may have parameters of their own. */
    private static void addRequantizing(CaseList cases) {
        for (int axis : new int[] {0, 1, 2}) {
            cases.add("CONCATENATION/uint8/requantized/axis" + axis, Tolerance.QUANTIZED, g -> {
                TensorRef a = g.input(Numeric.UINT8, -1, 1, 2, 3, 4);
                TensorRef b = g.input(Numeric.UINT8, -2, 3, 2, 3, 4);
                TensorRef c = g.input(Numeric.UINT8, 0, 4, 2, 3, 4);
                int[] out = {2, 3, 4};
                out[axis] *= 3;
                g.op("CONCATENATION", concatenation(axis), Numeric.UINT8.spec(-2, 4, out), a, b, c);
            });
        }
    }

    private static void addPacks(CaseList cases) {
        int[][] shapes = {{}, {5}, {2, 3}, {2, 3, 4}};
        for (int[] shape : shapes) {
            for (int axis = -shape.length - 1; axis <= shape.length; axis++) {
                int given = axis;
                for (int count : new int[] {1, 3}) {
                    String name = "PACK/" + Shapes.path(shape) + "/axis" + axis + "/of" + count;
                    cases.exact(name, g -> pack(g, DataType.FLOAT32, shape, given, count));
                }
            }
        }
        for (DataType type : List.of(
                DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64, DataType.UINT32)) {
            for (int axis : new int[] {0, 1, -1}) {
                cases.exact("PACK/" + type + "/axis" + axis, g -> pack(g, type, shapes[2], axis, 2));
            }
        }
    }

    private static void pack(CaseGraph g, DataType type, int[] shape, int given, int count) {
        int at = Math.floorMod(given, shape.length + 1);
        TensorRef[] parts = new TensorRef[count];
        for (int i = 0; i < count; i++) {
            parts[i] = g.input(ShapeCases.spec(type, shape));
        }
        Attributes options = axis(given).with(Tfl.VALUES_COUNT, (long) count);
        g.op("PACK", options, ShapeCases.spec(type, Shapes.inserted(shape, at, count)), parts);
    }

    private static void addUnpacks(CaseList cases) {
        int[][] shapes = {{3}, {2, 3}, {2, 3, 4}, {1, 2, 3, 2}};
        for (int[] shape : shapes) {
            for (int axis = -shape.length; axis < shape.length; axis++) {
                int given = axis;
                cases.exact("UNPACK/" + Shapes.path(shape) + "/axis" + axis, g -> {
                    unpack(g, DataType.FLOAT32, shape, given);
                });
            }
        }
        for (DataType type : List.of(DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.BOOL)) {
            for (int axis : new int[] {0, 1, -1}) {
                cases.exact("UNPACK/" + type + "/axis" + axis, g -> unpack(g, type, shapes[2], axis));
            }
        }
    }

    private static void unpack(CaseGraph g, DataType type, int[] shape, int given) {
        int at = Math.floorMod(given, shape.length);
        TensorRef x = g.input(ShapeCases.spec(type, shape));
        TensorSpec[] parts = new TensorSpec[shape[at]];
        Arrays.fill(parts, ShapeCases.spec(type, Shapes.without(shape, at)));
        Attributes options = axis(given).with(Tfl.NUM, (long) parts.length);
        g.add(OpSpec.of("UNPACK", options).inputs(x).outputs(parts));
    }

    private static void addSplits(CaseList cases) {
        for (int[] shape : SHAPES) {
            for (int axis = -shape.length; axis < shape.length; axis++) {
                int extent = shape[Math.floorMod(axis, shape.length)];
                int given = axis;
                for (int count = 1; count <= extent; count++) {
                    int parts = count;
                    if (extent % count == 0 && (axis >= 0 || count == extent)) {
                        cases.exact("SPLIT/" + Shapes.path(shape) + "/axis" + axis + "/into" + count, g -> {
                            split(g, DataType.FLOAT32, shape, given, parts);
                        });
                    }
                }
            }
        }
        for (DataType type : List.of(DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32)) {
            for (int axis : new int[] {0, 2, -1}) {
                cases.exact("SPLIT/" + type + "/axis" + axis, g -> split(g, type, SHAPES[2], axis, 2));
            }
        }
    }

    private static void split(CaseGraph g, DataType type, int[] shape, int axis, int count) {
        int at = Math.floorMod(axis, shape.length);
        TensorRef x = g.input(ShapeCases.spec(type, shape));
        TensorSpec[] parts = new TensorSpec[count];
        Arrays.fill(parts, ShapeCases.spec(type, Shapes.with(shape, at, shape[at] / count)));
        Attributes options = Attributes.of(Tfl.NUM_SPLITS, (long) count);
        g.add(OpSpec.of("SPLIT", options).inputs(g.scalar(axis), x).outputs(parts));
    }

    private static void addUnevenSplits(CaseList cases) {
        int[][] sizes = {{6}, {1, 5}, {2, 3, 1}, {4, -1}, {-1, 2, 2}, {1, -1, 1}, {6, 0}, {3, 3, -1}};
        int[][] shapes = {{6}, {6, 2}, {2, 6}, {2, 6, 3}, {1, 2, 2, 6}};
        for (int[] shape : shapes) {
            int at = Arrays.stream(shape).boxed().toList().indexOf(6);
            for (int[] size : sizes) {
                for (int axis : new int[] {at, at - shape.length}) {
                    String name = "SPLIT_V/" + Shapes.path(shape) + "/axis" + axis + "/"
                            + Arrays.toString(size).replace(" ", "");
                    cases.exact(name, g -> splitV(g, DataType.FLOAT32, shape, axis, size));
                }
            }
        }
        for (DataType type : List.of(DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64)) {
            cases.exact("SPLIT_V/" + type, g -> splitV(g, type, shapes[3], 1, sizes[2]));
        }
    }

    private static void splitV(CaseGraph g, DataType type, int[] shape, int axis, int[] sizes) {
        int at = Math.floorMod(axis, shape.length);
        int known = Arrays.stream(sizes).filter(s -> s >= 0).sum();
        TensorRef x = g.input(ShapeCases.spec(type, shape));
        TensorSpec[] parts = Arrays.stream(sizes)
                .mapToObj(s -> ShapeCases.spec(type, Shapes.with(shape, at, s < 0 ? shape[at] - known : s)))
                .toArray(TensorSpec[]::new);
        Attributes options = Attributes.of(Tfl.NUM_SPLITS, (long) sizes.length);
        g.add(OpSpec.of("SPLIT_V", options)
                .inputs(x, g.ints(sizes), g.scalar(axis))
                .outputs(parts));
    }
}
