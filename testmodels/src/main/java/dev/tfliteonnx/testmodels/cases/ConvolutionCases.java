package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.cases.Layers.Weights;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.stream.Stream;

/** Cases of CONV_2D and DEPTHWISE_CONV_2D. */
final class ConvolutionCases {
    /** Real inputs lie in {@code [−RANGE, RANGE]}. */
    private static final double RANGE = 2;

    /** How activations and weights go together. */
    private record Form(String path, Numeric activations, Weights weights) {
        boolean isHybrid() {
            return activations.isFloat() && !weights.isFloat();
        }
    }

    /** Where a window goes; heights before widths. */
    private record Window(int inH, int inW, int kH, int kW, int sH, int sW, int dH, int dW, Padding padding) {
        static Window square(int in, int kernel, int stride, int dilation, Padding padding) {
            return new Window(in, in, kernel, kernel, stride, stride, dilation, dilation, padding);
        }

        Window same() {
            return new Window(inH, inW, kH, kW, sH, sW, dH, dW, Padding.SAME);
        }

        int outH() {
            return extent(inH, kH, sH, dH, padding);
        }

        int outW() {
            return extent(inW, kW, sW, dW, padding);
        }

        String path() {
            return inH + "x" + inW + "/k" + kH + "x" + kW + "/s" + sH + "x" + sW + "/d" + dH + "x" + dW + "/" + padding;
        }
    }

    /** How many examples, the channels of input and output, and how many groups they form. */
    private record Size(int batch, int in, int out, int groups) {
        String path() {
            return "batch" + batch + "/channels" + in + "to" + out + (groups == 1 ? "" : "/groups" + groups);
        }
    }

    private record Setting(String op, Window window, Activation activation, Size size) {
        /** Two examples of three channels. */
        static Setting of(String op, Window window, Activation activation) {
            boolean depthwise = op.startsWith("DEPTHWISE");
            return new Setting(op, window, activation, new Size(2, 3, depthwise ? 3 : 4, depthwise ? 3 : 1));
        }

        /** How many channels of the input each channel of the output is a sum of. */
        int summed() {
            return size.in() / size.groups();
        }

        String path() {
            return window.path() + "/" + activation + "/" + size.path();
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form("float32", Numeric.FLOAT32, Weights.FLOAT32),
            new Form("int8", Numeric.INT8, Weights.INT8_PER_AXIS),
            new Form("int8/perTensor", Numeric.INT8, Weights.INT8),
            new Form("uint8", Numeric.UINT8, Weights.UINT8),
            new Form("int16", Numeric.INT16, Weights.INT8_PER_AXIS));
    private static final List<Form> OTHER_FORMS = List.of(
            new Form("int16/perTensor", Numeric.INT16, Weights.INT8),
            new Form("int8/int4", Numeric.INT8, Weights.INT4_PER_AXIS),
            new Form("float16", Numeric.FLOAT32, Weights.FLOAT16),
            new Form("hybrid", Numeric.FLOAT32, Weights.INT8_PER_AXIS),
            new Form("hybrid/perTensor", Numeric.FLOAT32, Weights.INT8),
            new Form("hybrid/int4", Numeric.FLOAT32, Weights.INT4_PER_AXIS));
    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU_N1_TO_1, Activation.RELU6);

    private ConvolutionCases() {}

    /** The number of places of a window along an axis. */
    static int extent(int in, int kernel, int stride, int dilation, Padding padding) {
        int window = (kernel - 1) * dilation + 1;
        return padding == Padding.SAME ? (in + stride - 1) / stride : (in - window + stride) / stride;
    }

    static void addTo(CaseList cases) {
        for (String op : List.of("CONV_2D", "DEPTHWISE_CONV_2D")) {
            for (Form form : FORMS) {
                for (Padding padding : Padding.values()) {
                    for (int stride = 1; stride <= 2; stride++) {
                        Window window = Window.square(6, 3, stride, 1, padding);
                        ACTIVATIONS.forEach(act -> add(cases, op, form, window, act));
                    }
                    add(cases, op, form, Window.square(7, 3, 1, 2, padding), Activation.NONE);
                    windows(padding).forEach(w -> add(cases, op, form, w, Activation.NONE));
                }
            }
            for (Form form : OTHER_FORMS) {
                if (op.startsWith("DEPTHWISE") && form.isHybrid() && form.weights() != Weights.INT8_PER_AXIS) {
                    continue; // the kernel refuses int4, and reads one scale per channel whatever there is
                }
                for (Padding padding : Padding.values()) {
                    for (int stride = 1; stride <= 2; stride++) {
                        add(cases, op, form, Window.square(5, 3, stride, 1, padding), Activation.RELU6);
                    }
                }
            }
            for (Activation act : List.of(Activation.TANH, Activation.SIGN_BIT)) {
                add(cases, op, FORMS.get(0), Window.square(4, 3, 1, 1, Padding.SAME), act);
            }
        }
        addGroups(cases);
        addMultipliers(cases);
        addBiases(cases);
        addWithoutBias(cases);
        addComputedWeights(cases);
        addRanges(cases);
        addDynamic(cases);
        addDrawn(cases);
    }

    private static List<Window> windows(Padding padding) {
        return List.of(
                new Window(7, 5, 3, 2, 2, 1, 1, 1, padding),
                new Window(5, 7, 2, 4, 1, 3, 1, 1, padding),
                new Window(6, 5, 1, 1, 1, 1, 1, 1, padding),
                new Window(5, 5, 1, 1, 2, 2, 1, 1, padding),
                new Window(9, 8, 3, 2, 1, 1, 3, 2, padding),
                new Window(3, 3, 3, 3, 1, 1, 1, 1, padding),
                new Window(1, 6, 1, 3, 1, 2, 1, 1, padding));
    }

    private static void add(CaseList cases, String op, Form form, Window window, Activation act) {
        add(cases, form, Setting.of(op, window, act), RANGE);
    }

    private static void add(CaseList cases, Form form, Setting setting, double high) {
        String range = high == RANGE ? "" : "/upTo" + high;
        String name = setting.op() + "/" + form.path() + "/" + setting.path() + range;
        Window w = setting.window();
        Tolerance tolerance =
                form.isHybrid() ? Tolerance.HYBRID : form.activations().tolerance();
        cases.add(name, tolerance, g -> {
            Size size = setting.size();
            TensorRef x = g.input(form.activations(), -RANGE, high, size.batch(), w.inH(), w.inW(), size.in());
            layer(g, x, form, setting);
        });
    }

    private static void layer(CaseGraph g, TensorRef x, Form form, Setting setting) {
        Window w = setting.window();
        String op = setting.op();
        int in = setting.size().in();
        int out = setting.size().out();
        TensorRef weights = op.startsWith("DEPTHWISE")
                ? Layers.weights(g, form.weights(), 3, 1, w.kH(), w.kW(), out)
                : Layers.weights(g, form.weights(), 0, out, w.kH(), w.kW(), setting.summed());
        TensorRef bias = Layers.bias(g, x, weights, out);
        Attributes options = options(op, w, setting.activation(), out / in);
        g.op(op, options, output(form, w, x, out, setting.summed()), x, weights, bias);
    }

    private static void addDrawn(CaseList cases) {
        cases.drawOpen("CONV_2D", d -> {
            Form form = d.of(Stream.concat(FORMS.stream(), OTHER_FORMS.stream()).toList());
            // the kernels of other forms take no groups
            int groups = FORMS.subList(0, 4).contains(form) && d.in(0, 3) == 0 ? d.in(2, 4) : 1;
            Size size = new Size(d.in(1, 3), groups * d.in(1, 3), groups * d.in(1, 3), groups);
            draw(cases, form, "CONV_2D", size, d);
        });
        cases.drawOpen("DEPTHWISE_CONV_2D", d -> {
            Form form = d.of(Stream.concat(FORMS.stream(), OTHER_FORMS.subList(0, 4).stream())
                    .toList());
            int channels = d.in(1, 5);
            Size size = new Size(d.in(1, 3), channels, channels * d.in(1, 3), channels);
            draw(cases, form, "DEPTHWISE_CONV_2D", size, d);
        });
    }

    private static void draw(CaseList cases, Form form, String op, Size size, Draw d) {
        // a fused activation would hide the greatest numbers, by which results of hybrid kernels are judged
        Activation act = form.isHybrid() ? Activation.NONE : d.of(ACTIVATIONS);
        add(cases, form, new Setting(op, window(d), act, size), d.real(0.3, 5));
    }

    private static Window window(Draw d) {
        int[] k = d.list(2, 1, 4);
        int[] s = d.list(2, 1, 3);
        int[] dilation = d.in(0, 2) == 0 ? d.list(2, 1, 3) : new int[] {1, 1};
        Window w = new Window(
                d.in(1, 9), d.in(1, 9), k[0], k[1], s[0], s[1], dilation[0], dilation[1], d.of(Padding.values()));
        return w.outH() > 0 && w.outW() > 0 ? w : w.same();
    }

    private static Attributes options(String op, Window w, Activation act, int multiplier) {
        Attributes options = Attributes.of(Tfl.PADDING, w.padding())
                .with(Tfl.STRIDE_H, (long) w.sH())
                .with(Tfl.STRIDE_W, (long) w.sW())
                .with(Tfl.DILATION_H_FACTOR, (long) w.dH())
                .with(Tfl.DILATION_W_FACTOR, (long) w.dW())
                .with(Tfl.FUSED_ACTIVATION_FUNCTION, act);
        return op.startsWith("DEPTHWISE") ? options.with(Tfl.DEPTH_MULTIPLIER, (long) multiplier) : options;
    }

    private static TensorSpec output(Form form, Window w, TensorRef x, int channels, int channelsSummed) {
        // products of two uniform variables: three standard deviations of their sum
        double reach = RANGE * Math.sqrt(w.kH() * w.kW() * channelsSummed) + 1;
        return form.activations().spec(-reach, reach, x.spec().sizes()[0], w.outH(), w.outW(), channels);
    }

    private static void addGroups(CaseList cases) {
        for (Form form : List.of(FORMS.get(0), FORMS.get(1), FORMS.get(3))) {
            for (int groups : new int[] {2, 4}) {
                cases.add(
                        "CONV_2D/" + form.path() + "/groups" + groups,
                        form.activations().tolerance(),
                        g -> {
                            Window w = Window.square(5, 3, 1, 1, Padding.SAME);
                            TensorRef x = g.input(form.activations(), -RANGE, RANGE, 1, 5, 5, 4);
                            layer(g, x, form, new Setting("CONV_2D", w, Activation.NONE, new Size(1, 4, 8, groups)));
                            g.tag("CONV_2D groups");
                        });
            }
        }
    }

    private static void addMultipliers(CaseList cases) {
        for (Form form : FORMS) {
            for (int multiplier : new int[] {2, 3, 8}) {
                for (int channels : new int[] {1, 2}) {
                    String name =
                            "DEPTHWISE_CONV_2D/" + form.path() + "/channels" + channels + "/multiplier" + multiplier;
                    cases.add(name, form.activations().tolerance(), g -> {
                        Window w = Window.square(5, 3, 2, 1, Padding.SAME);
                        TensorRef x = g.input(form.activations(), -RANGE, RANGE, 1, 5, 5, channels);
                        Size size = new Size(1, channels, channels * multiplier, channels);
                        layer(g, x, form, new Setting("DEPTHWISE_CONV_2D", w, Activation.RELU, size));
                        g.tag("DEPTHWISE_CONV_2D multiplier");
                    });
                }
            }
        }
    }

    private static void addBiases(CaseList cases) {
        Window w = Window.square(4, 2, 1, 1, Padding.VALID);
        for (String op : List.of("CONV_2D", "DEPTHWISE_CONV_2D")) {
            boolean depthwise = op.startsWith("DEPTHWISE");
            int[] shape = depthwise ? new int[] {1, 2, 2, 3} : new int[] {4, 2, 2, 3};
            int axis = depthwise ? 3 : 0;
            for (Form form : FORMS) {
                cases.add(
                        op + "/" + form.path() + "/inputBias",
                        form.activations().tolerance(),
                        g -> {
                            TensorRef x = g.input(form.activations(), -RANGE, RANGE, 1, 4, 4, 3);
                            TensorRef weights = Layers.weights(g, form.weights(), axis, shape);
                            TensorRef constant = Layers.bias(g, x, weights, shape[axis]);
                            TensorSpec spec = TensorSpec.of(constant.spec().type(), shape[axis])
                                    .quantizedAs(constant.spec());
                            TensorRef bias = g.input(spec);
                            TensorSpec y = output(form, w, x, shape[axis], depthwise ? 1 : 3);
                            g.op(op, options(op, w, Activation.NONE, 1), y, x, weights, bias);
                        });
            }
        }
        Form int16 = FORMS.get(4);
        cases.add("CONV_2D/int16/bias32", Tolerance.QUANTIZED, g -> {
            TensorRef x = g.input(int16.activations(), -RANGE, RANGE, 1, 4, 4, 3);
            TensorRef weights = Layers.weights(g, int16.weights(), 0, 4, 2, 2, 3);
            TensorRef bias = Layers.bias(g, x, weights, 4, DataType.INT32);
            Attributes options =
                    options("CONV_2D", w, Activation.NONE, 1).with(Tfl.QUANTIZED_BIAS_TYPE, DataType.INT32);
            g.op("CONV_2D", options, output(int16, w, x, 4, 3), x, weights, bias);
        });
    }

    /** CONV_2D must have a bias; DEPTHWISE_CONV_2D may have two inputs only. */
    private static void addWithoutBias(CaseList cases) {
        Window w = Window.square(4, 2, 1, 1, Padding.VALID);
        for (Form form : FORMS) {
            cases.add(
                    "DEPTHWISE_CONV_2D/" + form.path() + "/noBias",
                    form.activations().tolerance(),
                    g -> {
                        TensorRef x = g.input(form.activations(), -RANGE, RANGE, 1, 4, 4, 3);
                        TensorRef weights = Layers.weights(g, form.weights(), 3, 1, 2, 2, 3);
                        Attributes options = options("DEPTHWISE_CONV_2D", w, Activation.NONE, 1);
                        g.op("DEPTHWISE_CONV_2D", options, output(form, w, x, 3, 1), x, weights);
                        g.tag("DEPTHWISE_CONV_2D without bias");
                    });
            if (form.activations() != Numeric.INT16) {
                cases.excuse(Engine.TFLITE_DEFAULT, "optimized kernels read the missing bias and crash");
            }
        }
    }

    private static void addComputedWeights(CaseList cases) {
        Window w = Window.square(4, 2, 1, 1, Padding.SAME);
        for (String op : List.of("CONV_2D", "DEPTHWISE_CONV_2D")) {
            boolean depthwise = op.startsWith("DEPTHWISE");
            for (Form form : List.of(FORMS.get(0), FORMS.get(2), FORMS.get(3))) {
                cases.add(
                        op + "/" + form.path() + "/inputWeights",
                        form.activations().tolerance(),
                        g -> {
                            TensorRef x = g.input(form.activations(), -RANGE, RANGE, 1, 4, 4, 3);
                            int[] shape = depthwise ? new int[] {1, 2, 2, 3} : new int[] {4, 2, 2, 3};
                            TensorSpec spec = TensorSpec.of(form.activations().type(), shape);
                            if (!form.activations().isFloat()) {
                                boolean signed = form.activations() == Numeric.INT8;
                                spec = spec.quantized(1.0 / 127, signed ? 0 : 128);
                            }
                            TensorRef weights = g.input(spec);
                            int channels = depthwise ? 3 : 4;
                            TensorRef bias = Layers.bias(g, x, weights, channels);
                            TensorSpec y = output(form, w, x, channels, depthwise ? 1 : 3);
                            g.op(op, options(op, w, Activation.NONE, 1), y, x, weights, bias);
                        });
            }
        }
    }

    /** Output ranges that begin at 0 or hold one number many times, where clamping and rounding differ most. */
    private static void addRanges(CaseList cases) {
        Window w = Window.square(5, 3, 1, 1, Padding.SAME);
        for (String op : List.of("CONV_2D", "DEPTHWISE_CONV_2D")) {
            for (Form form : FORMS.subList(1, 5)) {
                for (double high : new double[] {6, 20}) {
                    for (Activation act : List.of(Activation.NONE, Activation.RELU6)) {
                        String name = op + "/" + form.path() + "/output0to" + (int) high + "/" + act;
                        cases.add(name, Tolerance.QUANTIZED, g -> {
                            boolean depthwise = op.startsWith("DEPTHWISE");
                            TensorRef x = g.input(form.activations(), -1, RANGE, 1, 5, 5, 3);
                            TensorRef weights = depthwise
                                    ? Layers.weights(g, form.weights(), 3, 1, 3, 3, 3)
                                    : Layers.weights(g, form.weights(), 0, 4, 3, 3, 3);
                            TensorRef bias = Layers.bias(g, x, weights, depthwise ? 3 : 4);
                            TensorSpec y = form.activations().spec(0, high, 1, 5, 5, depthwise ? 3 : 4);
                            g.op(op, options(op, w, act, 1), y, x, weights, bias);
                        });
                    }
                }
            }
        }
    }

    private static void addDynamic(CaseList cases) {
        for (String op : List.of("CONV_2D", "DEPTHWISE_CONV_2D")) {
            for (Form form : FORMS.subList(0, 2)) {
                for (Padding padding : Padding.values()) {
                    for (int stride = 1; stride <= 2; stride++) {
                        Window w = Window.square(5, 3, stride, 1, padding);
                        addDynamic(cases, form, Setting.of(op, w, Activation.NONE), "s" + stride + "/" + padding, 3);
                    }
                }
                Window holes = new Window(8, 9, 3, 2, 2, 3, 2, 1, Padding.SAME);
                addDynamic(cases, form, Setting.of(op, holes, Activation.NONE), "dilated", -1);
                Window apart = Window.square(7, 1, 3, 2, Padding.SAME);
                addDynamic(cases, form, Setting.of(op, apart, Activation.NONE), "apart", -1);
                Size size = op.startsWith("DEPTHWISE") ? new Size(1, 2, 6, 2) : new Size(1, 6, 4, 2);
                Setting groups = new Setting(op, Window.square(5, 3, 2, 1, Padding.SAME), Activation.NONE, size);
                addDynamic(cases, form, groups, "groups", -1);
            }
        }
    }

    /** Height, width and batch are open, and so may the channels be. */
    private static void addDynamic(CaseList cases, Form form, Setting setting, String what, int channels) {
        String name = setting.op() + "/" + form.path() + "/dynamic/" + what;
        cases.add(name, form.activations().tolerance(), g -> {
            Window w = setting.window();
            TensorSpec spec = form.activations()
                    .spec(-RANGE, RANGE, 1, w.inH(), w.inW(), setting.size().in())
                    .signature(-1, -1, -1, channels);
            layer(g, g.input(spec), form, setting);
            g.tag("dynamic");
        });
    }
}
