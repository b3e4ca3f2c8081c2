package dev.tfliteonnx.importer;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/** The order of nodes in which producers come first: that of the file, wherever it is one. */
public final class NodeOrder {
    private NodeOrder() {}

    /**
     * The nodes in such an order, those of the file first wherever there is a choice; nodes of a circle are put last, where
     * their inputs will be missing.
     *
     * @param needs for each node, the places of those that compute what it reads
     */
    public static <T> List<T> of(List<T> nodes, List<Set<Integer>> needs) {
        List<List<Integer>> users = new ArrayList<>();
        nodes.forEach(n -> users.add(new ArrayList<>()));
        int[] open = new int[nodes.size()];
        PriorityQueue<Integer> ready = new PriorityQueue<>();
        for (int i = 0; i < open.length; i++) {
            int user = i;
            needs.get(i).forEach(p -> users.get(p).add(user));
            open[i] = needs.get(i).size();
            if (open[i] == 0) {
                ready.add(i);
            }
        }
        List<T> order = new ArrayList<>();
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
}
