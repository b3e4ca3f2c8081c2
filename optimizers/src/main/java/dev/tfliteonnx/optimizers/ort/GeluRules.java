package dev.tfliteonnx.optimizers.ort;

import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.oneOf;
import static dev.tfliteonnx.ir.pattern.Pattern.op;
import static dev.tfliteonnx.optimizers.ort.Contrib.floats;
import static dev.tfliteonnx.optimizers.ort.Contrib.number;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.List;

/**
 * The Gaussian error linear unit and its approximations, each written out as exporters do.
 *
 * <p>Source: {@code gelu_fusion.cc}, {@code bias_gelu_fusion.cc}, {@code fast_gelu_fusion.cc}, {@code
 * quick_gelu_fusion.cc}; what ONNX Runtime 1.30 was measured to make of these forms.
 */
final class GeluRules {
    private GeluRules() {}

    static List<Rule> rules() {
        return List.of(biasGelu(), biasFastGelu(), gelu(), fastGelu(), scaledQuickGelu(), quickGelu());
    }

    /** {@code 0.5 · x · (1 + erf(x / √2))}, with the factor of a half before or behind. */
    private static Pattern error(Pattern x) {
        Pattern scaled = op("Div").in(x, number("root", Math.sqrt(2))).oneUse();
        Pattern one = op("Add")
                .in(op("Erf").in(scaled).oneUse(), number("one", 1))
                .anyOrder()
                .oneUse();
        Pattern last = op("Mul")
                .in(op("Mul").in(x, one).anyOrder().oneUse(), number("half", 0.5))
                .anyOrder();
        Pattern first = op("Mul")
                .in(op("Mul").in(x, number("half", 0.5)).anyOrder().oneUse(), one)
                .anyOrder();
        return oneOf(last, first);
    }

    private static Rule gelu() {
        return new Rule(
                "gelu",
                "The Gaussian error linear unit, written with Erf, becomes one Gelu.",
                "x → Div(√2) → Erf → Add(1) → Mul(x) → Mul(0.5) → y\n=> x → com.microsoft:Gelu → y",
                error(floats("x")),
                m -> Contrib.in(m, "Gelu", Attributes.NONE, m.get("x")));
    }

    private static Pattern sum() {
        return op("Add")
                .in(floats("x"), floats("bias").where("is a vector", v -> v.shape()
                        .hasRank(1)))
                .anyOrder()
                .given("the bias runs along the last axis of x", GeluRules::isBias)
                .as("sum");
    }

    private static Pattern unit(String form) {
        return op("Gelu").in(sum().oneUse()).given("its form is " + form, m -> m.root()
                .attributes()
                .get(OnnxOps.APPROXIMATE, "none")
                .equals(form));
    }

    private static Rule biasGelu() {
        return new Rule(
                "bias-gelu",
                "A Gelu of a sum with a bias becomes one BiasGelu.",
                "x → Add(b) → Gelu → y\n=> x → com.microsoft:BiasGelu(b) → y",
                oneOf(unit("none"), error(sum()).given("nothing else reads the sum", GeluRules::isInner)),
                m -> Contrib.in(m, "BiasGelu", Attributes.NONE, m.get("x"), m.get("bias")));
    }

    private static Rule biasFastGelu() {
        return new Rule(
                "bias-fast-gelu",
                "An approximated Gelu of a sum with a bias becomes one FastGelu.",
                "x → Add(b) → Gelu(tanh) → y\n=> x → com.microsoft:FastGelu(b) → y",
                unit("tanh"),
                m -> Contrib.in(m, "FastGelu", Attributes.NONE, m.get("x"), m.get("bias")));
    }

    private static boolean isBias(Match m) {
        Shape x = m.get("x").shape();
        return x.isRanked()
                && x.rank() >= 1
                && x.dim(-1).equals(m.get("bias").shape().dim(0))
                && x.isFixed(x.rank() - 1);
    }

    private static boolean isInner(Match m) {
        Value sum = m.get("sum");
        return sum.uses().size() == 2 && !sum.isGraphOutput();
    }

    private static Rule fastGelu() {
        Pattern x = floats("x");
        Pattern cube = op("Mul")
                .in(op("Pow").in(x, number("three", 3)).oneUse(), number("k", 0.044715))
                .anyOrder();
        Pattern outer = op("Mul")
                .in(op("Add").in(x, cube.oneUse()).anyOrder().oneUse(), number("root", Math.sqrt(2 / Math.PI)))
                .anyOrder();
        Pattern square = op("Mul")
                .in(op("Mul").in(x, number("k", 0.044715)).anyOrder().oneUse(), x)
                .anyOrder();
        Pattern inner = op("Mul")
                .in(
                        op("Mul")
                                .in(x, number("root", Math.sqrt(2 / Math.PI)))
                                .anyOrder()
                                .oneUse(),
                        op("Add")
                                .in(square.oneUse(), number("one", 1))
                                .anyOrder()
                                .oneUse())
                .anyOrder();
        Pattern one = op("Add")
                .in(op("Tanh").in(oneOf(outer, inner).oneUse()).oneUse(), number("unit", 1))
                .anyOrder()
                .oneUse();
        return new Rule(
                "fast-gelu",
                "The Gaussian error linear unit, approximated with Tanh, becomes one FastGelu.",
                "x → Pow(3) → Mul(0.044715) → Add(x) → Mul(√(2/π)) → Tanh → Add(1) → Mul(0.5 x) → y\n"
                        + "=> x → com.microsoft:FastGelu → y",
                op("Mul")
                        .in(one, op("Mul").in(x, number("half", 0.5)).anyOrder().oneUse())
                        .anyOrder()
                        .where("is not an output of the graph", v -> !v.isGraphOutput()),
                m -> Contrib.in(m, "FastGelu", Attributes.NONE, m.get("x")));
    }

    private static Rule quickGelu() {
        Pattern x = floats("x");
        return new Rule(
                "quick-gelu",
                "A product with its own Sigmoid becomes one QuickGelu.",
                "x → Sigmoid → Mul(x) → y\n=> x → com.microsoft:QuickGelu → y",
                op("Mul").in(x, op("Sigmoid").in(x).oneUse()).anyOrder(),
                m -> Contrib.in(m, "QuickGelu", Attributes.of(OnnxOps.ALPHA, 1f), m.get("x")));
    }

    private static Rule scaledQuickGelu() {
        Pattern x = floats("x");
        Pattern factor = constant("alpha")
                .where("is one number", v -> Content.single(v).isPresent())
                .where("has no axis", v -> v.shape().hasRank(0) && v.type() == DataType.FLOAT32);
        Pattern scaled = op("Mul").in(x, factor).anyOrder().oneUse();
        return new Rule(
                "quick-gelu-scaled",
                "A product with the Sigmoid of a multiple becomes one QuickGelu.",
                "x → Mul(α) → Sigmoid → Mul(x) → y\n=> x → com.microsoft:QuickGelu(α) → y",
                op("Mul").in(x, op("Sigmoid").in(scaled).oneUse()).anyOrder(),
                m -> Contrib.in(m, "QuickGelu", Attributes.of(OnnxOps.ALPHA, alpha(m)), m.get("x")));
    }

    private static float alpha(Match m) {
        return Content.single(m.get("alpha")).orElseThrow().floatValue();
    }
}
