package dev.tfliteonnx.checker;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A part of a graph, as a graph of its own: what computes some values from others. */
final class Cutout {
    private final Graph source;
    private final Set<Node> nodes = new HashSet<>();
    private final Set<Value> needed = new LinkedHashSet<>();

    private Cutout(Graph source) {
        this.source = source;
    }

    /** What computes {@code outputs}; the values of {@code given}, and inputs of the graph, are not computed. */
    static Cutout of(Graph source, List<Value> outputs, Set<Value> given) {
        Cutout cutout = new Cutout(source);
        Deque<Value> open = new ArrayDeque<>(outputs);
        Set<Value> seen = new HashSet<>(outputs);
        while (!open.isEmpty()) {
            Value value = open.pop();
            boolean isGiven = given.contains(value) || source.inputs().contains(value);
            if (isGiven) {
                cutout.needed.add(value);
            } else if (value.producer().isPresent()) {
                Node node = value.producer().get();
                cutout.nodes.add(node);
                reads(node).filter(v -> v.isPresent() && seen.add(v)).forEach(open::push);
            }
        }
        return cutout;
    }

    /** What a node reads, what graphs nested in it read from outside included. */
    private static Stream<Value> reads(Node node) {
        return Stream.concat(
                node.inputs().stream(),
                node.subgraphs().stream()
                        .flatMap(g -> Stream.concat(g.nodes().stream().flatMap(Cutout::reads), g.outputs().stream())));
    }

    /** The given values that it reads, in no particular order. */
    Set<Value> needed() {
        return needed;
    }

    /** How many nodes it has. */
    int size() {
        return nodes.size();
    }

    /** The part as a graph with these inputs, which include all that are needed. */
    Graph toGraph(List<Value> inputs, List<Value> outputs) {
        Graph graph = new Graph(source.dialect(), source.name());
        Map<Value, Value> copies = new HashMap<>();
        inputs.forEach(v -> copies.put(v, graph.input(info(v))));
        copy(source.nodes().stream().filter(nodes::contains).toList(), graph, copies);
        graph.setOutputs(outputs.stream().map(v -> copy(v, graph, copies)).toList());
        return graph;
    }

    private static void copy(List<Node> from, Graph to, Map<Value, Value> copies) {
        for (Node node : from) {
            List<Value> in =
                    node.inputs().stream().map(v -> copy(v, to, copies)).toList();
            List<ValueInfo> infos = node.outputs().stream()
                    .map(v -> v.isPresent() ? info(v) : ValueInfo.ABSENT)
                    .toList();
            List<Value> made = to.add(node.op(), in, attributes(node, to, copies), infos, node.origin());
            for (int i = 0; i < made.size(); i++) {
                copies.put(node.outputs().get(i), made.get(i));
            }
        }
    }

    private static Attributes attributes(Node node, Graph to, Map<Value, Value> copies) {
        Attributes attributes = node.attributes();
        for (Map.Entry<String, Object> entry : node.attributes().asMap().entrySet()) {
            if (entry.getValue() instanceof Graph nested) {
                Graph made = to.nested(nested.name());
                nested.inputs().forEach(v -> copies.put(v, made.input(info(v))));
                copy(nested.nodes(), made, copies);
                made.setOutputs(nested.outputs().stream()
                        .map(v -> copy(v, made, copies))
                        .toList());
                attributes = attributes.with(Key.ofGraph(entry.getKey()), made);
            }
        }
        return attributes;
    }

    private static Value copy(Value value, Graph to, Map<Value, Value> copies) {
        if (!value.isPresent()) {
            return Value.ABSENT;
        }
        return value.constant()
                .map(t -> copies.computeIfAbsent(
                        value, v -> to.constant(v.name(), t, v.quant().orElse(null))))
                .orElseGet(() -> {
                    Value made = copies.get(value);
                    if (made == null) {
                        throw new IllegalStateException(value + " is neither computed nor given");
                    }
                    return made;
                });
    }

    private static ValueInfo info(Value v) {
        return new ValueInfo(v.name(), v.type(), v.shape(), v.quant(), v.containers());
    }

    /** The values in the order in which a graph has them as inputs or computes them. */
    static List<Value> ordered(Graph graph, Set<Value> values) {
        List<Value> ordered =
                new ArrayList<>(graph.inputs().stream().filter(values::contains).toList());
        graph.nodes().forEach(n -> n.outputs().stream().filter(values::contains).forEach(ordered::add));
        return ordered;
    }
}
