package dev.tfliteonnx.optimizers.runtime;

import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The pass {@code kernel-forms}: of the forms that compute the same numbers, those with the fastest CPU kernels. */
public final class KernelForms {
    private KernelForms() {}

    /** All rules of the pass. */
    public static List<Rule> all() {
        List<Rule> rules = new ArrayList<>(PreluRules.rules());
        rules.addAll(BroadcastRules.rules());
        return rules;
    }

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "kernel-forms",
                "Gives operators the forms that ONNX Runtime computes fastest on a CPU.",
                Set.of("layout", "fusion"),
                all());
    }
}
