package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.OpSpec;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.Values;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import dev.tfliteonnx.tfl.WeightsFormat;
import java.util.List;
import java.util.stream.Stream;

/** Cases of FULLY_CONNECTED. */
final class DenseCases {
    private static final String FC = "FULLY_CONNECTED";
    private static final int IN = 12;
    private static final int OUT = 5;

    /** Where a bias comes from. */
    private enum Bias {
        CONSTANT,
        INPUT,
        ABSENT,
        MISSING
    }

    private record Form(String path, Numeric activations, Weights weights) {
        boolean isHybrid() {
            return activations.isFloat() && !weights.isFloat();
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form("float32", Numeric.FLOAT32, Weights.FLOAT32),
            new Form("int8", Numeric.INT8, Weights.INT8),
            new Form("int8/perAxis", Numeric.INT8, Weights.INT8_PER_AXIS),
            new Form("uint8", Numeric.UINT8, Weights.UINT8),
            new Form("int16", Numeric.INT16, Weights.INT8));
    private static final List<Form> OTHER_FORMS = List.of(
            new Form("int16/perAxis", Numeric.INT16, Weights.INT8_PER_AXIS),
            new Form("int8/int4", Numeric.INT8, Weights.INT4_PER_AXIS),
            new Form("float16", Numeric.FLOAT32, Weights.FLOAT16),
            new Form("hybrid", Numeric.FLOAT32, Weights.INT8),
            new Form("hybrid/perAxis", Numeric.FLOAT32, Weights.INT8_PER_AXIS),
            new Form("hybrid/int4", Numeric.FLOAT32, Weights.INT4_PER_AXIS));
    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6);
    private static final List<int[]> SHAPES = List.of(
            new int[] {IN}, new int[] {1, IN}, new int[] {3, IN}, new int[] {2, 3, IN}, new int[] {2, 1, 3, IN});

    private DenseCases() {}

    static void addTo(CaseList cases) {
        for (Form form : FORMS) {
            for (Activation act : ACTIVATIONS) {
                add(cases, form, new int[] {3, IN}, options(act).with(Tfl.KEEP_NUM_DIMS, false), Bias.CONSTANT);
            }
            for (int[] shape : SHAPES) {
                for (boolean keep : new boolean[] {false, true}) {
                    if (shape.length != 2 || keep) {
                        add(cases, form, shape, options(Activation.NONE).with(Tfl.KEEP_NUM_DIMS, keep), Bias.CONSTANT);
                    }
                }
            }
            for (Bias bias : List.of(Bias.INPUT, Bias.ABSENT, Bias.MISSING)) {
                add(cases, form, new int[] {3, IN}, options(Activation.NONE).with(Tfl.KEEP_NUM_DIMS, false), bias);
                add(cases, form, new int[] {2, 3, IN}, options(Activation.RELU).with(Tfl.KEEP_NUM_DIMS, true), bias);
            }
            // rows of the weights are not rows of the input: 3x4 elements become one row of 12
            add(
                    cases,
                    form,
                    new int[] {2, 3, 4},
                    options(Activation.NONE).with(Tfl.KEEP_NUM_DIMS, false),
                    Bias.CONSTANT);
            add(
                    cases,
                    form,
                    new int[] {2, 2, 2, 3},
                    options(Activation.NONE).with(Tfl.KEEP_NUM_DIMS, false),
                    Bias.ABSENT);
        }
        for (Form form : OTHER_FORMS) {
            for (Activation act : List.of(Activation.NONE, Activation.RELU6)) {
                add(cases, form, new int[] {3, IN}, options(act).with(Tfl.KEEP_NUM_DIMS, false), Bias.CONSTANT);
                add(cases, form, new int[] {2, 3, IN}, options(act).with(Tfl.KEEP_NUM_DIMS, true), Bias.ABSENT);
            }
        }
        addAsymmetric(cases);
        addOthers(cases);
        addDynamic(cases);
        addDrawn(cases);
    }

    private static void addDrawn(CaseList cases) {
        List<Form> forms = Stream.concat(FORMS.stream(), OTHER_FORMS.stream()).toList();
        cases.draw(FC, d -> {
            Form form = d.of(forms);
            // what XNNPACK does not take of these goes to kernels that leave out the scales of the channels
            boolean scaled = form.isHybrid() && form.weights() != Weights.INT8;
            int[] shape = d.shape(1, 5);
            int in = shape[shape.length - 1] * (scaled ? 2 : d.in(1, 5));
            boolean keep = d.coin();
            shape[shape.length - 1] = in;
            // without keep_num_dims a row may be more than the last axis
            boolean joins = !keep && shape.length > 2 && d.in(0, 3) == 0;
            int row = joins ? in * shape[shape.length - 2] : in;
            // a fused activation would hide the greatest numbers, by which results of hybrid kernels are judged
            Activation act = form.isHybrid() ? Activation.NONE : d.of(ACTIVATIONS);
            Attributes options = options(act).with(Tfl.KEEP_NUM_DIMS, keep);
            Bias bias = d.of(Bias.values());
            bias = scaled && bias == Bias.INPUT ? Bias.CONSTANT : bias;
            add(cases, form, new Size(shape, row, d.in(1, 9)), options, bias);
        });
    }

    /** Extents of the input, and of the rows that it and the output are made of. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Size(int[] shape, int in, int out) {
        String path() {
            return Shapes.path(shape) + "/rows" + in + "to" + out;
        }
    }

    private static void add(CaseList cases, Form form, int[] shape, Attributes options, Bias bias) {
        add(cases, form, new Size(shape, IN, OUT), options, bias);
    }

    private static void add(CaseList cases, Form form, Size size, Attributes options, Bias bias) {
        boolean keep = options.get(Tfl.KEEP_NUM_DIMS);
        Activation act = options.get(Tfl.FUSED_ACTIVATION_FUNCTION);
        String name =
                FC + "/" + form.path() + "/" + size.path() + (keep ? "/keepNumDims" : "") + "/" + act + "/bias" + bias;
        cases.add(name, form.isHybrid() ? Tolerance.HYBRID : form.activations().tolerance(), g -> {
            TensorRef x = g.input(form.activations(), -1, 1, size.shape());
            TensorRef weights = Layers.weights(g, form.weights(), 0, size.out(), size.in());
            g.op(FC, options, output(form, size, keep), operands(g, x, weights, bias));
        });
        if (form.isHybrid() && form.weights() != Weights.INT8) {
            cases.excuse(Engine.TFLITE_REFERENCE, "the kernels of release 2.20 leave out the scales of the channels");
        }
    }

    private static Attributes options(Activation act) {
        return Attributes.of(Tfl.FUSED_ACTIVATION_FUNCTION, act).with(Tfl.WEIGHTS_FORMAT, WeightsFormat.DEFAULT);
    }

    private static TensorSpec output(Form form, int[] in, boolean keep) {
        return output(form, new Size(in, IN, OUT), keep);
    }

    private static TensorSpec output(Form form, Size size, boolean keep) {
        int[] in = size.shape();
        int[] out = keep
                ? Shapes.with(in, in.length - 1, size.out())
                : new int[] {Shapes.count(in) / size.in(), size.out()};
        return form.activations().spec(-3, 3, out);
    }

    private static TensorRef[] operands(CaseGraph g, TensorRef x, TensorRef weights, Bias bias) {
        int out = weights.spec().sizes()[0];
        return switch (bias) {
            case MISSING -> new TensorRef[] {x, weights};
            case ABSENT -> new TensorRef[] {x, weights, TensorRef.ABSENT};
            case CONSTANT -> new TensorRef[] {x, weights, Layers.bias(g, x, weights, out)};
            case INPUT -> {
                TensorSpec like = Layers.bias(g, x, weights, out).spec();
                TensorSpec spec = TensorSpec.of(like.type(), out).quantizedAs(like);
                yield new TensorRef[] {x, weights, g.input(spec)};
            }
        };
    }

    private static void addAsymmetric(CaseList cases) {
        for (Form form : OTHER_FORMS.subList(3, 6)) {
            cases.add(FC + "/" + form.path() + "/asymmetricInputs", Tolerance.HYBRID, g -> {
                TensorRef x = g.input(TensorSpec.of(DataType.FLOAT32, 3, IN), Values.between(-0.2, 1));
                TensorRef weights = Layers.weights(g, form.weights(), 0, OUT, IN);
                TensorRef bias = g.constant(g.random().floats(-1, 1, OUT));
                Attributes options = options(Activation.NONE).with(Tfl.ASYMMETRIC_QUANTIZE_INPUTS, true);
                g.op(FC, options, TensorSpec.of(DataType.FLOAT32, 3, OUT), x, weights, bias);
            });
        }
    }

    private static void addOthers(CaseList cases) {
        for (Form form : FORMS.subList(0, 4)) {
            cases.add(
                    FC + "/" + form.path() + "/inputWeights", form.activations().tolerance(), g -> {
                        TensorRef x = g.input(form.activations(), -1, 1, 3, IN);
                        TensorSpec spec = TensorSpec.of(form.activations().type(), OUT, IN);
                        if (!form.activations().isFloat()) {
                            spec = spec.quantized(1.0 / 127, form.activations() == Numeric.INT8 ? 0 : 128);
                        }
                        TensorRef weights = g.input(spec);
                        TensorRef bias = Layers.bias(g, x, weights, OUT);
                        g.op(FC, options(Activation.NONE), output(form, new int[] {3, IN}, false), x, weights, bias);
                    });
        }
        cases.add(FC + "/int16/bias32", Tolerance.QUANTIZED, g -> {
            TensorRef x = g.input(Numeric.INT16, -1, 1, 3, IN);
            TensorRef weights = Layers.weights(g, Weights.INT8, 0, OUT, IN);
            TensorRef bias = Layers.bias(g, x, weights, OUT, DataType.INT32);
            Attributes options = options(Activation.NONE).with(Tfl.QUANTIZED_BIAS_TYPE, DataType.INT32);
            g.op(FC, options, Numeric.INT16.spec(-3, 3, 3, OUT), x, weights, bias);
        });
        cases.add(FC + "/uint8/int16Output", Tolerance.QUANTIZED, g -> {
            TensorRef x = g.input(Numeric.UINT8, -1, 1, 3, IN);
            TensorRef weights = Layers.weights(g, Weights.UINT8, 0, OUT, IN);
            TensorRef bias = Layers.bias(g, x, weights, OUT);
            g.op(FC, options(Activation.NONE), Numeric.INT16.spec(-4, 4, 3, OUT), x, weights, bias);
        });
        for (int batch : new int[] {1, 4}) {
            cases.add(FC + "/uint8/shuffledWeights/batch" + batch, Tolerance.QUANTIZED, g -> {
                TensorRef x = g.input(Numeric.UINT8, -1, 127.0 / 128, batch, 32);
                TensorSpec spec = TensorSpec.of(DataType.UINT8, 8, 32).quantized(1.0 / 128, 128);
                TensorRef weights = g.randomConstant(spec);
                TensorRef bias = Layers.bias(g, x, weights, 8);
                Attributes options = options(Activation.NONE).with(Tfl.WEIGHTS_FORMAT, WeightsFormat.SHUFFLED4x16INT8);
                TensorSpec y = TensorSpec.of(DataType.INT16, batch, 8).quantized(7.3 / 32768, 0);
                TensorSpec workspace = TensorSpec.of(DataType.UINT8, batch, 32).quantized(1.0 / 128, 128);
                TensorRef out = g.add(
                                OpSpec.of(FC, options).inputs(x, weights, bias).outputs(y, workspace))
                        .get(0);
                g.model().outputs(out);
            });
        }
    }

    private static void addDynamic(CaseList cases) {
        for (Form form : FORMS.subList(0, 2)) {
            for (boolean keep : new boolean[] {false, true}) {
                String name = FC + "/" + form.path() + "/dynamic" + (keep ? "/keepNumDims" : "");
                cases.add(name, form.activations().tolerance(), g -> {
                    TensorRef x =
                            g.input(form.activations().spec(-1, 1, 1, 4, IN).signature(-1, 4, IN));
                    TensorRef weights = Layers.weights(g, form.weights(), 0, OUT, IN);
                    TensorRef bias = Layers.bias(g, x, weights, OUT);
                    TensorSpec y = output(form, new int[] {1, 4, IN}, keep);
                    y = keep ? y.signature(-1, 4, OUT) : y.signature(-1, OUT);
                    g.op(FC, options(Activation.NONE).with(Tfl.KEEP_NUM_DIMS, keep), y, x, weights, bias);
                    g.tag("dynamic");
                });
            }
        }
    }
}
