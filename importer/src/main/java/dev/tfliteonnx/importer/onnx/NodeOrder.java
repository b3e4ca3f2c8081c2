package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The order of nodes in which producers come first: that of the file, wherever it is one. */
final class NodeOrder {
    private NodeOrder() {}

    /** The nodes in such an order; nodes of a circle are put last, where their inputs will be missing. */
    static List<ProtoMessage> of(List<ProtoMessage> nodes) throws ConversionException {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String name : NodeMessages.outputs(nodes.get(i).again())) {
                producers.putIfAbsent(name, i);
            }
        }
        List<Set<Integer>> needs = new ArrayList<>();
        boolean inOrder = true;
        for (int i = 0; i < nodes.size(); i++) {
            Set<Integer> of = new HashSet<>();
            reads(nodes.get(i).again(), producers, of, 0);
            of.remove(i);
            int self = i;
            inOrder &= of.stream().allMatch(p -> p < self);
            needs.add(of);
        }
        return inOrder ? nodes : sorted(nodes, needs);
    }

    private static List<ProtoMessage> sorted(List<ProtoMessage> nodes, List<Set<Integer>> needs) {
        List<List<Integer>> users = new ArrayList<>();
        nodes.forEach(n -> users.add(new ArrayList<>()));
        int[] open = new int[nodes.size()];
        ArrayDeque<Integer> ready = new ArrayDeque<>();
        for (int i = 0; i < open.length; i++) {
            int user = i;
            needs.get(i).forEach(p -> users.get(p).add(user));
            open[i] = needs.get(i).size();
            if (open[i] == 0) {
                ready.add(i);
            }
        }
        List<ProtoMessage> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int i = ready.poll();
            order.add(nodes.get(i));
            for (int user : users.get(i)) {
                if (--open[user] == 0) {
                    ready.add(user);
                }
            }
        }
        for (int i = 0; i < open.length; i++) {
            if (open[i] > 0) {
                order.add(nodes.get(i));
            }
        }
        return order;
    }

    /** Nodes that compute what a node, or a graph that it runs, reads. */
    private static void reads(ProtoMessage node, Map<String, Integer> producers, Set<Integer> into, int depth)
            throws ConversionException {
        while (node.next()) {
            if (node.field() == 1) {
                Integer producer = producers.get(node.text());
                if (producer != null) {
                    into.add(producer);
                }
            } else if (node.field() == 5 && depth < 32) {
                ProtoMessage attribute = node.message();
                while (attribute.next()) {
                    if (attribute.field() == 6 || attribute.field() == 11) {
                        ofGraph(attribute.message(), producers, into, depth);
                    }
                }
            }
        }
    }

    private static void ofGraph(ProtoMessage graph, Map<String, Integer> producers, Set<Integer> into, int depth)
            throws ConversionException {
        while (graph.next()) {
            if (graph.field() == 1) {
                reads(graph.message(), producers, into, depth + 1);
            } else if (graph.field() == 12) {
                Integer producer =
                        producers.get(TypeMessages.value(graph.message()).name());
                if (producer != null) {
                    into.add(producer);
                }
            }
        }
    }
}
