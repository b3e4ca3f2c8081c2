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
            return padding == Padding.SAME ? (in + strides[i] - 1) / strides[i] : (in - effective) / strides[i] + 1;
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
                    conv(cases, window, bias, Activation.NONE);
                    transpose(cases, window, bias, Activation.NONE);
                }
                for (Activation a : List.of(Activation.RELU, Activation.RELU6, Activation.RELU_N1_TO_1)) {
                    conv(cases, window, true, a);
                    transpose(cases, window, true, a);
                }
            }
        }
    }

    private static void conv(CaseList cases, Window w, boolean bias, Activation activation) {
        String name = "CONV_3D/" + w + (bias ? "/bias/" : "/") + activation;
        cases.add(name, Tolerance.FLOAT, g -> {
            int[] in = {2, 5, 6, 7, 3};
            int[] out = {2, w.out(0, 5), w.out(1, 6), w.out(2, 7), 4};
            TensorRef x = g.input(DataType.FLOAT32, in);
            TensorRef f = g.randomConstant(
                    TensorSpec.of(DataType.FLOAT32, w.kernel()[0], w.kernel()[1], w.kernel()[2], 3, 4));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, out);
            TensorRef b = bias ? g.randomConstant(TensorSpec.of(DataType.FLOAT32, 4)) : x;
            TensorRef[] operands = bias ? new TensorRef[] {x, f, b} : new TensorRef[] {x, f};
            g.op("CONV_3D", w.options(activation), y, operands);
        });
    }

    private static void transpose(CaseList cases, Window w, boolean bias, Activation activation) {
        String name = "CONV_3D_TRANSPOSE/" + w + (bias ? "/bias/" : "/") + activation;
        cases.add(name, Tolerance.FLOAT, g -> {
            int[] in = {2, 3, 4, 3, 3};
            int[] out = {2, w.grown(0, 3), w.grown(1, 4), w.grown(2, 3), 4};
            TensorRef x = g.input(DataType.FLOAT32, in);
            TensorRef f = g.randomConstant(
                    TensorSpec.of(DataType.FLOAT32, w.kernel()[0], w.kernel()[1], w.kernel()[2], 4, 3));
            TensorSpec y = TensorSpec.of(DataType.FLOAT32, out);
            TensorRef shape = g.ints(out);
            TensorRef b = bias ? g.randomConstant(TensorSpec.of(DataType.FLOAT32, 4)) : x;
            TensorRef[] operands = bias ? new TensorRef[] {shape, f, x, b} : new TensorRef[] {shape, f, x};
            g.op("CONV_3D_TRANSPOSE", w.options(activation), y, operands);
        });
    }
}
