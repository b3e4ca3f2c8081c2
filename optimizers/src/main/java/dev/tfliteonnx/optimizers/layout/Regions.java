package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Divides a graph into tensors that have a layout, and these into regions that have nothing to do with each other. */
final class Regions {
    private final Worlds worlds;
    private final Map<Value, LogicalTensor> tensors = new LinkedHashMap<>();
    private final List<LogicalTensor> order = new ArrayList<>();
    private final Map<Object, Object> parents = new HashMap<>();

    /** Divides a graph. */
    Regions(Graph graph, Worlds worlds) {
        this.worlds = worlds;
        graph.inputs().forEach(this::add);
        for (Node node : worlds.nodes()) {
            node.inputs().forEach(this::add);
            node.outputs().forEach(this::add);
        }
        tensors.forEach(this::addReaders);
    }

    /** The tensor that a value is a member of, if its layout is known. */
    Optional<LogicalTensor> tensor(Value value) {
        return Optional.ofNullable(tensors.get(value));
    }

    /** The regions, in the order of the graph. */
    List<Region> all() {
        Map<Object, List<LogicalTensor>> byRoot = new LinkedHashMap<>();
        for (LogicalTensor t : order) {
            byRoot.computeIfAbsent(find(t), k -> new ArrayList<>()).add(t);
        }
        return byRoot.values().stream().map(list -> new Region(worlds, list)).toList();
    }

    private void add(Value value) {
        Optional<Layout> layout = worlds.layout(value);
        if (layout.isEmpty() || tensors.containsKey(value)) {
            return;
        }
        Optional<Node> producer = value.producer().filter(worlds::owns);
        LogicalTensor source = producer.filter(worlds::isLink)
                .map(link -> tensors.get(link.input(0)))
                .orElse(null);
        if (source != null) {
            source.addTranspose(value);
            tensors.put(value, source);
            return;
        }
        Optional<Node> maker = producer.filter(n -> worlds.plan(n)
                .filter(p -> p.outputs().get(n.outputs().indexOf(value)))
                .isPresent());
        LogicalTensor tensor = new LogicalTensor(value, layout.get(), maker);
        tensors.put(value, tensor);
        order.add(tensor);
        maker.ifPresent(n -> join(n, tensor));
    }

    private void addReaders(Value member, LogicalTensor tensor) {
        Layout layout = worlds.layout(member).orElseThrow();
        if (member.isGraphOutput()) {
            tensor.wanted().add(layout);
        }
        for (Use use : member.uses()) {
            Node user = use.user();
            boolean own = worlds.owns(user);
            if (own && worlds.isLink(user)) {
                continue;
            }
            boolean carried = own
                    && worlds.plan(user)
                            .filter(p -> p.inputs().get(use.input()))
                            .isPresent();
            if (carried) {
                tensor.readers().add(user);
                join(user, tensor);
            } else {
                tensor.wanted().add(layout);
            }
        }
    }

    private Object find(Object thing) {
        Object root = thing;
        for (Object up = parents.get(root); up != null; up = parents.get(root)) {
            root = up;
        }
        Object at = thing;
        while (at != root) {
            Object up = parents.put(at, root);
            at = up == null ? root : up;
        }
        return root;
    }

    private void join(Object a, Object b) {
        Object x = find(a);
        Object y = find(b);
        if (x != y) {
            parents.put(x, y);
        }
    }
}
