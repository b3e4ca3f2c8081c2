package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Tfl;
import dev.tfliteonnx.tfl.WeightsFormat;
import java.util.Optional;

/**
 * What becomes of the sums of products: bias, the scale of each output, offset and bounds. FULLY_CONNECTED alone scales
 * in double precision. Source: {@code PopulateConvolutionQuantizationParams} in {@code kernels/kernel_util.cc}, {@code
 * reference/integer_ops/fully_connected.h}, {@code reference/fully_connected.h}.
 */
final class Sums {
    private final boolean wide;
    private final Optional<long[]> bias;
    private final Fixed.Multiplier[] multipliers;
    private final double[] real;
    private final int offset;
    private final FusedActivation.Bounds bounds;

    /** Of data in operand 0 and a bias in operand 2. */
    Sums(TfliteCall call, int outs) {
        this(call, outs, 0, 2);
    }

    /**
     * Of weights in operand 1.
     *
     * @param outs the number of outputs
     * @param data the operand that holds the data
     * @param biases the operand that holds the bias, or that is not there
     */
    Sums(TfliteCall call, int outs, int data, int biases) {
        this.bias = call.optional(biases).map(Array::longs);
        boolean isShort = call.in(data).type() == DataType.INT16;
        this.wide = isShort
                && call.optional(biases).map(b -> b.type() != DataType.INT32).orElse(true);
        this.offset = (int) call.outQuant().zeroPoint();
        this.bounds = FusedActivation.bounds(call);
        boolean isDense = call.node().is("FULLY_CONNECTED") && call.option(Tfl.WEIGHTS_FORMAT) == WeightsFormat.DEFAULT;
        boolean isNarrow = !isDense && call.in(data).type() == DataType.UINT8
                || call.node().is("BATCH_MATMUL");
        this.real = new double[isDense ? outs : 0];
        this.multipliers = new Fixed.Multiplier[outs];
        float in = call.quant(data).scale();
        float out = call.outQuant().scale();
        for (int o = 0; o < outs; o++) {
            float scale = call.quant(1).scale(call.quant(1).count() == 1 ? 0 : o);
            double product = isNarrow ? in * scale : (double) in * scale;
            multipliers[o] = Fixed.Multiplier.of(product / out);
            if (isDense) {
                real[o] = product / out;
            }
        }
    }

    /** Whether sums have 64 bits. */
    boolean isWide() {
        return wide;
    }

    void finish(int[] acc, long[] sums, int[] y, int at) {
        for (int o = 0; o < acc.length; o++) {
            y[at + o] = finish(wide ? sums[o] : acc[o], o);
        }
    }

    /** The result of a sum for output {@code o}. */
    int finish(long sum, int o) {
        long biased = bias.isPresent() ? sum + bias.get()[o] : sum;
        int scaled = real.length > 0
                ? (int) Fixed.round(biased * real[o])
                : wide ? multipliers[o].times(biased) : multipliers[o].times((int) biased);
        return bounds.clamp(scaled + offset);
    }
}
