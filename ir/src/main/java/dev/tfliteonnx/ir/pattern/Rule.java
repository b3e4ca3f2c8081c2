package dev.tfliteonnx.ir.pattern;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.Described;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.function.Function;

/**
 * A pattern and what to put in the place of its result.
 *
 * @param name the public name, kebab-case
 * @param summary what it does, in one sentence
 * @param drawing a graph before and after
 * @param pattern where it applies
 * @param since the opset that the replacement's operators came with; 0 if every model has them
 * @param replacement builds the value that takes the place of {@link Match#output()}, or names one that exists
 */
public record Rule(
        String name, String summary, String drawing, Pattern pattern, int since, Function<Match, Value> replacement)
        implements Described {
    /** A rule for models of any opset. */
    public Rule(String name, String summary, String drawing, Pattern pattern, Function<Match, Value> replacement) {
        this(name, summary, drawing, pattern, 0, replacement);
    }

    /** The rule for models of this opset and later ones; where it fits in an earlier one, that is the reason it misses. */
    public Rule since(int opset) {
        return new Rule(name, summary, drawing, pattern, opset, replacement);
    }

    /** Applies the rule to a node if it fits; tells whether it did. */
    boolean apply(Node node, Graph graph, PassContext context) {
        boolean explained = context.explains(name);
        Edit edit = graph.edit(name);
        Match match = new Match(node, edit, explained);
        Value old = node.output();
        if (!pattern.fits(old, match)) {
            if (explained && match.furthest() > 0) {
                context.missed(name, match.furthest(), match.miss());
            }
            return false;
        }
        if (since > 0 && since > context.opset()) {
            if (explained) {
                String asked = "the model's opset is " + context.opset() + "; ask for --opset " + since;
                context.missed(name, Integer.MAX_VALUE, "node \"" + old.name() + "\": " + asked);
            }
            return false;
        }
        Value by = replacement.apply(match);
        boolean exists = by.producer().map(Node::isAttached).orElse(true);
        if (exists && !Edit.canReplace(old, by)) {
            if (explained) {
                context.missed(
                        name,
                        Integer.MAX_VALUE,
                        "node \"" + old.name() + "\": the graph gives it out, so it must stay a value of its own");
            }
            return false;
        }
        edit.replace(old, by).apply();
        context.fired(name, 1);
        return true;
    }
}
