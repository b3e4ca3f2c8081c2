package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.NodeOrder;
import dev.tfliteonnx.importer.ProtoMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What nodes read, the graphs that they run included. */
final class NodeReads {
    private NodeReads() {}

    /** The nodes in an order in which producers come first: see {@link NodeOrder}. */
    static List<ProtoMessage> inOrder(List<ProtoMessage> nodes) throws ConversionException {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String name : NodeMessages.outputs(nodes.get(i).again())) {
                producers.putIfAbsent(name, i);
            }
        }
        List<Set<Integer>> needs = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            Set<Integer> of = new HashSet<>();
            reads(nodes.get(i).again(), producers, of, 0);
            of.remove(i);
            needs.add(of);
        }
        return NodeOrder.of(nodes, needs);
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
