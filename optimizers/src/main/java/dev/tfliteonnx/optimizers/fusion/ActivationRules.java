package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.oneOf;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.List;

/** Activations that were written out. */
final class ActivationRules {
    private static final double ROUNDING = 1e-7;

    private ActivationRules() {}

    static List<Rule> rules() {
        return List.of(hardSwish(), prelu());
    }

    /** {@code x · min(max(x + 3, 0), 6) / 6} in whatever order it was written. */
    private static Rule hardSwish() {
        Pattern ramp = op("Clip")
                .in(op("Add").in(any("x"), number("three", 3)).anyOrder(), number("zero", 0), number("six", 6));
        Pattern product = op("Mul").in(any("x"), ramp).anyOrder();
        Pattern whole = oneOf(op("Mul").in(any("x"), sixth(ramp)).anyOrder(), sixth(product));
        return new Rule(
                "hard-swish",
                "A number times its ramp from −3 to 3 becomes a HardSwish.",
                "x · Clip(x + 3, 0, 6) / 6 → y\n=> HardSwish(x) → y",
                whole.where("is float32", v -> v.type() == DataType.FLOAT32)
                        .given(
                                "nothing is extended",
                                m -> m.get("x").shape().equals(m.output().shape())),
                m -> m.onnx().op("HardSwish", m.get("x")));
    }

    private static Pattern sixth(Pattern of) {
        return oneOf(
                op("Mul").in(of, number("sixth", 1 / 6.0)).anyOrder(), op("Div").in(of, number("by", 6)));
    }

    /** The result has the same bits, but for the sign of zeros. */
    private static Rule prelu() {
        Pattern above = op("Relu").in(any("x"));
        Pattern below = op("Relu").in(op("Neg").in(any("x")));
        Pattern whole = oneOf(
                op("Sub").in(above, op("Mul").in(below, constant("slope")).anyOrder()),
                op("Add")
                        .in(
                                above,
                                op("Mul")
                                        .in(op("Neg").in(below), constant("slope"))
                                        .anyOrder())
                        .anyOrder());
        return new Rule(
                "prelu",
                "What is above 0, and what is below by a slope, become a PRelu.",
                "Relu(x) + s·(−Relu(−x)) → y\n=> PRelu(x, s) → y",
                whole.where("is float32", v -> v.type() == DataType.FLOAT32)
                        .given(
                                "nothing is extended",
                                m -> m.get("x").shape().equals(m.output().shape())),
                m -> m.onnx().op("PRelu", m.get("x"), m.get("slope")));
    }

    private static Pattern number(String name, double wanted) {
        return constant(name).where("is " + (float) wanted, v -> Content.single(v)
                .filter(d -> Math.abs(d - wanted) <= ROUNDING)
                .isPresent());
    }
}
