package dev.tfliteonnx.optimizers.cleanup;

import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The pass {@code cleanup}: nodes without effect, chains of nodes of a kind, and constants in another form. */
public final class CleanupRules {
    private CleanupRules() {}

    /** All rules of the pass, those to be tried first first. */
    public static List<Rule> all() {
        List<Rule> rules = new ArrayList<>(NoOps.rules());
        rules.addAll(ConstantViews.rules());
        rules.addAll(Chains.rules());
        rules.add(Reversal.twice());
        return rules;
    }

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "cleanup", "Does away with what has no effect and with what is known already.", Set.of(), all());
    }
}
