package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.pass.PassContext;

/** The conditions under which a loop is a recurrent operator, and which of them did not hold. */
final class Proof {
    private final PassContext context;
    private final String rule;
    private final Node loop;
    private int passed = 1;
    private int furthest;
    private String miss = "";

    Proof(PassContext context, String rule, Node loop) {
        this.context = context;
        this.rule = rule;
        this.loop = loop;
    }

    /** The rule that may be applied if all conditions hold. */
    String rule() {
        return rule;
    }

    /** Notes whether a condition holds. */
    boolean holds(boolean condition, String text, Object found) {
        if (condition) {
            passed++;
        } else if (passed > furthest) {
            furthest = passed;
            miss = "node \"" + loop.output().name() + "\": " + text + " — false, there is " + found;
        }
        return condition;
    }

    /** Records the nearest miss, if the rule is to be explained. */
    void failed() {
        if (context.explains(rule)) {
            context.missed(rule, furthest, miss);
        }
    }

    /** How many conditions held so far. */
    int passed() {
        return passed;
    }

    /** Forgets conditions that held for what turned out to be no match. */
    void backTo(int mark) {
        passed = mark;
    }
}
