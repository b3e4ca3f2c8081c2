package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Tfl;
import dev.tfliteonnx.tfl.WeightsFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Products of matrices. */
final class Products {
    private Products() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.many("FULLY_CONNECTED", call -> {
            Array y = fullyConnected(call);
            return call.outputs() > 1 ? List.of(y, shuffled(call.in(0))) : List.of(y);
        });
    }

    /**
     * FULLY_CONNECTED: rows of the last axis, weights {@code [O,I]}, bias {@code [O]}. Float, stored integers, or
     * floats that are rounded beside weights of integers. Source: {@code kernels/fully_connected.cc}, {@code
     * reference/integer_ops/fully_connected.h}.
     */
    static Array fullyConnected(TfliteCall call) {
        Array w = call.in(1);
        int outs = w.dim(0);
        int depth = w.dim(1);
        int n = call.in(0).size() / depth;
        if (n * depth != call.in(0).size()) {
            throw new IllegalArgumentException(call.in(0) + " has no whole rows of " + depth);
        }
        int[] dims = call.option(Tfl.KEEP_NUM_DIMS)
                ? Dims.with(call.in(0).dims(), call.in(0).rank() - 1, outs)
                : new int[] {n, outs};
        if (call.in(0).type().isFloat()) {
            return w.type().isFloat() ? floats(call, dims, depth) : rounded(call, dims, depth);
        }
        int[] x = Integers.of(call.in(0), call.quant(0).zeroPoint());
        int[] weights = weights(call);
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

    /**
     * Weights of integers, row by row. Shuffled ones lie in blocks of 4 rows and 16 columns and have their sign bit
     * flipped. Source: {@code ShuffledFullyConnected} in {@code reference/fully_connected.h}.
     */
    private static int[] weights(TfliteCall call) {
        Array w = call.in(1);
        if (call.option(Tfl.WEIGHTS_FORMAT) == WeightsFormat.DEFAULT) {
            return Integers.of(w, call.quant(1).zeroPoint(0));
        }
        Array blocks = w.reshaped(w.dim(0) / 4, w.dim(1) / 16, 4, 16);
        int[] weights = Integers.of(Moves.transposed(blocks, 0, 2, 1, 3), 0);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (byte) weights[i];
        }
        return weights;
    }

    /**
     * What a kernel for shuffled weights leaves behind: blocks of 16 columns of the operand, their sign bit flipped.
     */
    private static Array shuffled(Array x) {
        int depth = x.dim(-1);
        Array blocks = x.reshaped(x.size() / depth, depth / 16, 16);
        return Integers.map(Moves.transposed(blocks, 1, 0, 2).reshaped(x.dims()), x.type(), q -> q ^ 0x80);
    }

    /**
     * Weights of one scale for each block of a row. Source: {@code EvalBlockwise4Bit} in {@code
     * kernels/fully_connected.cc}.
     */
    private static Array blockwise(TfliteCall call, int[] dims, int depth) {
        RoundedRows rows = RoundedRows.of(call.in(0).floats(), call.in(0).size() / depth, true);
        int[] weights = Integers.signed(call.in(1));
        QuantParams quant = call.quant(1);
        int outs = call.in(1).dim(0);
        int blocks = depth / quant.blockSize();
        float[] y = new float[Dims.count(dims)];
        IntStream.range(0, y.length).parallel().forEach(i -> {
            int o = i % outs;
            float zeros = 0;
            for (int b = 0; b < blocks; b++) {
                float scale = quant.scale(o * blocks + b);
                int sum = 0;
                int acc = 0;
                for (int k = b * quant.blockSize(); k < (b + 1) * quant.blockSize(); k++) {
                    sum += weights[o * depth + k];
                    acc += rows.values()[i / outs * depth + k] * weights[o * depth + k];
                }
                y[i] += acc * scale;
                zeros += scale * sum;
            }
            y[i] = (y[i] - rows.zeros()[i / outs] * zeros) * rows.scales()[i / outs];
            y[i] += call.has(2) ? call.in(2).floats()[o] : 0;
        });
        return new Array(DataType.FLOAT32, dims, FusedActivation.applyAny(call.activation(), y));
    }

    private static Array rounded(TfliteCall call, int[] dims, int depth) {
        if (call.quant(1).blockSize() != 0) {
            return blockwise(call, dims, depth);
        }
        boolean asymmetric = call.option(Tfl.ASYMMETRIC_QUANTIZE_INPUTS);
        RoundedRows rows = RoundedRows.of(call.in(0).floats(), call.in(0).size() / depth, asymmetric);
        int[] x = rows.centered();
        int[] weights = Integers.signed(call.in(1));
        QuantParams quant = call.quant(1);
        int outs = call.in(1).dim(0);
        float[] y = new float[Dims.count(dims)];
        Optional<float[]> bias = call.optional(2).map(Array::floats);
        IntStream.range(0, y.length).parallel().forEach(i -> {
            int o = i % outs;
            int sum = 0;
            for (int k = 0; k < depth; k++) {
                sum += x[i / outs * depth + k] * weights[o * depth + k];
            }
            float scaled = sum * (rows.scales()[i / outs] * quant.scale(quant.count() == 1 ? 0 : o));
            y[i] = scaled + (bias.isPresent() ? bias.get()[o] : 0);
        });
        return new Array(DataType.FLOAT32, dims, FusedActivation.applyAny(call.activation(), y));
    }

    private static Array floats(TfliteCall call, int[] dims, int depth) {
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
