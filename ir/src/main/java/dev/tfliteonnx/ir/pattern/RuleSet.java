package dev.tfliteonnx.ir.pattern;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A pass that applies rules, those listed first first, until none fits any more. */
public final class RuleSet implements GraphPass {
    private static final int SWEEPS = 64;

    private final String name;
    private final String summary;
    private final Set<String> after;
    private final List<Rule> rules;
    private final Map<String, List<Rule>> byOperator = new HashMap<>();

    /** A set of rules under a name of its own, by which all of them can be skipped. */
    public RuleSet(String name, String summary, Set<String> after, List<Rule> rules) {
        this.name = name;
        this.summary = summary;
        this.after = Set.copyOf(after);
        this.rules = List.copyOf(rules);
        for (Rule rule : rules) {
            if (rule.pattern().operators().isEmpty()) {
                throw new IllegalArgumentException("rule " + rule.name() + " must start from an operator");
            }
            rule.pattern().operators().forEach(op -> byOperator
                    .computeIfAbsent(op, k -> new ArrayList<>())
                    .add(rule));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String drawing() {
        return "";
    }

    @Override
    public Set<String> after() {
        return after;
    }

    @Override
    public List<Rule> parts() {
        return rules;
    }

    /**
     * Applies the rules.
     *
     * @throws IllegalStateException if rules undo each other
     */
    @Override
    public boolean run(Graph graph, PassContext context) {
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean fired = false;
            for (Node node : graph.nodes()) {
                fired |= node.isAttached() && !node.outputs().isEmpty() && fire(node, graph, context);
            }
            if (!fired) {
                return sweep > 0;
            }
        }
        throw new IllegalStateException("rules of " + name + " do not come to an end: " + context.fired());
    }

    private boolean fire(Node node, Graph graph, PassContext context) {
        if (!node.op().domain().isEmpty()) {
            return false;
        }
        for (Rule rule : byOperator.getOrDefault(node.op().name(), List.of())) {
            if (context.allows(rule.name()) && rule.apply(node, graph, context)) {
                return true;
            }
        }
        return false;
    }
}
