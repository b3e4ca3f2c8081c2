package dev.tfliteonnx.ir.pass;

import dev.tfliteonnx.ir.Graph;
import java.util.List;
import java.util.Set;

/** A change to a whole graph, for what does not fit a pattern. */
public interface GraphPass extends Described {
    /** The passes that must stand before this one in any list that holds both. */
    default Set<String> after() {
        return Set.of();
    }

    /** The rules that the pass is made of, if it is. */
    default List<? extends Described> parts() {
        return List.of();
    }

    /**
     * Changes the graph, but not the graphs nested in it, and counts in the context what fired. A second run on the
     * result changes nothing.
     *
     * @return whether anything changed
     */
    boolean run(Graph graph, PassContext context);
}
