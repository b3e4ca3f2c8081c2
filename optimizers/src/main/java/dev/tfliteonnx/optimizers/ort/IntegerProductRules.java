package dev.tfliteonnx.optimizers.ort;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import java.util.List;

/**
 * Products of integers that are made real at once.
 *
 * <p>Source: {@code dynamic_quantize_matmul_fusion.cc}, {@code matmul_integer_to_float.cc}.
 */
final class IntegerProductRules {
    private IntegerProductRules() {}

    static List<Rule> rules() {
        return List.of(
                rule("dynamic-quantize-matmul-bias", true, true),
                rule("dynamic-quantize-matmul", true, false),
                rule("matmul-integer-to-float-bias", false, true),
                rule("matmul-integer-to-float", false, false));
    }

    private static Rule rule(String name, boolean dynamic, boolean bias) {
        Pattern product = op("MatMulInteger")
                .in(any("a"), any("b"), any("a/zero").optional(), any("b/zero").optional())
                .oneUse();
        Pattern real = op("Cast")
                .in(product)
                .where("is float32", v -> v.type() == DataType.FLOAT32)
                .oneUse();
        Pattern scale =
                op("Mul").in(any("a/scale"), constant("b/scale")).anyOrder().oneUse();
        Pattern scaled = op("Mul")
                .in(real, scale)
                .anyOrder()
                .given("the scales are those of the operands", m -> dynamic ? isDynamic(m) : isStatic(m));
        Pattern whole = bias
                ? op("Add")
                        .in(scaled.oneUse(), constant("bias"))
                        .anyOrder()
                        .given("it is a bias", m -> isBias(m.get("bias"), m.get("b")))
                : scaled.given("no bias is added to it", m -> !isBiased(m));
        String op = dynamic ? "DynamicQuantizeMatMul" : "MatMulIntegerToFloat";
        return new Rule(
                name,
                "A product of integers that is made real at once becomes one " + op + ".",
                (dynamic ? "x → DynamicQuantizeLinear → MatMulInteger" : "q → MatMulInteger")
                        + "(w) → Cast → Mul → " + (bias ? "Add → " : "") + "y\n=> "
                        + (dynamic ? "x" : "q") + " → com.microsoft:" + op + "(w) → y",
                whole,
                m -> dynamic ? dynamic(m) : integers(m));
    }

    private static boolean isBias(Value bias, Value weights) {
        return bias.isConstant()
                && bias.shape().hasRank(1)
                && bias.shape().dim(0).equals(weights.shape().dim(-1));
    }

    private static boolean isBiased(Match m) {
        Value y = m.output();
        return y.hasOneUse()
                && y.uses().get(0).user().is("Add")
                && y.uses().get(0).user().inputs().stream().anyMatch(v -> isBias(v, m.get("b")));
    }

    private static boolean isDynamic(Match m) {
        Value a = m.get("a");
        return a.hasOneUse()
                && a.producer()
                        .filter(n -> n.is("DynamicQuantizeLinear")
                                && n.output() == a
                                && n.outputs().get(1) == m.get("a/scale")
                                && n.outputs().get(2) == m.find("a/zero").orElse(Value.ABSENT))
                        .isPresent()
                && m.get("b").isConstant()
                && m.get("b").shape().hasRank(2);
    }

    private static boolean isStatic(Match m) {
        boolean dynamic =
                m.get("a").producer().filter(n -> n.is("DynamicQuantizeLinear")).isPresent();
        return !dynamic
                && m.find("a/zero").isPresent()
                && m.get("a/scale").shape().isStatic()
                && m.get("a/scale").shape().elementCount() == 1;
    }

    private static Value zero(Match m) {
        return m.find("b/zero").orElse(Value.ABSENT);
    }

    private static Value dynamic(Match m) {
        Value x = m.node("a").input(0);
        Value bias = m.find("bias").orElse(Value.ABSENT);
        return Contrib.in(m, "DynamicQuantizeMatMul", Attributes.NONE, x, m.get("b"), m.get("b/scale"), zero(m), bias);
    }

    private static Value integers(Match m) {
        Value bias = m.find("bias").orElse(Value.ABSENT);
        return Contrib.in(
                m,
                "MatMulIntegerToFloat",
                Attributes.NONE,
                m.get("a"),
                m.get("b"),
                m.get("a/scale"),
                m.get("b/scale"),
                m.get("a/zero"),
                zero(m),
                bias);
    }
}
