package dev.tfliteonnx.importer.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.importer.NodeOrder;
import dev.tfliteonnx.importer.ort.FlatFile.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What nodes read. ONNX Runtime saves nodes by their numbers, and those that its optimizers add have the highest ones, so
 * that they have to be put in order.
 */
final class NodeReads {
    private NodeReads() {}

    /** The nodes in an order in which producers come first: see {@link NodeOrder}. */
    static List<Table> inOrder(List<Table> nodes) throws ConversionException {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String name : nodes.get(i).texts(OrtSlots.Node.OUTPUTS)) {
                producers.putIfAbsent(name, i);
            }
        }
        producers.remove("");
        List<Set<Integer>> needs = new ArrayList<>();
        for (Table node : nodes) {
            needs.add(needs(node, producers));
        }
        return NodeOrder.of(nodes, needs);
    }

    private static Set<Integer> needs(Table node, Map<String, Integer> producers) throws ConversionException {
        List<String> read = new ArrayList<>(node.texts(OrtSlots.Node.INPUTS));
        read.addAll(node.texts(OrtSlots.Node.IMPLICIT_INPUTS));
        Set<Integer> needs = new HashSet<>();
        for (String name : read) {
            Integer producer = producers.get(name);
            if (producer != null) {
                needs.add(producer);
            }
        }
        return needs;
    }
}
