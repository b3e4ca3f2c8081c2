package dev.tfliteonnx.importer.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.importer.ort.FlatFile.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * The order of nodes in which producers come first. ONNX Runtime saves nodes by their numbers, and those that its
 * optimizers add have the highest ones.
 */
final class NodeOrder {
    private NodeOrder() {}

    /** The nodes, those of the file first wherever there is a choice; nodes of a circle are put last. */
    static List<Table> of(List<Table> nodes) throws ConversionException {
        Map<String, Integer> producers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String name : nodes.get(i).texts(OrtSlots.Node.OUTPUTS)) {
                producers.putIfAbsent(name, i);
            }
        }
        producers.remove("");
        List<List<Integer>> users = new ArrayList<>();
        nodes.forEach(n -> users.add(new ArrayList<>()));
        int[] open = new int[nodes.size()];
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < open.length; i++) {
            Set<Integer> needs = needs(nodes.get(i), producers);
            for (int producer : needs) {
                users.get(producer).add(i);
            }
            open[i] = needs.size();
            if (open[i] == 0) {
                ready.add(i);
            }
        }
        List<Table> order = new ArrayList<>();
        while (!ready.isEmpty()) {
            int next = ready.remove();
            order.add(nodes.get(next));
            for (int user : users.get(next)) {
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
