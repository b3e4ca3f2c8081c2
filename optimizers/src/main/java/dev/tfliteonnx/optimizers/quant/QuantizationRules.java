package dev.tfliteonnx.optimizers.quant;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.List;
import java.util.Set;

/** The pass {@code quantization-cleanup}: what changes between stored integers and real numbers for nothing. */
public final class QuantizationRules {
    private QuantizationRules() {}

    /** All rules of the pass. */
    public static List<Rule> all() {
        return List.of(quantizeOfDequantize(), subtractConstant());
    }

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "quantization-cleanup",
                "Does away with quantizing what was dequantized with the same parameters, and with differences.",
                Set.of("cleanup"),
                all());
    }

    private static Rule quantizeOfDequantize() {
        return new Rule(
                "quantize-of-dequantize",
                "Integers of at most 16 bits that are dequantized and quantized with the same parameters stay.",
                "q:INT8 → DequantizeLinear → QuantizeLinear → r:INT8\n=> q:INT8 → r:INT8",
                op("QuantizeLinear")
                        .in(
                                op("DequantizeLinear")
                                        .in(any("q"), any("s"), any("z").optional())
                                        .as("dq"),
                                any("s2"),
                                any("z2").optional())
                        .given(
                                "type and parameters are the same",
                                m -> m.get("q").type() == m.output().type() && sameParameters(m.node("dq"), m.root()))
                        .given("at most 16 bits", m -> m.get("q").type().bits() <= 16)
                        .given(
                                "the scale is neither tiny nor huge",
                                m -> Content.all(m.get("s"), s -> s > 1e-36 && s < 1e33)),
                m -> m.get("q"));
    }

    private static Rule subtractConstant() {
        return new Rule(
                "subtract-constant",
                "A quantized constant is added with its bits turned over, not subtracted: runtimes have an integer kernel"
                        + " of Add only.",
                "x → Sub(x, DequantizeLinear(c, s, z)) → y\n=> x → Add(x, DequantizeLinear(~c, s, ~z)) → y",
                op("Sub")
                        .in(
                                op("DequantizeLinear").in(any("q"), any("t"), any("y").optional()),
                                op("DequantizeLinear")
                                        .in(constant("c"), constant("s"), constant("z"))
                                        .as("dq"))
                        .given("the constant has 8 bits", m -> m.get("c").type().bits() == 8),
                m -> {
                    Node dq = m.node("dq");
                    Value c = complemented(m, "c");
                    Value negative =
                            m.onnx().op("DequantizeLinear", dq.attributes(), c, m.get("s"), complemented(m, "z"));
                    return m.onnx().op("Add", m.root().input(0), negative);
                });
    }

    private static Value complemented(Match m, String name) {
        Value value = m.get(name);
        return m.onnx()
                .constant(
                        value.name() + "/complement",
                        value.constant().orElseThrow().complemented());
    }

    /** Whether two QuantizeLinear or DequantizeLinear nodes have the same scales, zero points and axis. */
    public static boolean sameParameters(Node a, Node b) {
        boolean scalar = a.input(1).shape().isStatic() && a.input(1).shape().elementCount() == 1;
        return Content.isSame(a.input(1), b.input(1))
                && sameZero(a.input(2), b.input(2))
                && (scalar
                        || a.attributes()
                                .get(OnnxOps.AXIS, 1L)
                                .equals(b.attributes().get(OnnxOps.AXIS, 1L)))
                && a.attributes()
                        .get(OnnxOps.BLOCK_SIZE, 0L)
                        .equals(b.attributes().get(OnnxOps.BLOCK_SIZE, 0L));
    }

    private static boolean sameZero(Value a, Value b) {
        if (a.isPresent() && b.isPresent()) {
            return Content.isSame(a, b);
        }
        return isZero(a) && isZero(b);
    }

    private static boolean isZero(Value zero) {
        return !zero.isPresent() || Content.all(zero, z -> z == 0);
    }

    /** Whether a DequantizeLinear can give no number below 0. */
    public static boolean isNonNegative(Node dequantize) {
        DataType type = dequantize.input(0).type();
        Value zero = dequantize.input(2);
        boolean lowest = zero.isPresent()
                ? type.bits() <= 16 && Content.all(zero, z -> z == type.min())
                : type.isUnsignedInteger();
        return lowest && Content.all(dequantize.input(1), s -> s > 0);
    }
}
