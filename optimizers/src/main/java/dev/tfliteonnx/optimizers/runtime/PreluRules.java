package dev.tfliteonnx.optimizers.runtime;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.List;
import java.util.Optional;

/**
 * PRelu in other words. Its kernel computes element by element; those of Mul, Max and Relu are vectorized, and LeakyRelu
 * even becomes part of a convolution. Each form gives the same bits, but for the sign of zeros.
 *
 * <p>Source: ONNX Runtime's {@code core/providers/cpu/activation/activations.cc}, {@code
 * core/optimizer/conv_activation_fusion.cc}.
 */
final class PreluRules {
    private PreluRules() {}

    static List<Rule> rules() {
        return List.of(toLeakyRelu(), toMax(), toRelu());
    }

    private static Pattern prelu(Pattern slope) {
        return op("PRelu").in(any("x"), slope).where("is float32", v -> v.type() == DataType.FLOAT32);
    }

    private static Rule toLeakyRelu() {
        Pattern slope = constant("slope")
                .where("is small", v -> Content.all(v, s -> true))
                .where("is the same for all", v -> slope(v).isPresent());
        return new Rule(
                "prelu-to-leaky-relu",
                "A PRelu with one slope for all becomes a LeakyRelu.",
                "x → PRelu([0.25, 0.25]) → y\n=> x → LeakyRelu(0.25) → y",
                prelu(slope),
                m -> m.onnx()
                        .op(
                                "LeakyRelu",
                                Attributes.of(
                                        OnnxOps.ALPHA, slope(m.get("slope")).orElseThrow()),
                                m.get("x")));
    }

    private static Optional<Float> slope(Value constant) {
        float[] slopes = constant.constant().orElseThrow().toFloats();
        return slopes.length > 0 && Content.all(constant, s -> s == slopes[0])
                ? Optional.of(slopes[0])
                : Optional.empty();
    }

    /** An infinite {@code x} times a slope of 0 would not be a number. */
    private static Rule toMax() {
        return new Rule(
                "prelu-to-max",
                "A PRelu whose slopes are at most 1 and not 0 becomes a Mul and a Max.",
                "x → PRelu(s) → y\n=> Max(x, x·s) → y",
                prelu(constant("slope")
                        .where("is at most 1 and not 0", v -> Content.all(v, s -> s <= 1 && s != 0 && finite(s)))),
                m -> m.onnx().op("Max", m.get("x"), m.onnx().mul(m.get("x"), m.get("slope"))));
    }

    private static Rule toRelu() {
        return new Rule(
                "prelu-to-relu",
                "A PRelu of any other slopes becomes a Relu and a Min.",
                "x → PRelu(s) → y\n=> Relu(x) + Min(x, 0)·s → y",
                prelu(constant("slope").where("is finite", v -> Content.all(v, PreluRules::finite))),
                PreluRules::parts);
    }

    private static Value parts(Match m) {
        Value x = m.get("x");
        Value below = m.onnx().op("Min", x, m.onnx().scalarLike(x, 0));
        return m.onnx().add(m.onnx().op("Relu", x), m.onnx().mul(below, m.get("slope")));
    }

    private static boolean finite(double slope) {
        return Double.isFinite(slope);
    }
}
