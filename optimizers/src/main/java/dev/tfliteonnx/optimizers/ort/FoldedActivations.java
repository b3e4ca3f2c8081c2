package dev.tfliteonnx.optimizers.ort;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.List;
import java.util.Set;

/**
 * The pass {@code folded-activations}: what quantization does by itself.
 *
 * <p>Source: {@code relu_quantizelinear.cc}, {@code clip_quantizelinear.cc}.
 */
public final class FoldedActivations {
    private FoldedActivations() {}

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "folded-activations", "Does away with bounds that quantization has anyway.", Set.of(), List.of(rule()));
    }

    private static Rule rule() {
        return new Rule(
                "activation-before-quantize",
                "A Relu or Clip goes where the integers behind it reach no further.",
                "x → Relu → QuantizeLinear(z = least) → y\n=> x → QuantizeLinear(z) → y",
                op("QuantizeLinear")
                        .in(
                                op("Relu", "Clip").as("bounded").oneUse(),
                                any("scale"),
                                any("zero").optional())
                        .given("the integers reach no further", m -> Unit.isSuperfluous(m.node("bounded"), m.root())),
                m -> m.onnx()
                        .op(
                                "QuantizeLinear",
                                m.root().attributes(),
                                m.node("bounded").input(0),
                                m.root().input(1),
                                m.root().input(2)));
    }
}
