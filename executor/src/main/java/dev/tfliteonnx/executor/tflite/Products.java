package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Tfl;
import dev.tfliteonnx.tfl.WeightsFormat;
import java.util.Optional;
import java.util.stream.IntStream;

/** Products of matrices. */
final class Products {
    private Products() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("FULLY_CONNECTED", Products::fullyConnected);
    }

    /**
     * FULLY_CONNECTED: rows of the last axis, weights {@code [O,I]}, bias {@code [O]}; float or stored integers. Weights
     * that are quantized beside float activations are refused, shuffled ones too. Source:
     * {@code kernels/fully_connected.cc}, {@code reference/integer_ops/fully_connected.h}.
     */
    static Array fullyConnected(TfliteCall call) {
        Array w = call.in(1);
        int outs = w.dim(0);
        int depth = w.dim(1);
        if (call.option(Tfl.WEIGHTS_FORMAT) != WeightsFormat.DEFAULT) {
            throw new IllegalArgumentException("weights in the format " + call.option(Tfl.WEIGHTS_FORMAT));
        }
        int n = call.in(0).size() / depth;
        int[] dims = call.option(Tfl.KEEP_NUM_DIMS)
                ? Dims.with(call.in(0).dims(), call.in(0).rank() - 1, outs)
                : new int[] {n, outs};
        if (call.in(0).type().isFloat()) {
            return floats(call, dims, depth);
        }
        int[] x = Integers.of(call.in(0), call.quant(0).zeroPoint());
        int[] weights = Integers.of(w, call.quant(1).zeroPoint(0));
        int[] y = new int[n * outs];
        Sums sums = new Sums(call, outs);
        IntStream.range(0, y.length).parallel().forEach(i -> {
            int a = i / outs * depth;
            int b = i % outs * depth;
            long sum = 0;
            for (int k = 0; k < depth; k++) {
                sum += x[a + k] * weights[b + k];
            }
            y[i] = sums.finish(sum, i % outs);
        });
        return Integers.array(call.outType(), dims, y);
    }

    private static Array floats(TfliteCall call, int[] dims, int depth) {
        if (!call.in(1).type().isFloat()) {
            throw new IllegalArgumentException("weights of " + call.in(1).type() + " for float activations");
        }
        float[] x = call.in(0).floats();
        float[] weights = call.in(1).floats();
        int outs = call.in(1).dim(0);
        float[] y = new float[Dims.count(dims)];
        Optional<float[]> bias = call.optional(2).map(Array::floats);
        IntStream.range(0, y.length).parallel().forEach(i -> {
            int a = i / outs * depth;
            int b = i % outs * depth;
            float sum = 0;
            for (int k = 0; k < depth; k++) {
                sum += x[a + k] * weights[b + k];
            }
            y[i] = sum + (bias.isPresent() ? bias.get()[i % outs] : 0);
        });
        return new Array(DataType.FLOAT32, dims, FusedActivation.apply(call.activation(), y));
    }
}
