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
import java.util.stream.IntStream;

/** Cases of CONCATENATION, PACK, UNPACK, SPLIT and SPLIT_V. */
final class JoinCases {
    private static final int[][] SHAPES = {{6}, {2, 4}, {2, 3, 4}, {1, 4, 2, 6}};

    private static final List<DataType> PACKED =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64);
    private static final List<DataType> UNPACKED =
            List.of(DataType.FLOAT32, DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.BOOL);
    private static final List<DataType> SPLITTABLE = PACKED;

    private JoinCases() {}

    static void addTo(CaseList cases) {
        addConcatenations(cases);
        addRequantizing(cases);
        addPacks(cases);
        addUnpacks(cases);
        addSplits(cases);
        addUnevenSplits(cases);
        draw(cases);
    }

    private static void draw(CaseList cases) {
        cases.drawOpen("CONCATENATION", d -> {
            int[] shape = d.shape(1, 5, 200);
            int axis = d.axis(shape.length);
            int[] extents = d.list(d.in(1, 6), d.coin() ? 0 : 1, 4);
            DataType type = d.of(ShapeCases.MOVED);
            boolean constant = extents.length > 1 && d.in(0, 3) == 0;
            String name = "CONCATENATION/" + type + "/" + Shapes.path(shape) + "/axis" + axis + "/"
                    + Given.list(extents) + (constant ? "/constant" : "");
            cases.exact(name, g -> concatenate(g, ShapeCases.spec(type, shape), axis, constant, extents));
        });
        cases.drawOpen("PACK", d -> {
            int[] shape = d.shape(0, 5, 200);
            int axis = d.axis(shape.length + 1);
            DataType type = d.of(PACKED);
            int count = d.in(1, 6);
            String name = "PACK/" + type + "/" + Shapes.path(shape) + "/axis" + axis + "/of" + count;
            cases.exact(name, g -> pack(g, type, shape, axis, count));
        });
        cases.drawOpen("UNPACK", d -> {
            int[] shape = d.shape(1, 6);
            int axis = d.axis(shape.length);
            DataType type = d.of(UNPACKED);
            String name = "UNPACK/" + type + "/" + Shapes.path(shape) + "/axis" + axis;
            cases.exact(name, g -> unpack(g, type, shape, axis));
        });
        cases.drawOpen("SPLIT", d -> {
            int[] shape = d.shape(1, 5, 200);
            int axis = d.axis(shape.length);
            int at = Math.floorMod(axis, shape.length);
            int count = d.in(1, 5);
            int[] whole = Shapes.with(shape, at, count * d.in(1, 4));
            DataType type = d.of(SPLITTABLE);
            String name = "SPLIT/" + type + "/" + Shapes.path(whole) + "/axis" + axis + "/into" + count;
            cases.exact(name, g -> split(g, type, whole, axis, count));
        });
        cases.drawOpen("SPLIT_V", d -> {
            int[] shape = d.shape(1, 5, 200);
            int axis = d.axis(shape.length);
            int[] sizes = d.list(d.in(1, 5), 0, 4);
            int total = Math.max(1, Arrays.stream(sizes).sum());
            sizes[0] += total - Arrays.stream(sizes).sum();
            int[] whole = Shapes.with(shape, Math.floorMod(axis, shape.length), total);
            int[] given = d.coin() ? Shapes.with(sizes, d.in(0, sizes.length - 1), -1) : sizes;
            splitV(cases, d.of(SPLITTABLE), whole, axis, given);
        });
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
                    int[] extents = IntStream.rangeClosed(1, count).toArray();
                    TensorSpec like = TensorSpec.of(DataType.FLOAT32, shape);
                    cases.exact(name, g -> concatenate(g, like, given, false, extents));
                }
            }
        }
        for (DataType type : ShapeCases.MOVED) {
            for (int axis : new int[] {0, 1, 2, -1}) {
                cases.exact("CONCATENATION/" + type + "/axis" + axis, g -> {
                    concatenate(g, ShapeCases.spec(type, SHAPES[2]), axis, false, 1, 2, 3);
                });
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

    /** Parts that are as {@code like} is but on an axis; the first may be a constant. */
    private static void concatenate(CaseGraph g, TensorSpec like, int axis, boolean constant, int... extents) {
        int[] shape = like.sizes();
        int at = Math.floorMod(axis, shape.length);
        TensorRef[] parts = new TensorRef[extents.length];
        for (int i = 0; i < parts.length; i++) {
            TensorSpec part = ShapeCases.spec(like.type(), Shapes.with(shape, at, extents[i]));
            parts[i] = constant && i == 0 ? g.randomConstant(part) : g.input(part);
        }
        int total = Arrays.stream(extents).sum();
        TensorSpec y = ShapeCases.spec(like.type(), Shapes.with(shape, at, total));
        g.op("CONCATENATION", concatenation(axis), y, parts);
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
                    splitV(cases, DataType.FLOAT32, shape, axis, size);
                }
            }
        }
        for (DataType type : List.of(DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64)) {
            splitV(cases, type, shapes[3], 1, sizes[2]);
        }
    }

    private static void splitV(CaseList cases, DataType type, int[] shape, int axis, int... sizes) {
        String name = "SPLIT_V/" + type + "/" + Shapes.path(shape) + "/axis" + axis + "/" + Given.list(sizes);
        cases.exact(name, g -> {
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
        });
    }
}
