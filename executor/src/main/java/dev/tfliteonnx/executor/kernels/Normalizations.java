package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;
import java.util.List;

/**
 * Elements brought to a common scale; x [N, C, ...] keeps its extents. Source: BatchNormalization-15,
 * InstanceNormalization-22, LayerNormalization-17, GroupNormalization-21 (and 18, with one scale a group),
 * RMSNormalization-23, LRN-13, LpNormalization-22, MeanVarianceNormalization-13. Sums are taken in double precision.
 */
final class Normalizations {
    private static final Key<Float> EPSILON = Key.ofFloat("epsilon");
    private static final Key<Float> MOMENTUM = Key.ofFloat("momentum");
    private static final Key<Long> TRAINING = Key.ofInt("training_mode");
    private static final Key<Long> AXIS = Key.ofInt("axis");
    private static final Key<Ints> AXES = Key.ofInts("axes");
    private static final Key<Long> NUM_GROUPS = Key.ofInt("num_groups");
    private static final Key<Long> SIZE = Key.ofInt("size");
    private static final Key<Float> ALPHA = Key.ofFloat("alpha");
    private static final Key<Float> BETA = Key.ofFloat("beta");
    private static final Key<Float> BIAS = Key.ofFloat("bias");
    private static final Key<Long> P = Key.ofInt("p");

    private Normalizations() {}

    /** BatchNormalization: by given mean and variance of every channel, or in training by those of the batch. */
    static List<Array> batch(Call call) {
        Array x = call.in(0);
        int channels = x.rank() > 1 ? x.dim(1) : 1;
        int inner = Dims.count(x.dims(), Math.min(2, x.rank()), x.rank());
        double[] mean = call.in(3).doubles().clone();
        double[] variance = call.in(4).doubles().clone();
        double[] runningMean = mean.clone();
        double[] runningVariance = variance.clone();
        double[] in = x.doubles();
        if (call.flag(TRAINING)) {
            float momentum = call.option(MOMENTUM, 0.9f);
            for (int c = 0; c < channels; c++) {
                double[] moments = moments(in, c, channels, inner);
                mean[c] = moments[0];
                variance[c] = moments[1];
                runningMean[c] = runningMean[c] * momentum + mean[c] * (1 - momentum);
                runningVariance[c] = runningVariance[c] * momentum + variance[c] * (1 - momentum);
            }
        }
        double[] scale = call.in(1).doubles();
        double[] bias = call.in(2).doubles();
        float epsilon = call.option(EPSILON, 1e-5f);
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int c = i / inner % channels;
            out[i] = (in[i] - mean[c]) / Math.sqrt(variance[c] + epsilon) * scale[c] + bias[c];
        }
        return List.of(
                Array.ofDoubles(x.type(), x.dims(), out),
                Array.ofDoubles(call.in(3).type(), call.in(3).dims(), runningMean),
                Array.ofDoubles(call.in(4).type(), call.in(4).dims(), runningVariance));
    }

    private static double[] moments(double[] in, int c, int channels, int inner) {
        int batches = in.length / (channels * inner);
        double[] all = new double[batches * inner];
        for (int n = 0; n < batches; n++) {
            System.arraycopy(in, (n * channels + c) * inner, all, n * inner, inner);
        }
        return moments(all, 0, all.length);
    }

    /** Mean and variance of a run of elements. */
    private static double[] moments(double[] in, int from, int n) {
        double mean = Reductions.Kind.MEAN.real(in, from, n);
        double sum = 0;
        for (int i = from; i < from + n; i++) {
            sum += (in[i] - mean) * (in[i] - mean);
        }
        return new double[] {mean, sum / n};
    }

    /** InstanceNormalization: by the mean and variance of every channel of every batch. */
    static Array instance(Call call) {
        Array x = call.in(0);
        return grouped(x, x.dim(1), call);
    }

    /** GroupNormalization: by the mean and variance of groups of channels. */
    static Array group(Call call) {
        return grouped(call.in(0), call.option(NUM_GROUPS, 1), call);
    }

    private static Array grouped(Array x, int groups, Call call) {
        double[] scale = call.in(1).doubles();
        double[] bias = call.in(2).doubles();
        float epsilon = call.option(EPSILON, 1e-5f);
        int channels = x.dim(1);
        int n = x.size() / (x.dim(0) * groups);
        int inner = Dims.count(x.dims(), 2, x.rank());
        double[] in = x.doubles();
        double[] out = new double[in.length];
        for (int from = 0; from < in.length; from += n) {
            double[] moments = moments(in, from, n);
            double factor = 1 / Math.sqrt(moments[1] + epsilon);
            for (int i = from; i < from + n; i++) {
                int c = scale.length == channels ? i / inner % channels : i / n % groups;
                out[i] = (in[i] - moments[0]) * factor * scale[c] + bias[c];
            }
        }
        return Array.ofDoubles(x.type(), x.dims(), out);
    }

    /** LayerNormalization: by the mean and variance over axis and all after it; also gives mean and 1/deviation. */
    static List<Array> layer(Call call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.option(AXIS, -1), x.rank());
        float epsilon = call.option(EPSILON, 1e-5f);
        int n = Dims.count(x.dims(), axis, x.rank());
        double[] in = x.doubles();
        double[] out = new double[in.length];
        double[] means = new double[in.length / n];
        double[] factors = new double[means.length];
        for (int r = 0; r < means.length; r++) {
            double[] moments = moments(in, r * n, n);
            means[r] = moments[0];
            factors[r] = 1 / Math.sqrt(moments[1] + epsilon);
            for (int i = r * n; i < (r + 1) * n; i++) {
                out[i] = (in[i] - means[r]) * factors[r];
            }
        }
        int[] dims = x.dims().clone();
        Arrays.fill(dims, axis, dims.length, 1);
        return List.of(
                scaled(x, out, call),
                Array.ofDoubles(DataType.FLOAT32, dims, means),
                Array.ofDoubles(DataType.FLOAT32, dims.clone(), factors));
    }

    /** RMSNormalization: by the root of the mean of squares over axis and all after it. */
    static Array rootMeanSquare(Call call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.option(AXIS, -1), x.rank());
        float epsilon = call.option(EPSILON, 1e-5f);
        int n = Dims.count(x.dims(), axis, x.rank());
        double[] in = x.doubles();
        double[] out = new double[in.length];
        for (int from = 0; from < in.length; from += n) {
            double root = Math.sqrt(Reductions.Kind.SUM_SQUARE.real(in, from, n) / n + epsilon);
            for (int i = from; i < from + n; i++) {
                out[i] = in[i] / root;
            }
        }
        return scaled(x, out, call);
    }

    private static Array scaled(Array x, double[] normal, Call call) {
        Array plain = new Array(DataType.FLOAT64, x.dims(), normal);
        Array scaled = Elementwise.reals(plain, call.in(1), DataType.FLOAT64, (v, s) -> v * s);
        return Elementwise.reals(scaled, call.optional(2).orElse(Array.scalar(0)), x.type(), Double::sum);
    }

    /** LRN: by the squares of size neighbouring channels. */
    static Array localResponse(Call call) {
        Array x = call.in(0);
        int size = call.option(SIZE, 1);
        float alpha = call.option(ALPHA, 0.0001f);
        float beta = call.option(BETA, 0.75f);
        float bias = call.option(BIAS, 1f);
        int channels = x.dim(1);
        int inner = Dims.count(x.dims(), 2, x.rank());
        double[] in = x.doubles();
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            int c = i / inner % channels;
            double sum = 0;
            for (int k = Math.max(0, c - (size - 1) / 2); k <= Math.min(channels - 1, c + size / 2); k++) {
                double v = in[i + (k - c) * inner];
                sum += v * v;
            }
            out[i] = in[i] / Math.pow(bias + alpha / size * sum, beta);
        }
        return Array.ofDoubles(x.type(), x.dims(), out);
    }

    /** LpNormalization: divided by the sum of magnitudes or the root of the sum of squares of an axis. */
    static Array lp(Call call) {
        Array x = call.in(0);
        int[] axis = {Dims.axis(call.option(AXIS, -1), x.rank())};
        Reductions.Kind kind = call.option(P, 2) == 1 ? Reductions.Kind.L1 : Reductions.Kind.L2;
        Array norm = Reductions.reduce(x, axis, true, kind);
        return Elementwise.reals(x, norm, x.type(), (v, n) -> n == 0 ? 0 : v / n);
    }

    /** MeanVarianceNormalization: to mean 0 and variance 1 over axes. */
    static Array meanVariance(Call call) {
        Array x = call.in(0);
        int[] axes = Dims.axes(call.option(AXES, Ints.of(0, 2, 3)).toArray(), x.rank());
        Array wide = Casting.cast(x, DataType.FLOAT64);
        Array mean = Reductions.reduce(wide, axes, true, Reductions.Kind.MEAN);
        Array centred = Elementwise.reals(wide, mean, DataType.FLOAT64, (v, m) -> v - m);
        Array squares = Elementwise.map(centred, v -> v * v);
        Array variance = Reductions.reduce(squares, axes, true, Reductions.Kind.MEAN);
        return Elementwise.reals(centred, variance, x.type(), (v, s) -> v / (Math.sqrt(s) + 1e-9));
    }
}
