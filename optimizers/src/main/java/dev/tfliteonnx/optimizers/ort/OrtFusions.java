package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The pass {@code runtime-fusions}: what ONNX Runtime computes with one kernel of its own. */
public final class OrtFusions {
    private OrtFusions() {}

    /** All rules of the pass. */
    public static List<Rule> all() {
        List<Rule> rules = new ArrayList<>();
        rules.addAll(IntegerProductRules.rules());
        rules.addAll(ProductRules.rules());
        rules.addAll(GeluRules.rules());
        rules.addAll(NormalizationRules.rules());
        return List.copyOf(rules);
    }

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "runtime-fusions",
                "Lets one kernel of ONNX Runtime do what several nodes do.",
                Set.of("quantized-units"),
                all());
    }
}
