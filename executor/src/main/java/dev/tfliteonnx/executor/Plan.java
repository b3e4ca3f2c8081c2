package dev.tfliteonnx.executor;

import dev.tfliteonnx.executor.kernels.Kernel;
import dev.tfliteonnx.executor.kernels.KernelTable;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The nodes of a graph in the order that they run, with their kernels and the values that nobody reads afterwards.
 *
 * @param graph the graph
 * @param steps one for each node
 */
record Plan(Graph graph, List<Step> steps) {
    /**
     * One node.
     *
     * @param node the node
     * @param kernel what it computes
     * @param done values of this graph that no later node reads
     */
    record Step(Node node, Kernel kernel, List<Value> done) {}

    /** Plans a graph and all nested in it. */
    static void make(Graph graph, KernelTable table, Map<Graph, Plan> into) {
        Set<Value> needed = new HashSet<>(graph.outputs());
        Set<Value> own = new HashSet<>(graph.inputs());
        List<Node> nodes = graph.nodes();
        nodes.forEach(n -> own.addAll(n.outputs()));
        List<Step> steps = new ArrayList<>();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            Kernel kernel = table.find(node.op()).orElseThrow(() -> new NoKernelException(node));
            Set<Value> touched = new HashSet<>(node.outputs());
            read(node, touched);
            steps.add(new Step(
                    node,
                    kernel,
                    touched.stream().filter(own::contains).filter(needed::add).toList()));
            node.subgraphs().forEach(g -> make(g, table, into));
        }
        Collections.reverse(steps);
        into.put(graph, new Plan(graph, List.copyOf(steps)));
    }

    private static void read(Node node, Set<Value> into) {
        into.addAll(node.inputs());
        for (Graph nested : node.subgraphs()) {
            into.addAll(nested.outputs());
            nested.nodes().forEach(n -> read(n, into));
        }
    }
}
