package dev.tfliteonnx.ir;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Checks that producers stand before users and that uses are recorded truly, in nested graphs too. */
final class GraphVerifier {
    private GraphVerifier() {}

    /**
     * Checks a graph.
     *
     * @param known the values of outer graphs
     * @param named all values seen so far, by name
     */
    static void verify(Graph graph, Set<Value> known, Map<String, Value> named) {
        graph.inputs().forEach(v -> define(v, known, named));
        for (Node n : graph.nodes()) {
            for (int i = 0; i < n.inputs().size(); i++) {
                Value in = n.input(i);
                if (in.isPresent()) {
                    if (in.isConstant()) {
                        define(in, known, named);
                    }
                    require(known.contains(in), n, "reads " + in.name() + " before it is computed");
                    require(in.uses().contains(new Use(n, i)), n, "is no recorded user of " + in.name());
                }
            }
            require(n.op().dialect() == graph.dialect(), n, "is not an operator of " + graph.dialect());
            n.subgraphs().forEach(g -> verify(g, new HashSet<>(known), named));
            n.outputs().forEach(o -> define(o, known, named));
        }
        for (Value out : graph.outputs()) {
            if (!out.isConstant() && !known.contains(out)) {
                throw new IllegalGraphException("output " + out + " of " + graph.name() + " is computed nowhere");
            }
        }
    }

    private static void define(Value v, Set<Value> known, Map<String, Value> named) {
        known.add(v);
        Value other = named.putIfAbsent(v.name(), v);
        if (other != null && other != v) {
            throw new IllegalGraphException("two values are called " + v.name());
        }
    }

    private static void require(boolean holds, Node node, String otherwise) {
        if (!holds) {
            throw new IllegalGraphException("node " + node + " " + otherwise);
        }
    }
}
