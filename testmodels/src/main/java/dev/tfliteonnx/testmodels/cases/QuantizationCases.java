package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of QUANTIZE, DEQUANTIZE and CAST. */
final class QuantizationCases {
    private static final double[][] RANGES = {{-1, 1}, {0, 6}, {-128, 127}, {-0.25, 0.75}};

    /** Those that ONNX Runtime's Java binding does not take as inputs come last. */
    private static final List<DataType> CAST = List.of(
            DataType.FLOAT32,
            DataType.FLOAT64,
            DataType.FLOAT16,
            DataType.INT8,
            DataType.UINT8,
            DataType.INT16,
            DataType.INT32,
            DataType.INT64,
            DataType.BOOL,
            DataType.UINT16,
            DataType.UINT32);

    private QuantizationCases() {}

    static void addTo(CaseList cases) {
        addQuantize(cases);
        addRequantize(cases);
        addDequantize(cases);
        addCasts(cases);
        addDrawn(cases);
    }

    private static void addDrawn(CaseList cases) {
        cases.draw("QUANTIZE", d -> {
            DrawnTensor x = d.tensor(0, 5);
            switch (d.in(0, 2)) {
                case 0 -> quantize(cases, x, d.of(Numeric.QUANTIZED));
                case 1 -> quantizeAxis(cases, d.of(Numeric.QUANTIZED), d.shape(1, 5), d);
                default -> requantize(cases, x, d);
            }
        });
        cases.draw("DEQUANTIZE", d -> {
            DrawnTensor x = d.tensor(0, 6);
            if (d.coin()) {
                Numeric kind = d.of(Numeric.QUANTIZED);
                cases.add("DEQUANTIZE/" + kind.path() + "/" + x.path(), Tolerance.FLOAT, g -> {
                    g.op("DEQUANTIZE", x.spec(DataType.FLOAT32), g.input(x.spec(kind)));
                });
            } else {
                int[] shape = d.shape(1, 6);
                dequantizeAxis(cases, d.of(DataType.INT8, DataType.INT4), d.in(0, shape.length - 1), shape);
            }
        });
        cases.draw("CAST", d -> {
            DataType from = d.of(CAST.subList(0, 9));
            DataType to = d.of(CAST);
            DrawnTensor x = d.tensor(0, 6);
            cases.exact("CAST/" + from + "/to" + to + "/" + x.shapePath(), g -> {
                Attributes options = Attributes.of(Tfl.IN_DATA_TYPE, from).with(Tfl.OUT_DATA_TYPE, to);
                g.op("CAST", options, x.spec(to), g.input(x.spec(from), safe(from, to)));
            });
        });
    }

    private static void quantize(CaseList cases, DrawnTensor x, Numeric to) {
        cases.add("QUANTIZE/float32/to" + to + "/" + x.path(), Tolerance.QUANTIZED, g -> {
            Values values = Values.between(1.2 * x.low(), 1.2 * x.high());
            g.op("QUANTIZE", x.spec(to), g.input(x.spec(DataType.FLOAT32), values));
        });
    }

    private static void quantizeAxis(CaseList cases, Numeric to, int[] shape, Draw d) {
        int axis = d.in(0, shape.length - 1);
        double reach = d.real(0.1, 9);
        String name = "QUANTIZE/float32/to" + to + "/" + Shapes.path(shape) + "/reach" + reach + "/axis" + axis;
        cases.add(name, Tolerance.QUANTIZED, g -> {
            QuantParams quant = perAxis(g, shape[axis], axis, reach / to.type().max());
            TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, shape), Values.between(-reach, reach));
            g.op("QUANTIZE", TensorSpec.of(to.type(), shape).quantized(quant), x);
        });
    }

    /** Scales around one that is given. */
    private static QuantParams perAxis(CaseGraph g, int count, int axis, double scale) {
        float[] scales = new float[count];
        for (int i = 0; i < count; i++) {
            scales[i] = (float) (scale * g.random().next(0.5, 2.0));
        }
        return QuantParams.perAxis(scales, new long[count], axis);
    }

    private static void requantize(CaseList cases, DrawnTensor x, Draw d) {
        Numeric from = d.of(Numeric.QUANTIZED);
        Numeric to = from == Numeric.INT16 ? d.of(Numeric.INT8, Numeric.INT16) : d.of(Numeric.EIGHT_BIT);
        double factor = d.real(0.3, 1.8);
        String name = "QUANTIZE/" + from.path() + "/to" + to + "/" + x.path() + "/resultTimes" + factor;
        cases.add(name, Tolerance.QUANTIZED, g -> {
            g.op("QUANTIZE", x.spec(to, factor * x.low(), factor * x.high()), g.input(x.spec(from)));
        });
    }

    private static void addQuantize(CaseList cases) {
        for (Numeric kind : Numeric.QUANTIZED) {
            for (double[] range : RANGES) {
                for (int[] shape : new int[][] {{4, 25}, {1, 4, 5, 3}, {}}) {
                    String name =
                            "QUANTIZE/float32/to" + kind + "/" + range[0] + "to" + range[1] + "/" + Shapes.path(shape);
                    cases.add(name, Tolerance.QUANTIZED, g -> {
                        double margin = (range[1] - range[0]) / 10;
                        Values values = Values.between(range[0] - margin, range[1] + margin);
                        TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, shape), values);
                        g.op("QUANTIZE", kind.spec(range[0], range[1], shape), x);
                    });
                }
            }
            cases.add("QUANTIZE/float32/to" + kind + "/ties", Tolerance.TIES, g -> {
                TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 200), Values.ramp(-24.875, 25, 0.25));
                long zeroPoint = kind == Numeric.UINT8 ? 100 : 0;
                g.op("QUANTIZE", TensorSpec.of(kind.type(), 200).quantized(0.25, zeroPoint), x);
            });
            cases.add("QUANTIZE/float32/to" + kind + "/dynamic", Tolerance.QUANTIZED, g -> {
                TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 1, 8).signature(-1, 8));
                g.op("QUANTIZE", kind.spec(-1, 1, 1, 8).signature(-1, 8), x);
                g.tag("dynamic");
            });
            cases.add("QUANTIZE/float32/to" + kind + "/perAxis", Tolerance.QUANTIZED, g -> {
                float[] scales = {0.01f, 0.02f, 0.005f};
                QuantParams quant = QuantParams.perAxis(scales, new long[3], 1);
                TensorRef x = g.input(DataType.FLOAT32, 4, 3, 5);
                g.op("QUANTIZE", TensorSpec.of(kind.type(), 4, 3, 5).quantized(quant), x);
                g.tag("QUANTIZE per axis");
            });
        }
    }

    private static void addRequantize(CaseList cases) {
        for (Numeric from : Numeric.QUANTIZED) {
            for (Numeric to : Numeric.QUANTIZED) {
                boolean wide = from == Numeric.INT16;
                if (wide ? to == Numeric.UINT8 : to == Numeric.INT16) {
                    continue; // the kernel refuses the pair
                }
                for (double[] range : new double[][] {{-1, 1}, {-2, 2}, {0, 0.5}, {-0.75, 1}}) {
                    String name = "QUANTIZE/" + from.path() + "/to" + to + "/" + range[0] + "to" + range[1];
                    cases.add(name, Tolerance.QUANTIZED, g -> {
                        Values values = Values.every(from == Numeric.INT16 ? 251 : 1, from.type());
                        TensorRef x = g.input(from.spec(-1, 1, 16, 16), values);
                        g.op("QUANTIZE", to.spec(range[0], range[1], 16, 16), x);
                    });
                }
            }
        }
        for (Numeric to : List.of(Numeric.INT8, Numeric.INT16)) {
            cases.add("QUANTIZE/int32/to" + to, Tolerance.QUANTIZED, g -> {
                TensorSpec spec = TensorSpec.of(DataType.INT32, 50).quantized(1e-5, 0);
                TensorRef x = g.input(spec, Values.between(-100_000, 100_000));
                g.op("QUANTIZE", to.spec(-1, 1, 50), x);
            });
        }
        cases.add("QUANTIZE/int16/toINT32", Tolerance.QUANTIZED, g -> {
            TensorRef x = g.input(Numeric.INT16, -1, 1, 50);
            g.op("QUANTIZE", TensorSpec.of(DataType.INT32, 50).quantized(1e-6, 0), x);
        });
        for (boolean up : new boolean[] {true, false}) {
            cases.exact("QUANTIZE/" + (up ? "int8/toUINT8" : "uint8/toINT8") + "/sameScale", g -> {
                DataType from = up ? DataType.INT8 : DataType.UINT8;
                DataType to = up ? DataType.UINT8 : DataType.INT8;
                Values all = Values.every(1, from);
                TensorRef x = g.input(TensorSpec.of(from, 256).quantized(0.1, up ? -5 : 123), all);
                g.op("QUANTIZE", TensorSpec.of(to, 256).quantized(0.1, up ? 123 : -5), x);
            });
        }
    }

    private static void addDequantize(CaseList cases) {
        for (Numeric kind : Numeric.QUANTIZED) {
            for (double[] range : RANGES) {
                cases.add("DEQUANTIZE/" + kind.path() + "/" + range[0] + "to" + range[1], Tolerance.FLOAT, g -> {
                    Values values = Values.every(kind == Numeric.INT16 ? 257 : 1, kind.type());
                    TensorRef x = g.input(kind.spec(range[0], range[1], 4, 64), values);
                    g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, 4, 64), x);
                });
            }
            for (int[] shape : new int[][] {{7}, {}, {1, 2, 3, 4}, {2, 1, 2, 1, 3}}) {
                cases.add("DEQUANTIZE/" + kind.path() + "/" + Shapes.path(shape), Tolerance.FLOAT, g -> {
                    g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, shape), g.input(kind, -1, 1, shape));
                });
            }
            cases.add("DEQUANTIZE/" + kind.path() + "/dynamic", Tolerance.FLOAT, g -> {
                TensorRef x = g.input(kind.spec(-1, 1, 1, 8).signature(-1, 8));
                g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, 1, 8).signature(-1, 8), x);
                g.tag("dynamic");
            });
            cases.add("DEQUANTIZE/" + kind.path() + "/constant", Tolerance.FLOAT, g -> {
                TensorRef w = g.randomConstant(kind.spec(-1, 1, 2, 6));
                TensorRef y = g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, 2, 6), w);
                addInput(g, y);
            });
        }
        for (DataType type : List.of(DataType.INT8, DataType.INT4)) {
            for (int axis = 0; axis < 3; axis++) {
                dequantizeAxis(cases, type, axis, 2, 3, 4);
            }
        }
        cases.add("DEQUANTIZE/int4/constant", Tolerance.FLOAT, g -> {
            TensorRef w = g.randomConstant(TensorSpec.of(DataType.INT4, 3, 5).quantized(0.25, 0));
            addInput(g, g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, 3, 5), w));
        });
        cases.exact("DEQUANTIZE/float16/constant", g -> {
            TensorRef w = g.constant(g.random().reals(DataType.FLOAT16, -60000, 60000, Layers.shapeOf(3, 5)));
            addInput(g, g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, 3, 5), w));
        });
        cases.exact("DEQUANTIZE/float16/input", g -> {
            TensorRef x = g.input(DataType.FLOAT16, 3, 5);
            g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, 3, 5), x);
        });
    }

    private static void dequantizeAxis(CaseList cases, DataType type, int axis, int... shape) {
        cases.add("DEQUANTIZE/" + type + "/" + Shapes.path(shape) + "/perAxis" + axis, Tolerance.FLOAT, g -> {
            QuantParams quant = perAxis(g, shape[axis], axis, 0.5);
            TensorRef w = g.randomConstant(TensorSpec.of(type, shape).quantized(quant));
            TensorRef y = g.op("DEQUANTIZE", TensorSpec.of(DataType.FLOAT32, shape), w);
            addInput(g, y);
            g.tag("DEQUANTIZE per axis");
        });
    }

    /** Makes a result that only constants decide depend on an input. */
    static void addInput(CaseGraph g, TensorRef y) {
        TensorRef x = g.input(DataType.FLOAT32, y.spec().sizes());
        g.op("ADD", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, y.spec().sizes()), x, y);
    }

    private static void addCasts(CaseList cases) {
        for (DataType from : CAST) {
            for (DataType to : CAST) {
                cases.exact("CAST/" + from + "/to" + to, g -> cast(g, from, to, safe(from, to)));
            }
            cases.exact("CAST/" + from + "/noTable", g -> {
                TensorRef x = g.input(TensorSpec.of(from, 12), safe(from, DataType.FLOAT32));
                g.op("CAST", TensorSpec.of(DataType.FLOAT32, 12), x);
            });
        }
        for (DataType to : List.of(DataType.INT8, DataType.UINT8, DataType.INT16, DataType.INT32, DataType.INT64)) {
            cases.exact("CAST/FLOAT32/to" + to + "/outOfRange", g -> {
                Values wild = Values.oneOf(1e30f, -1e30f, 300.7f, -300.2f, 70000, -70000, 3e9f, -3e9f);
                cast(g, DataType.FLOAT32, to, wild);
            });
        }
        cases.exact(
                "CAST/INT32/toINT8/wraps", g -> cast(g, DataType.INT32, DataType.INT8, Values.between(-1000, 1000)));
        cases.exact("CAST/INT64/toINT32/wraps", g -> {
            cast(g, DataType.INT64, DataType.INT32, Values.between(-1L << 40, 1L << 40));
        });
        cases.exact("CAST/INT4/toFLOAT32", g -> {
            TensorRef w = g.constant(g.random().integers(DataType.INT4, -8, 7, Layers.shapeOf(3, 5)));
            addInput(g, g.op("CAST", Attributes.NONE, TensorSpec.of(DataType.FLOAT32, 3, 5), w));
        });
    }

    private static Values safe(DataType from, DataType to) {
        if (to == DataType.BOOL && from.isFloat()) {
            return Values.oneOf(0, -0f, 0.25f, 1, 3.5f);
        }
        if (to == DataType.BOOL) {
            return Values.between(0, 2);
        }
        if (from == DataType.BOOL) {
            return Values.between(0, 1);
        }
        boolean signed = !from.isUnsignedInteger() && !to.isUnsignedInteger();
        return Values.between(signed ? -100.9 : 0, 100.9);
    }

    private static void cast(CaseGraph g, DataType from, DataType to, Values values) {
        TensorRef x = g.input(TensorSpec.of(from, 4, 15), values);
        Attributes options = Attributes.of(Tfl.IN_DATA_TYPE, from).with(Tfl.OUT_DATA_TYPE, to);
        g.op("CAST", options, TensorSpec.of(to, 4, 15), x);
    }
}
