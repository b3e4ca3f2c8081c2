package dev.tfliteonnx.handlers;

import dev.tfliteonnx.handlers.FixedPoint.RealFunction;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Tfl;

/** The functions that kernels fill tables with, in single precision. */
final class RealFunctions {
    private static final float SQRT_TWO_OVER_PI = (float) Math.sqrt(2 / Math.PI);
    private static final float SQRT_HALF = (float) Math.sqrt(0.5);

    private RealFunctions() {}

    /** Source: {@code kernels/exp.cc}. */
    static RealFunction exp(TflOp op) {
        return x -> (float) StrictMath.exp(x);
    }

    /** The least number that the result can hold stands for what has no logarithm. Source: {@code kernels/elementwise.cc}. */
    static RealFunction log(TflOp op) {
        QuantParams out = op.out().quant().orElseThrow();
        float least = (op.out().type().min() - out.zeroPoint()) * out.scale();
        return x -> x <= 0 ? least : (float) StrictMath.log(x);
    }

    /** The greatest number that the result can hold stands for what has no root. Source: {@code kernels/elementwise.cc}. */
    static RealFunction rsqrt(TflOp op) {
        float greatest = op.out().type().max() * op.out().quant().orElseThrow().scale();
        return x -> x <= 0 ? greatest : 1 / (float) Math.sqrt(x);
    }

    /** Source: {@code LogisticPrepare} in {@code kernels/activations.cc}. */
    static RealFunction logistic(TflOp op) {
        return x -> 1 / (1 + (float) StrictMath.exp(-x));
    }

    /** Source: {@code TanhPrepare} in {@code kernels/activations.cc}. */
    static RealFunction tanh(TflOp op) {
        return x -> (float) StrictMath.tanh(x);
    }

    /** Source: {@code EluPrepare} in {@code kernels/activations.cc}. */
    static RealFunction elu(TflOp op) {
        return x -> x < 0 ? (float) StrictMath.expm1(x) : x;
    }

    /** Source: {@code kernels/internal/reference/gelu.h}. */
    static RealFunction gelu(TflOp op) {
        return op.option(Tfl.APPROXIMATE)
                ? x -> 0.5f * x * (1 + (float) StrictMath.tanh(SQRT_TWO_OVER_PI * (x + 0.044715f * x * x * x)))
                : x -> 0.5f * x * (float) (1 - erf(x * -SQRT_HALF));
    }

    /** The error function by a series of terms of one sign. */
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return Math.abs(x) > 6 ? Math.signum(x) : 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * sum;
    }
}
