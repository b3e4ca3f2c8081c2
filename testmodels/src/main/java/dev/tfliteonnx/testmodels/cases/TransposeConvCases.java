package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.List;

/** Cases of TRANSPOSE_CONV. */
final class TransposeConvCases {
    private static final String OP = "TRANSPOSE_CONV";

    private record Form(String path, Numeric activations, Weights weights) {}

    /** Extents of input, kernel, stride and output; heights before widths. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Window(int[] in, int[] kernel, int[] stride, int[] out, Padding padding) {
        static Window square(int in, int kernel, int stride, int out, Padding padding) {
            return new Window(
                    new int[] {in, in},
                    new int[] {kernel, kernel},
                    new int[] {stride, stride},
                    new int[] {out, out},
                    padding);
        }

        String path() {
            return Shapes.path(in) + "/k" + Shapes.path(kernel) + "/s" + Shapes.path(stride) + "/to" + Shapes.path(out)
                    + "/" + padding;
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form("float32", Numeric.FLOAT32, Weights.FLOAT32),
            new Form("int8", Numeric.INT8, Weights.INT8_PER_AXIS),
            new Form("int8/perTensor", Numeric.INT8, Weights.INT8),
            new Form("uint8", Numeric.UINT8, Weights.UINT8),
            new Form("int16", Numeric.INT16, Weights.INT8_PER_AXIS));

    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1);

    /** Where a bias comes from. */
    private enum Bias {
        CONSTANT,
        ABSENT,
        MISSING
    }

    /** What is fused, the batch with the channels of input and output, and the bias. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Setting(Activation activation, int[] size, Bias bias) {
        String path() {
            return activation + "/batch" + size[0] + "/channels" + size[1] + "to" + size[2] + "/bias" + bias;
        }
    }

    private TransposeConvCases() {}

    static void addTo(CaseList cases) {
        for (Form form : FORMS) {
            for (int kernel = 1; kernel <= 4; kernel++) {
                for (int stride = 1; stride <= 3; stride++) {
                    add(cases, form, Window.square(3, kernel, stride, 3 * stride, Padding.SAME), Activation.NONE);
                    int valid = 2 * stride + kernel;
                    add(cases, form, Window.square(3, kernel, stride, valid, Padding.VALID), Activation.NONE);
                    if (stride > 1) {
                        // the kernel admits every output that the forward convolution would shrink to the input
                        add(
                                cases,
                                form,
                                Window.square(3, kernel, stride, 3 * stride - 1, Padding.SAME),
                                Activation.NONE);
                        add(cases, form, Window.square(3, kernel, stride, valid + 1, Padding.VALID), Activation.NONE);
                    }
                }
            }
            for (Activation act : List.of(Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1)) {
                add(cases, form, Window.square(3, 3, 2, 6, Padding.SAME), act);
            }
            int[] in = {2, 4};
            int[] stride = {1, 3};
            add(
                    cases,
                    form,
                    new Window(in, new int[] {3, 2}, stride, new int[] {2, 12}, Padding.SAME),
                    Activation.NONE);
            add(
                    cases,
                    form,
                    new Window(in, new int[] {2, 5}, stride, new int[] {3, 14}, Padding.VALID),
                    Activation.NONE);
            addVariants(cases, form);
        }
        cases.draw(OP, d -> {
            Form form = d.of(FORMS);
            int[] size = {d.in(1, 2), d.in(1, 5), d.in(1, 5)};
            add(cases, form, window(d), new Setting(d.of(ACTIVATIONS), size, d.of(Bias.values())));
        });
        add(cases, FORMS.get(0), Window.square(3, 3, 2, 6, Padding.SAME), Activation.TANH);
        Form half = new Form("float16", Numeric.FLOAT32, Weights.FLOAT16);
        add(cases, half, Window.square(3, 3, 2, 6, Padding.SAME), Activation.NONE);
        cases.add(OP + "/int16/bias32", Tolerance.QUANTIZED, g -> {
            TensorRef x = g.input(Numeric.INT16, -1, 1, 1, 3, 3, 4);
            TensorRef weights = Layers.weights(g, Weights.INT8_PER_AXIS, 0, 3, 2, 2, 4);
            TensorRef bias = Layers.bias(g, x, weights, 3, DataType.INT32);
            Attributes options = options(Window.square(3, 2, 2, 6, Padding.SAME), Activation.NONE)
                    .with(Tfl.QUANTIZED_BIAS_TYPE, DataType.INT32);
            g.op(OP, options, Numeric.INT16.spec(-3, 3, 1, 6, 6, 3), g.ints(1, 6, 6, 3), weights, x, bias);
        });
    }

    private static Attributes options(Window w, Activation act) {
        return Attributes.of(Tfl.PADDING, w.padding())
                .with(Tfl.STRIDE_H, (long) w.stride()[0])
                .with(Tfl.STRIDE_W, (long) w.stride()[1])
                .with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
    }

    /** Any window, and an output that the forward convolution would shrink to the input. */
    private static Window window(Draw d) {
        int[] in = d.list(2, 1, 5);
        int[] kernel = d.list(2, 1, 5);
        int[] stride = d.list(2, 1, 4);
        Padding padding = d.of(Padding.values());
        int[] out = new int[2];
        for (int i = 0; i < 2; i++) {
            // XNNPACK writes beyond its buffers where an output is narrower than a stride
            int rest = padding == Padding.SAME && in[i] == 1 ? 0 : d.in(0, stride[i] - 1);
            out[i] = padding == Padding.SAME ? in[i] * stride[i] - rest : (in[i] - 1) * stride[i] + kernel[i] + rest;
        }
        return new Window(in, kernel, stride, out, padding);
    }

    private static void add(CaseList cases, Form form, Window w, Activation act) {
        add(cases, form, w, new Setting(act, new int[] {2, 4, 3}, Bias.CONSTANT));
    }

    private static void add(CaseList cases, Form form, Window w, Setting s) {
        cases.add(
                OP + "/" + form.path() + "/" + w.path() + "/" + s.path(),
                form.activations().tolerance(),
                g -> {
                    int batch = s.size()[0];
                    int from = s.size()[1];
                    int to = s.size()[2];
                    TensorRef x = g.input(form.activations(), -1, 1, batch, w.in()[0], w.in()[1], from);
                    TensorRef weights = Layers.weights(g, form.weights(), 0, to, w.kernel()[0], w.kernel()[1], from);
                    int[] out = {batch, w.out()[0], w.out()[1], to};
                    List<TensorRef> operands = new ArrayList<>(List.of(g.ints(out), weights, x));
                    switch (s.bias()) {
                        case CONSTANT -> operands.add(Layers.bias(g, x, weights, to));
                        case ABSENT -> operands.add(TensorRef.ABSENT);
                        case MISSING -> {}
                    }
                    TensorSpec y = form.activations().spec(-4, 4, out);
                    g.op(OP, options(w, s.activation()), y, operands.toArray(TensorRef[]::new));
                });
    }

    private static void addVariants(CaseList cases, Form form) {
        Window w = Window.square(3, 3, 2, 6, Padding.SAME);
        int[] out = {1, 6, 6, 3};
        for (boolean absent : new boolean[] {false, true}) {
            String name = OP + "/" + form.path() + (absent ? "/absentBias" : "/noBias");
            cases.add(name, form.activations().tolerance(), g -> {
                TensorRef x = g.input(form.activations(), -1, 1, 1, 3, 3, 4);
                TensorRef weights = Layers.weights(g, form.weights(), 0, 3, 3, 3, 4);
                TensorRef shape = g.ints(out);
                TensorRef[] operands = absent
                        ? new TensorRef[] {shape, weights, x, TensorRef.ABSENT}
                        : new TensorRef[] {shape, weights, x};
                g.op(OP, options(w, Activation.NONE), form.activations().spec(-4, 4, out), operands);
            });
        }
        cases.add(OP + "/" + form.path() + "/computedShape", form.activations().tolerance(), g -> {
            TensorRef shape = g.dynamicInts(out);
            TensorRef x = g.input(form.activations(), -1, 1, 1, 3, 3, 4);
            TensorRef weights = Layers.weights(g, form.weights(), 0, 3, 3, 3, 4);
            TensorRef bias = Layers.bias(g, x, weights, 3);
            g.op(OP, options(w, Activation.NONE), form.activations().spec(-4, 4, out), shape, weights, x, bias);
        });
    }
}
