package dev.tfliteonnx.ir.pass;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs passes in the order of a list, again and again until none changes anything, nested graphs included. */
public final class PassRunner {
    private final List<GraphPass> passes;
    private final int rounds;

    /**
     * A runner.
     *
     * @param rounds how often the list is gone through at most
     * @throws IllegalArgumentException if a pass stands before one that it must come after, or two share a name
     */
    public PassRunner(List<GraphPass> passes, int rounds) {
        this.passes = List.copyOf(passes);
        this.rounds = rounds;
        Set<String> all = new HashSet<>();
        for (GraphPass pass : passes) {
            if (!all.add(pass.name())) {
                throw new IllegalArgumentException("two passes are called " + pass.name());
            }
        }
        Set<String> seen = new HashSet<>();
        for (GraphPass pass : passes) {
            for (String before : pass.after()) {
                if (all.contains(before) && !seen.contains(before)) {
                    throw new IllegalArgumentException(pass.name() + " must come after " + before);
                }
            }
            seen.add(pass.name());
        }
    }

    /** The passes in their order. */
    public List<GraphPass> passes() {
        return passes;
    }

    /** The names of all passes and of the rules that they are made of: all that can be skipped or explained. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (GraphPass pass : passes) {
            names.add(pass.name());
            pass.parts().forEach(part -> names.add(part.name()));
        }
        return names;
    }

    /** Changes a graph and those nested in it; tells whether anything changed. */
    public boolean run(Graph graph, PassContext context) {
        context.begin(graph);
        boolean changed = false;
        Map<GraphPass, Long> settled = new HashMap<>();
        for (int round = 0; round < rounds; round++) {
            boolean again = false;
            for (GraphPass pass : passes) {
                // a pass has nothing to do on what it left behind
                boolean done = settled.getOrDefault(pass, -1L) == graph.revision();
                if (!done && context.allows(pass.name())) {
                    boolean once = runNested(pass, graph, context);
                    context.ran(pass.name(), once, graph);
                    settled.put(pass, graph.revision());
                    again |= once;
                }
            }
            if (!again) {
                return changed;
            }
            changed = true;
        }
        return changed;
    }

    private static boolean runNested(GraphPass pass, Graph graph, PassContext context) {
        boolean changed = pass.run(graph, context);
        for (Node node : graph.nodes()) {
            for (Graph nested : node.subgraphs()) {
                changed |= runNested(pass, nested, context);
            }
        }
        return changed;
    }
}
