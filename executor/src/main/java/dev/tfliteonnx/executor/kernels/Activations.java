package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Key;

/**
 * Functions of one element: f(x [...]) → [...]. Source: the formulas of the ONNX operator pages, opset 24, each older
 * version being the same or with fewer types.
 */
final class Activations {
    private static final Key<Float> ALPHA = Key.ofFloat("alpha");
    private static final Key<Float> BETA = Key.ofFloat("beta");
    private static final Key<Float> GAMMA = Key.ofFloat("gamma");
    private static final Key<Float> BIAS = Key.ofFloat("bias");
    private static final Key<Float> LAMBDA = Key.ofFloat("lambd");
    private static final Key<String> APPROXIMATE = Key.ofString("approximate");
    private static final Key<Long> DETECT_NEGATIVE = Key.ofInt("detect_negative");
    private static final Key<Long> DETECT_POSITIVE = Key.ofInt("detect_positive");

    private Activations() {}

    /** Relu: x, or 0 below. */
    static Array relu(Call call) {
        Array x = call.in(0);
        return x.data() instanceof float[]
                ? FloatLoops.map(x, FloatLoops.RELU)
                : Elementwise.map(x, v -> v < 0 ? 0 : v, v -> Math.max(0, v));
    }

    /** LeakyRelu: x, or alpha·x below zero. */
    static Array leakyRelu(Call call) {
        float alpha = call.option(ALPHA, 0.01f);
        return Elementwise.map(call.in(0), x -> x < 0 ? alpha * x : x);
    }

    /** ThresholdedRelu: x, or 0 up to alpha. */
    static Array thresholdedRelu(Call call) {
        float alpha = call.option(ALPHA, 1f);
        return Elementwise.map(call.in(0), x -> x > alpha ? x : 0);
    }

    /** Elu: x, or alpha·(eˣ − 1) below zero. */
    static Array elu(Call call) {
        float alpha = call.option(ALPHA, 1f);
        return Elementwise.map(call.in(0), x -> x < 0 ? alpha * Math.expm1(x) : x);
    }

    /** Celu: max(0, x) + min(0, alpha·(e^(x/alpha) − 1)). */
    static Array celu(Call call) {
        float alpha = call.option(ALPHA, 1f);
        return Elementwise.map(call.in(0), x -> Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)));
    }

    /** Selu: gamma·x, or gamma·alpha·(eˣ − 1) up to zero. */
    static Array selu(Call call) {
        float alpha = call.option(ALPHA, 1.6732632f);
        float gamma = call.option(GAMMA, 1.050701f);
        return Elementwise.map(call.in(0), x -> gamma * (x > 0 ? x : alpha * Math.expm1(x)));
    }

    /** HardSigmoid: alpha·x + beta, kept within 0 and 1. */
    static Array hardSigmoid(Call call) {
        float alpha = call.option(ALPHA, 0.2f);
        float beta = call.option(BETA, 0.5f);
        return Elementwise.map(call.in(0), x -> hardSigmoid(x, alpha, beta));
    }

    static double hardSigmoid(double x, float alpha, float beta) {
        return Math.max(0, Math.min(1, alpha * x + beta));
    }

    /** Swish: x·sigmoid(alpha·x). */
    static Array swish(Call call) {
        float alpha = call.option(ALPHA, 1f);
        return Elementwise.map(call.in(0), x -> x * sigmoid(alpha * x));
    }

    /** Shrink: towards zero by bias outside ±lambd, 0 within. */
    static Array shrink(Call call) {
        float lambda = call.option(LAMBDA, 0.5f);
        float bias = call.option(BIAS, 0f);
        return Elementwise.map(call.in(0), x -> x < -lambda ? x + bias : x > lambda ? x - bias : 0);
    }

    /** Gelu: x·Φ(x), or its approximation by tanh. */
    static Array gelu(Call call) {
        if (call.option(APPROXIMATE, "none").equals("tanh")) {
            double c = Math.sqrt(2 / Math.PI);
            return Elementwise.map(call.in(0), x -> 0.5 * x * (1 + Math.tanh(c * (x + 0.044715 * x * x * x))));
        }
        return Elementwise.map(call.in(0), x -> 0.5 * x * (1 + ErrorFunction.erf(x / Math.sqrt(2))));
    }

    /** IsInf: whether infinite, on the sides asked for. */
    static Array isInf(Call call) {
        boolean negative = call.option(DETECT_NEGATIVE, 1L) != 0;
        boolean positive = call.option(DETECT_POSITIVE, 1L) != 0;
        return Elementwise.test(call.in(0), x -> Double.isInfinite(x) && (x > 0 ? positive : negative));
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    static double hardSwish(double x) {
        return x * Math.max(0, Math.min(1, x / 6 + 0.5));
    }

    static double asinh(double x) {
        double a = Math.abs(x);
        return Math.copySign(Math.log1p(a + a * a / (1 + Math.sqrt(a * a + 1))), x);
    }

    static double acosh(double x) {
        return Math.log(x + Math.sqrt((x - 1) * (x + 1)));
    }

    static double atanh(double x) {
        return 0.5 * (Math.log1p(x) - Math.log1p(-x));
    }
}
