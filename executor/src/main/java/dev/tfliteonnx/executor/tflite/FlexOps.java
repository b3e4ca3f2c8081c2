package dev.tfliteonnx.executor.tflite;

import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Operators of TensorFlow that TFLite passes on to it, of floats. Source: TensorFlow's documentation of each. */
final class FlexOps {
    private FlexOps() {}

    static void rows(TfliteKernels.Rows rows) {
        unary(rows, "Abs", Math::abs);
        unary(rows, "Cosh", Math::cosh);
        unary(rows, "Exp", Math::exp);
        unary(rows, "Log", Math::log);
        unary(rows, "Neg", x -> -x);
        unary(rows, "Relu", x -> Math.max(x, 0));
        unary(rows, "Sigmoid", x -> 1 / (1 + Math.exp(-x)));
        unary(rows, "Sign", Math::signum);
        unary(rows, "Sinh", Math::sinh);
        unary(rows, "Softplus", x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
        unary(rows, "Sqrt", Math::sqrt);
        unary(rows, "Tan", Math::tan);
        unary(rows, "Tanh", Math::tanh);
        binary(rows, "Add", Double::sum);
        binary(rows, "AddV2", Double::sum);
        binary(rows, "Maximum", Math::max);
        binary(rows, "Minimum", Math::min);
        binary(rows, "Mul", (a, b) -> a * b);
        binary(rows, "RealDiv", (a, b) -> a / b);
        binary(rows, "Sub", (a, b) -> a - b);
        rows.custom("FlexGreater", c -> List.of(Comparisons.compare(c, Comparisons.Order.GREATER)));
        rows.custom("FlexLess", c -> List.of(Comparisons.compare(c, Comparisons.Order.LESS)));
    }

    private static void unary(TfliteKernels.Rows rows, String name, DoubleUnaryOperator f) {
        rows.custom("Flex" + name, c -> List.of(Functions.map(c, f)));
    }

    private static void binary(TfliteKernels.Rows rows, String name, DoubleBinaryOperator f) {
        rows.custom("Flex" + name, c -> List.of(Functions.reals(c, f)));
    }
}
