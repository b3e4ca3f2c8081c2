package dev.tfliteonnx.ir;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where new nodes enter a graph: right before the first user of what they replace. */
final class Placement {
    private final Graph graph;
    private final Set<Node> fresh;

    /**
     * A question about a graph.
     *
     * @param fresh the new nodes
     */
    Placement(Graph graph, Set<Node> fresh) {
        this.graph = graph;
        this.fresh = fresh;
    }

    /** The first node that reads one of these values and is not new; none if only outputs of the graph do. */
    @Nullable
    Node firstUser(Set<Value> values) {
        Node user = null;
        for (Value value : values) {
            for (Use use : value.uses) {
                Node at = use.user();
                if (fresh.contains(at)) {
                    continue;
                }
                if (at.graph != graph) {
                    // a nested graph reads it: its node is not known here, so be early
                    user = earlier(user, value);
                } else if (user == null || at.position < user.position) {
                    user = at;
                }
            }
        }
        return user;
    }

    private @Nullable Node earlier(@Nullable Node user, Value value) {
        Node after = value.producer().map(p -> p.next).orElse(graph.first);
        return user == null || (after != null && after.position < user.position) ? after : user;
    }

    /** Whether a node reads what is computed behind it. */
    static boolean readsLater(Node node) {
        for (Value in : node.inputs) {
            Node p = in.producer().orElse(null);
            if (p != null && p.graph == node.graph && p.position >= node.position) {
                return true;
            }
        }
        return false;
    }
}
