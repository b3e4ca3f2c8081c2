package dev.tfliteonnx.optimizers.fusion;

import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The pass {@code later-operators}: what operators of opset 20 and later say with one node. Each rule waits for the opset of
 * its operator, so that a model does not come to need a later opset than it is asked to have.
 */
public final class LaterOperators {
    private LaterOperators() {}

    /** All rules of the pass. */
    public static List<Rule> all() {
        List<Rule> rules = new ArrayList<>(GeluRules.rules());
        rules.addAll(NormalizedRules.later());
        rules.add(AttentionRule.rule());
        rules.add(PlacesFirstRule.rule());
        rules.addAll(RotaryRules.rules());
        return rules;
    }

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "later-operators",
                "Uses operators of later opsets, if the model has such an opset in any case.",
                Set.of("fusion"),
                all());
    }
}
