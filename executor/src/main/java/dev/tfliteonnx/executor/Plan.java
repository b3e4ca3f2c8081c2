package dev.tfliteonnx.executor;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The nodes of a graph in the order that they run, with their kernels and the values that nobody reads afterwards.
 *
 * @param graph the graph
 * @param steps one for each node
 * @param <K> what a kernel is
 */
record Plan<K>(Graph graph, List<Step<K>> steps) {
    /**
     * One node.
     *
     * @param node the node
     * @param kernel what it computes
     * @param done values of this graph that no later node reads
     * @param <K> what a kernel is
     */
    record Step<K>(Node node, K kernel, List<Value> done) {
        /** Whether every run computes the same, from constants alone. */
        boolean isConstant() {
            return !node.inputs().isEmpty()
                    && node.inputs().stream().allMatch(Value::isConstant)
                    && node.subgraphs().isEmpty();
        }
    }

    /**
     * Plans a graph, without those nested in it.
     *
     * @throws NoKernelException if a node has no kernel
     */
    static <K> Plan<K> of(Graph graph, Function<Node, Optional<K>> table) {
        Set<Value> needed = new HashSet<>(graph.outputs());
        Set<Value> own = new HashSet<>(graph.inputs());
        List<Node> nodes = graph.nodes();
        nodes.forEach(n -> own.addAll(n.outputs()));
        List<Step<K>> steps = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            K kernel = table.apply(node).orElseThrow(() -> new NoKernelException(node));
            Set<Value> touched = new HashSet<>(node.outputs());
            read(node, touched);
            steps.add(new Step<>(
                    node,
                    kernel,
                    touched.stream().filter(own::contains).filter(needed::add).toList()));
        }
        Collections.reverse(steps);
        return new Plan<>(graph, List.copyOf(steps));
    }

    private static void read(Node node, Set<Value> into) {
        into.addAll(node.inputs());
        for (Graph nested : node.subgraphs()) {
            into.addAll(nested.outputs());
            nested.nodes().forEach(n -> read(n, into));
        }
    }
}
