package dev.tfliteonnx.optimizers.fusion;

import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The pass {@code fusion}: several nodes that one node can stand for. */
public final class FusionRules {
    private FusionRules() {}

    /** All rules of the pass. */
    public static List<Rule> all() {
        List<Rule> rules = new ArrayList<>(PadRules.rules());
        rules.addAll(ConvRules.rules());
        rules.addAll(ArithmeticRules.rules());
        rules.addAll(NormalizationRules.rules());
        rules.add(NormalizedRules.layer());
        rules.addAll(ActivationRules.rules());
        return rules;
    }

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet("fusion", "Lets one node do what several did.", Set.of("layout"), all());
    }
}
