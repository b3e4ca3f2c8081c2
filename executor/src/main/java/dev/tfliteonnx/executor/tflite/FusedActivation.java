package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Activation;

/** Bounds of fused activations. Source: {@code kernels/kernel_util.cc}. */
final class FusedActivation {
    private FusedActivation() {}

    /**
     * The least and the greatest integer that may come out.
     *
     * @param low the least
     * @param high the greatest
     */
    record Bounds(int low, int high) {
        int clamp(int x) {
            return Math.max(low, Math.min(high, x));
        }
    }

    /** The bounds of a quantized result. */
    static Bounds bounds(TfliteCall call) {
        return bounds(call.activation(), call.outType(), call.outQuant());
    }

    static Bounds bounds(Activation activation, DataType type, QuantParams quant) {
        int min = (int) type.min();
        int max = (int) type.max();
        return switch (activation) {
            case RELU -> new Bounds(Math.max(min, quantized(0, quant)), max);
            case RELU6 -> new Bounds(Math.max(min, quantized(0, quant)), Math.min(max, quantized(6, quant)));
            case RELU_N1_TO_1 -> new Bounds(Math.max(min, quantized(-1, quant)), Math.min(max, quantized(1, quant)));
            case NONE, TANH, SIGN_BIT -> new Bounds(min, max);
        };
    }

    private static int quantized(float x, QuantParams quant) {
        return (int) (quant.zeroPoint() + (int) Fixed.round(x / quant.scale()));
    }

    /** Applies an activation to float results, in place; TANH and SIGN_BIT are left out, as kernels do. */
    static float[] apply(Activation activation, float[] y) {
        switch (activation) {
            case RELU -> clamp(y, 0, Float.POSITIVE_INFINITY);
            case RELU6 -> clamp(y, 0, 6);
            case RELU_N1_TO_1 -> clamp(y, -1, 1);
            case NONE, TANH, SIGN_BIT -> {
                // kernels do not know the others
            }
        }
        return y;
    }

    /**
     * As {@link #apply}, and TANH and SIGN_BIT, too. Source: {@code ApplyActivationToVector} in {@code tensor_utils.h}.
     */
    static float[] applyAny(Activation activation, float[] y) {
        if (activation == Activation.TANH) {
            for (int i = 0; i < y.length; i++) {
                y[i] = (float) Math.tanh(y[i]);
            }
        } else if (activation == Activation.SIGN_BIT) {
            for (int i = 0; i < y.length; i++) {
                y[i] = Float.floatToRawIntBits(y[i]) >>> 31;
            }
        }
        return apply(activation, y);
    }

    /** Applies the logistic function, in place. */
    static float[] sigmoid(float[] y) {
        for (int i = 0; i < y.length; i++) {
            y[i] = 1 / (1 + (float) Math.exp(-y[i]));
        }
        return y;
    }

    private static void clamp(float[] y, float low, float high) {
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.min(high, Math.max(low, y[i]));
        }
    }
}
