package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.ErrorFunction;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/** Operators of TensorFlow that TFLite passes on to it, of numbers. Source: TensorFlow's documentation of each. */
final class FlexOps {
    private static final double SELU_SCALE = 1.0507009873554805;
    private static final double SELU_ALPHA = 1.6732632423543772;

    private FlexOps() {}

    static void rows(TfliteKernels.Rows rows) {
        whole(rows, "Abs", Math::abs, Math::abs);
        whole(rows, "Neg", x -> -x, x -> -x);
        whole(rows, "Sign", Math::signum, Long::signum);
        real(rows, "Atan", Math::atan);
        real(rows, "Cosh", Math::cosh);
        real(rows, "Erf", ErrorFunction::erf);
        real(rows, "Exp", Math::exp);
        real(rows, "Inv", x -> 1 / x);
        real(rows, "Log", Math::log);
        real(rows, "Reciprocal", x -> 1 / x);
        real(rows, "Relu", x -> Math.max(x, 0));
        real(rows, "Selu", x -> SELU_SCALE * (x < 0 ? SELU_ALPHA * Math.expm1(x) : x));
        real(rows, "Sigmoid", x -> 1 / (1 + Math.exp(-x)));
        real(rows, "Sinh", Math::sinh);
        real(rows, "Softplus", x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
        real(rows, "Softsign", x -> x / (1 + Math.abs(x)));
        real(rows, "Sqrt", Math::sqrt);
        real(rows, "Tan", Math::tan);
        real(rows, "Tanh", Math::tanh);
        binary(rows, "Add", Double::sum, Long::sum);
        binary(rows, "AddV2", Double::sum, Long::sum);
        binary(rows, "Maximum", Math::max, Math::max);
        binary(rows, "Minimum", Math::min, Math::min);
        binary(rows, "Mul", (a, b) -> a * b, (a, b) -> a * b);
        binary(rows, "RealDiv", (a, b) -> a / b, (a, b) -> a / b);
        binary(rows, "Sub", (a, b) -> a - b, (a, b) -> a - b);
        rows.custom("FlexGreater", c -> List.of(Comparisons.compare(c, Comparisons.Order.GREATER)));
        rows.custom("FlexLess", c -> List.of(Comparisons.compare(c, Comparisons.Order.LESS)));
        rows.custom("FlexIdentity", c -> List.of(c.in(0)));
        rows.custom("FlexIsNan", c -> List.of(Functions.map(c, x -> Double.isNaN(x) ? 1 : 0)));
    }

    private static void real(TfliteKernels.Rows rows, String name, DoubleUnaryOperator f) {
        rows.custom("Flex" + name, c -> List.of(HloMath.real(c, f)));
    }

    private static void whole(TfliteKernels.Rows rows, String name, DoubleUnaryOperator f, LongUnaryOperator g) {
        rows.custom("Flex" + name, c -> List.of(HloMath.each(c, f, g)));
    }

    private static void binary(TfliteKernels.Rows rows, String name, DoubleBinaryOperator f, LongBinaryOperator g) {
        rows.custom("Flex" + name, c -> List.of(Functions.numbers(c.in(0), c.in(1), f, g)));
    }
}
