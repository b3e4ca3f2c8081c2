package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Cases of FLOOR_DIV, FLOOR_MOD, POW, BITWISE_XOR, RIGHT_SHIFT, BITCAST, ATAN2, ADD_N and FAKE_QUANT. */
final class IntegerMathCases {
    private static final int[][][] PAIRS = {
        {{40}, {40}}, {{2, 3, 4}, {4}}, {{3, 1}, {1, 5}}, {{}, {6}}, {{2, 2, 1, 3}, {2, 1}}
    };

    private IntegerMathCases() {}

    static void addTo(CaseList cases) {
        addDivisions(cases);
        Values powers = Values.between(0, 4);
        binary(
                cases,
                "POW",
                List.of(
                        new Kind(DataType.FLOAT32, powers, Values.between(-3, 3), Tolerance.FLOAT),
                        new Kind(DataType.INT32, Values.between(-9, 9), Values.between(0, 6), Tolerance.EXACT)));
        for (float exponent : new float[] {2, 0.5f, -1, 3, 0, 1, -2, 1.5f, 4, -0.5f}) {
            cases.add("POW/FLOAT32/exponent" + exponent, Tolerance.FLOAT, g -> {
                TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 5, 6), Values.between(0.01, 5));
                TensorRef e = g.constant(Tensor.ofFloats(Shape.SCALAR, exponent));
                g.op("POW", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 5, 6), x, e);
            });
        }
        addAngles(cases);
        addBits(cases);
        addBitcasts(cases);
        addSums(cases);
        addFakeQuant(cases);
    }

    /** An operator's operands of a type, and how its results are compared. */
    private record Kind(DataType type, Values first, Values second, Tolerance tolerance) {}

    private static void addDivisions(CaseList cases) {
        Values divisor = Values.oneOf(-7, -3, -2, -1, 1, 2, 3, 5, 10, 100);
        List<Kind> kinds = new ArrayList<>();
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32, DataType.INT8, DataType.INT16)) {
            Values any = type == DataType.INT8 ? Values.between(-127, 127) : Values.between(-1000, 1000);
            kinds.add(new Kind(type, any, divisor, Tolerance.EXACT));
        }
        binary(cases, "FLOOR_DIV", kinds);
        kinds.add(new Kind(DataType.INT64, Values.between(-1e12, 1e12), divisor, Tolerance.EXACT));
        kinds.set(0, new Kind(DataType.FLOAT32, kinds.get(0).first(), divisor, Tolerance.FLOAT));
        binary(cases, "FLOOR_MOD", kinds);
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
    }

    private static void addAngles(CaseList cases) {
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
        cases.draw("ATAN2", d -> {
            DataType type = d.of(DataType.FLOAT32, DataType.FLOAT64);
            DrawnTensor x = d.tensor(0, 6);
            cases.add("ATAN2/" + type + "/" + x.path(), Tolerance.FLOAT, g -> {
                Values values = Values.between(x.low(), x.high());
                g.op(
                        "ATAN2",
                        Attributes.NONE,
                        x.spec(type),
                        g.input(x.spec(type), values),
                        g.input(x.spec(type), values));
            });
        });
    }

    private static void binary(CaseList cases, String op, List<Kind> kinds) {
        for (Kind kind : kinds) {
            for (int[][] pair : PAIRS) {
                binary(cases, op, kind, pair);
            }
        }
        List<Kind> fed = kinds.stream()
                .filter(k -> k.type() != DataType.UINT16 && k.type() != DataType.UINT32)
                .toList(); // ONNX Runtime's Java binding takes no others
        cases.drawOpen(op, d -> {
            int[] shape = d.shape(0, 4); // the kernels broadcast up to rank 4
            binary(cases, op, d.of(fed), d.broadcastable(shape), d.broadcastable(shape));
        });
    }

    private static void binary(CaseList cases, String op, Kind kind, int[]... pair) {
        String name = op + "/" + kind.type() + "/" + Shapes.path(pair[0]) + "/" + Shapes.path(pair[1]);
        cases.add(name, kind.tolerance(), g -> {
            TensorRef a = g.input(TensorSpec.of(kind.type(), pair[0]), kind.first());
            TensorRef b = g.input(TensorSpec.of(kind.type(), pair[1]), kind.second());
            g.op(op, Attributes.NONE, TensorSpec.of(kind.type(), Shapes.broadcast(pair[0], pair[1])), a, b);
        });
    }

    private static void addBits(CaseList cases) {
        List<DataType> types = List.of(
                DataType.INT8, DataType.UINT8, DataType.INT16, DataType.UINT16, DataType.INT32, DataType.UINT32);
        List<Kind> xors = new ArrayList<>();
        List<Kind> shifts = new ArrayList<>();
        for (DataType type : types) {
            Values all = Values.between((double) type.min(), (double) type.max());
            xors.add(new Kind(type, all, all, Tolerance.EXACT));
            Values places = Values.between(type.isUnsignedInteger() ? 0 : -3, 40);
            shifts.add(new Kind(type, all, places, Tolerance.EXACT));
        }
        binary(cases, "BITWISE_XOR", xors);
        binary(cases, "RIGHT_SHIFT", shifts);
    }

    private static void addBitcasts(CaseList cases) {
        List<DataType> all = List.of(
                DataType.INT8,
                DataType.UINT8,
                DataType.INT16,
                DataType.INT32,
                DataType.INT64,
                DataType.UINT16,
                DataType.UINT32,
                DataType.UINT64);
        for (DataType from : all) {
            for (DataType to : all) {
                bitcast(cases, from, to, 2, 3);
            }
        }
        List<DataType> fed = all.subList(0, 5);
        cases.drawOpen("BITCAST", d -> bitcast(cases, d.of(fed), d.of(all), d.shape(0, 5)));
        cases.exact("BITCAST/FLOAT32/constant", g -> {
            TensorRef x = g.constant(g.random().floats(-5, 5, 2, 3));
            TensorRef y = g.op("BITCAST", TensorSpec.of(DataType.INT32, 2, 3), x);
            TensorRef z = g.input(DataType.INT32, 2, 3);
            g.op("ADD", Attributes.NONE, TensorSpec.of(DataType.INT32, 2, 3), y, z);
        });
    }

    /** The narrower type has one more axis, along which the parts of one of the wider type lie. */
    private static void bitcast(CaseList cases, DataType from, DataType to, int... shape) {
        int ratio = Math.max(from.bits(), to.bits()) / Math.min(from.bits(), to.bits());
        int[] parts = Shapes.inserted(shape, shape.length, ratio);
        cases.exact("BITCAST/" + from + "/to" + to + "/" + Shapes.path(shape), g -> {
            double top = from == DataType.UINT64 ? 1e18 : (double) from.max();
            Values values = Values.between(Math.max(-1e18, (double) from.min()), Math.min(1e18, top));
            TensorRef x = g.input(TensorSpec.of(from, from.bits() < to.bits() ? parts : shape), values);
            g.op("BITCAST", TensorSpec.of(to, from.bits() > to.bits() ? parts : shape), x);
        });
    }

    private static void addSums(CaseList cases) {
        for (DataType type : List.of(DataType.FLOAT32, DataType.INT32)) {
            for (int n : new int[] {2, 3, 5, 9}) {
                for (int[] shape : new int[][] {{3}, {2, 3}, {1, 2, 3, 4}}) {
                    sum(cases, type, n, new DrawnTensor(shape, shape, -1, 1));
                }
            }
        }
        cases.draw("ADD_N", d -> sum(cases, d.of(DataType.FLOAT32, DataType.INT32), d.in(2, 9), d.tensor(0, 6)));
    }

    private static void sum(CaseList cases, DataType type, int n, DrawnTensor x) {
        Tolerance tolerance = type.isFloat() ? Tolerance.FLOAT : Tolerance.EXACT;
        cases.add("ADD_N/" + type + "/" + n + "/" + x.shapePath(), tolerance, g -> {
            TensorRef[] all =
                    Stream.generate(() -> g.input(x.spec(type))).limit(n).toArray(TensorRef[]::new);
            g.op("ADD_N", Attributes.NONE, x.spec(type), all);
        });
    }

    private static void addFakeQuant(CaseList cases) {
        float[][] ranges = {{-1, 1}, {0, 6}, {-0.25f, 0.75f}, {-10, 3}, {0.5f, 2}, {-3, -1}};
        for (float[] range : ranges) {
            for (long bits : new long[] {2, 4, 8, 16}) {
                fakeQuant(cases, range[0], range[1], bits, 3, 40);
            }
        }
        cases.drawOpen("FAKE_QUANT", d -> {
            float low = (float) d.real(-9, 1);
            fakeQuant(cases, low, low + (float) d.real(0.1, 9), d.in(2, 16), d.shape(0, 6));
        });
    }

    private static void fakeQuant(CaseList cases, float low, float high, long bits, int... shape) {
        String name = "FAKE_QUANT/" + low + "to" + high + "/bits" + bits + "/" + Shapes.path(shape);
        cases.add(name, Tolerance.FLOAT, g -> {
            double margin = (high - low) / 4;
            TensorSpec spec = TensorSpec.of(DataType.FLOAT32, shape);
            TensorRef x = g.input(spec, Values.between(low - margin, high + margin));
            Attributes options = Attributes.of(Tfl.MIN, low)
                    .with(Tfl.MAX, high)
                    .with(Tfl.NUM_BITS, bits)
                    .with(Tfl.NARROW_RANGE, false);
            g.op("FAKE_QUANT", options, spec, x);
        });
    }
}
