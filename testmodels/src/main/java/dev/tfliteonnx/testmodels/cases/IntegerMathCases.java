package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of FLOOR_DIV, FLOOR_MOD, POW, BITWISE_XOR, RIGHT_SHIFT, BITCAST, ATAN2, ADD_N and FAKE_QUANT. */
final class IntegerMathCases {
    private static final int[][][] PAIRS = {
        {{40}, {40}}, {{2, 3, 4}, {4}}, {{3, 1}, {1, 5}}, {{}, {6}}, {{2, 2, 1, 3}, {2, 1}}
    };

    private IntegerMathCases() {}

    static void addTo(CaseList cases) {
        Values divisor = Values.oneOf(-7, -3, -2, -1, 1, 2, 3, 5, 10, 100);
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32, DataType.INT8, DataType.INT16)) {
            Values any = type == DataType.INT8 ? Values.between(-127, 127) : Values.between(-1000, 1000);
            binary(cases, "FLOOR_DIV", type, any, divisor, Tolerance.EXACT);
            binary(cases, "FLOOR_MOD", type, any, divisor, type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT);
        }
        binary(cases, "FLOOR_MOD", DataType.INT64, Values.between(-1e12, 1e12), divisor, Tolerance.EXACT);
        Values tenths = Values.oneOf(0.1f, 0.2f, 0.3f, 0.6f, 0.7f, -0.3f, -0.6f, 1, 1.1f, 2.2f);
        for (String op : List.of("FLOOR_DIV", "FLOOR_MOD")) {
            cases.add(op + "/FLOAT32/tenths", Tolerance.FLOAT, g -> {
                TensorSpec spec = TensorSpec.of(DataType.FLOAT32, 200);
                g.op(op, Attributes.NONE, spec, g.input(spec, tenths), g.input(spec, tenths));
            });
            cases.exact(op + "/INT32/extremes", g -> {
                TensorSpec spec = TensorSpec.of(DataType.INT32, 60);
                TensorRef a = g.input(spec, Values.between(Integer.MIN_VALUE, Integer.MAX_VALUE));
                g.op(op, Attributes.NONE, spec, a, g.input(spec, Values.oneOf(3, -5, 7, 1 << 24, 1 << 30)));
            });
        }
        binary(cases, "POW", DataType.FLOAT32, Values.between(0, 4), Values.between(-3, 3), Tolerance.FLOAT);
        binary(cases, "POW", DataType.INT32, Values.between(-9, 9), Values.between(0, 6), Tolerance.EXACT);
        for (float exponent : new float[] {2, 0.5f, -1, 3, 0, 1, -2, 1.5f, 4, -0.5f}) {
            cases.add("POW/FLOAT32/exponent" + exponent, Tolerance.FLOAT, g -> {
                TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 5, 6), Values.between(0.01, 5));
                TensorRef e = g.constant(dev.tfliteonnx.ir.Tensor.ofFloats(dev.tfliteonnx.ir.Shape.SCALAR, exponent));
                g.op("POW", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 5, 6), x, e);
            });
        }
        for (DataType type : List.of(DataType.FLOAT32, DataType.FLOAT64)) {
            for (int[] shape : new int[][] {{40}, {}, {2, 3, 4}, {1, 2, 3, 2}, {5, 1}}) {
                for (double range : new double[] {2, 1000, 1e-3}) {
                    cases.add("ATAN2/" + type + "/" + Shapes.path(shape) + "/" + range, Tolerance.FLOAT, g -> {
                        TensorSpec spec = TensorSpec.of(type, shape);
                        TensorRef y = g.input(spec, Values.between(-range, range));
                        g.op("ATAN2", Attributes.NONE, spec, y, g.input(spec, Values.between(-2, 2)));
                    });
                }
            }
        }
        Values axes = Values.oneOf(0, 1, -1, 2, -2);
        for (int n : new int[] {30, 60}) {
            cases.add("ATAN2/FLOAT32/axes" + n, Tolerance.FLOAT, g -> {
                TensorSpec spec = TensorSpec.of(DataType.FLOAT32, n);
                g.op("ATAN2", Attributes.NONE, spec, g.input(spec, axes), g.input(spec, axes));
            });
        }
        addBits(cases);
        addSums(cases);
        addFakeQuant(cases);
    }

    private static void binary(
            CaseList cases, String op, DataType type, Values first, Values second, Tolerance tolerance) {
        for (int[][] pair : PAIRS) {
            cases.add(op + "/" + type + "/" + Shapes.path(pair[0]) + "/" + Shapes.path(pair[1]), tolerance, g -> {
                TensorRef a = g.input(TensorSpec.of(type, pair[0]), first);
                TensorRef b = g.input(TensorSpec.of(type, pair[1]), second);
                g.op(op, Attributes.NONE, TensorSpec.of(type, Shapes.broadcast(pair[0], pair[1])), a, b);
            });
        }
    }

    private static void addBits(CaseList cases) {
        List<DataType> types = List.of(
                DataType.INT8, DataType.UINT8, DataType.INT16, DataType.UINT16, DataType.INT32, DataType.UINT32);
        for (DataType type : types) {
            Values all = Values.between((double) type.min(), (double) type.max());
            binary(cases, "BITWISE_XOR", type, all, all, Tolerance.EXACT);
            double low = type.isUnsignedInteger() ? 0 : -3;
            binary(cases, "RIGHT_SHIFT", type, all, Values.between(low, 40), Tolerance.EXACT);
        }
        List<DataType> all = List.of(
                DataType.INT8,
                DataType.UINT8,
                DataType.INT16,
                DataType.UINT16,
                DataType.INT32,
                DataType.UINT32,
                DataType.INT64,
                DataType.UINT64);
        for (DataType from : all) {
            for (DataType to : all) {
                int ratio = Math.max(from.bits(), to.bits()) / Math.min(from.bits(), to.bits());
                int[] in = from.bits() < to.bits() ? new int[] {2, 3, ratio} : new int[] {2, 3};
                int[] out = from.bits() > to.bits() ? new int[] {2, 3, ratio} : new int[] {2, 3};
                cases.exact("BITCAST/" + from + "/to" + to, g -> {
                    double top = from == DataType.UINT64 ? 1e18 : (double) from.max();
                    TensorRef x = g.input(
                            TensorSpec.of(from, in),
                            Values.between(Math.max(-1e18, (double) from.min()), Math.min(1e18, top)));
                    g.op("BITCAST", TensorSpec.of(to, out), x);
                });
            }
        }
        cases.exact("BITCAST/FLOAT32/constant", g -> {
            TensorRef x = g.constant(g.random().floats(-5, 5, 2, 3));
            TensorRef y = g.op("BITCAST", TensorSpec.of(DataType.INT32, 2, 3), x);
            TensorRef z = g.input(DataType.INT32, 2, 3);
            g.op("ADD", Attributes.NONE, TensorSpec.of(DataType.INT32, 2, 3), y, z);
        });
    }

    private static void addSums(CaseList cases) {
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32)) {
            for (int n : new int[] {2, 3, 5, 9}) {
                for (int[] shape : new int[][] {{3}, {2, 3}, {1, 2, 3, 4}}) {
                    cases.add(
                            "ADD_N/" + type + "/" + n + "/" + Shapes.path(shape),
                            type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT,
                            g -> {
                                TensorRef[] all = new TensorRef[n];
                                for (int i = 0; i < n; i++) {
                                    all[i] = g.input(type, shape);
                                }
                                g.op("ADD_N", Attributes.NONE, TensorSpec.of(type, shape), all);
                            });
                }
            }
        }
    }

    private static void addFakeQuant(CaseList cases) {
        float[][] ranges = {{-1, 1}, {0, 6}, {-0.25f, 0.75f}, {-10, 3}, {0.5f, 2}, {-3, -1}};
        for (float[] range : ranges) {
            for (long bits : new long[] {2, 4, 8, 16}) {
                cases.add("FAKE_QUANT/" + range[0] + "to" + range[1] + "/bits" + bits, Tolerance.FLOAT, g -> {
                    double margin = (range[1] - range[0]) / 4;
                    TensorSpec spec = TensorSpec.of(DataType.FLOAT32, 3, 40);
                    TensorRef x = g.input(spec, Values.between(range[0] - margin, range[1] + margin));
                    Attributes options = Attributes.of(Tfl.MIN, range[0])
                            .with(Tfl.MAX, range[1])
                            .with(Tfl.NUM_BITS, bits)
                            .with(Tfl.NARROW_RANGE, false);
                    g.op("FAKE_QUANT", options, spec, x);
                });
            }
        }
    }
}
