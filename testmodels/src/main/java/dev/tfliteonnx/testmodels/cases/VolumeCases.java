package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Cases of CONV_3D and CONV_3D_TRANSPOSE. */
final class VolumeCases {
    /** A window: extents, strides and dilations along depth, height and width. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Window(int[] kernel, int[] strides, int[] dilations, Padding padding) {
        int out(int i, int in) {
            int effective = (kernel[i] - 1) * dilations[i] + 1;
            return padding == Padding.SAME
                    ? (in + strides[i] - 1) / strides[i]
                    : (in - effective + strides[i]) / strides[i];
        }

        int grown(int i, int in) {
            int effective = (kernel[i] - 1) * dilations[i] + 1;
            return padding == Padding.SAME ? in * strides[i] : (in - 1) * strides[i] + effective;
        }

        Attributes options(Activation activation) {
            return Attributes.of(Tfl.PADDING, padding)
                    .with(Tfl.STRIDE_D, (long) strides[0])
                    .with(Tfl.STRIDE_H, (long) strides[1])
                    .with(Tfl.STRIDE_W, (long) strides[2])
                    .with(Tfl.DILATION_D_FACTOR, (long) dilations[0])
                    .with(Tfl.DILATION_H_FACTOR, (long) dilations[1])
                    .with(Tfl.DILATION_W_FACTOR, (long) dilations[2])
                    .with(Tfl.FUSED_ACTIVATION_FUNCTION, activation);
        }

        @Override
        public String toString() {
            return padding + "/kernel" + Shapes.path(kernel) + "/strides" + Shapes.path(strides) + "/dilations"
                    + Shapes.path(dilations);
        }
    }

    /** Extents of the input, channels of the result, and what is added and fused. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Setting(int[] in, int channels, boolean bias, Activation activation) {
        @Override
        public String toString() {
            return Shapes.path(in) + "/to" + channels + (bias ? "/bias/" : "/") + activation;
        }
    }

    private static final int[] CONVOLVED = {2, 5, 6, 7, 3};
    private static final int[] SPREAD = {2, 3, 4, 3, 3};
    private static final List<Activation> ACTIVATIONS =
            List.of(Activation.NONE, Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1);

    private VolumeCases() {}

    static void addTo(CaseList cases) {
        int[] ones = {1, 1, 1};
        int[][][] windows = {
            {{1, 1, 1}, ones, ones},
            {{2, 2, 2}, ones, ones},
            {{3, 2, 1}, {1, 2, 3}, ones},
            {{2, 3, 3}, {2, 2, 2}, ones},
            {{2, 2, 3}, ones, {1, 2, 1}},
            {{2, 2, 2}, ones, {2, 1, 2}}
        };
        for (int[][] w : windows) {
            for (Padding padding : Padding.values()) {
                Window window = new Window(w[0], w[1], w[2], padding);
                for (boolean bias : new boolean[] {true, false}) {
                    conv(cases, window, new Setting(CONVOLVED, 4, bias, Activation.NONE));
                    transpose(cases, window, new Setting(SPREAD, 4, bias, Activation.NONE));
                }
                for (Activation a : ACTIVATIONS.subList(1, 4)) {
                    conv(cases, window, new Setting(CONVOLVED, 4, true, a));
                    transpose(cases, window, new Setting(SPREAD, 4, true, a));
                }
            }
        }
        cases.drawOpen("CONV_3D", d -> {
            int[] in = {d.in(1, 2), d.in(1, 6), d.in(1, 6), d.in(1, 6), d.in(1, 4)};
            Window valid = window(d, Padding.VALID);
            boolean fits = valid.out(0, in[1]) > 0 && valid.out(1, in[2]) > 0 && valid.out(2, in[3]) > 0;
            // padding for dilated windows makes the kernel write beyond its buffer, and so do their strides
            Window same = new Window(d.list(3, 1, 3), d.list(3, 1, 3), new int[] {1, 1, 1}, Padding.SAME);
            conv(cases, fits && d.coin() ? valid : same, setting(d, in));
        });
        cases.draw("CONV_3D_TRANSPOSE", d -> {
            int[] in = {d.in(1, 2), d.in(1, 3), d.in(1, 3), d.in(1, 3), d.in(1, 4)};
            transpose(cases, window(d, d.of(Padding.values())), setting(d, in));
        });
    }

    private static Window window(Draw d, Padding padding) {
        int[] ones = {1, 1, 1};
        boolean dilates = d.in(0, 2) == 0;
        return new Window(d.list(3, 1, 3), dilates ? ones : d.list(3, 1, 3), dilates ? d.list(3, 1, 2) : ones, padding);
    }

    private static Setting setting(Draw d, int[] in) {
        return new Setting(in, d.in(1, 4), d.coin(), d.of(ACTIVATIONS));
    }

    private static void conv(CaseList cases, Window w, Setting s) {
        cases.add("CONV_3D/" + w + "/" + s, Tolerance.FLOAT, g -> {
            int[] in = s.in();
            int[] out = {in[0], w.out(0, in[1]), w.out(1, in[2]), w.out(2, in[3]), s.channels()};
            TensorRef x = g.input(DataType.FLOAT32, in);
            int[] k = w.kernel();
            TensorRef f = g.randomConstant(TensorSpec.of(DataType.FLOAT32, k[0], k[1], k[2], in[4], s.channels()));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, out);
            TensorRef b = s.bias() ? g.randomConstant(TensorSpec.of(DataType.FLOAT32, s.channels())) : x;
            TensorRef[] operands = s.bias() ? new TensorRef[] {x, f, b} : new TensorRef[] {x, f};
            g.op("CONV_3D", w.options(s.activation()), y, operands);
        });
    }

    private static void transpose(CaseList cases, Window w, Setting s) {
        cases.add("CONV_3D_TRANSPOSE/" + w + "/" + s, Tolerance.FLOAT, g -> {
            int[] in = s.in();
            int[] out = {in[0], w.grown(0, in[1]), w.grown(1, in[2]), w.grown(2, in[3]), s.channels()};
            TensorRef x = g.input(DataType.FLOAT32, in);
            int[] k = w.kernel();
            TensorRef f = g.randomConstant(TensorSpec.of(DataType.FLOAT32, k[0], k[1], k[2], s.channels(), in[4]));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, out);
            TensorRef shape = g.ints(out);
            TensorRef b = s.bias() ? g.randomConstant(TensorSpec.of(DataType.FLOAT32, s.channels())) : x;
            TensorRef[] operands = s.bias() ? new TensorRef[] {shape, f, x, b} : new TensorRef[] {shape, f, x};
            g.op("CONV_3D_TRANSPOSE", w.options(s.activation()), y, operands);
        });
    }
}
