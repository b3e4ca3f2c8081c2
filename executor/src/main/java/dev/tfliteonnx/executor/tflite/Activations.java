package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;

/** Activations as operators of their own. */
final class Activations {
    private Activations() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("RELU", Activations::relu);
    }

    /** RELU. Source: {@code kernels/activations.cc}. */
    static Array relu(TfliteCall call) {
        float[] x = call.in(0).floats();
        float[] y = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.max(x[i], 0);
        }
        return Array.ofFloats(call.outType(), call.in(0).dims(), y);
    }
}
