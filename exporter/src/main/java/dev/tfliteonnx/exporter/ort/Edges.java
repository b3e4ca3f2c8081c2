package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.formats.ort.OrtSlots.NodeEdge;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which node of one graph feeds which. A reduced build takes the order of execution from nothing else. An edge has the
 * number of the node at its other end, the output that it leaves and the input that it enters; values read by nested
 * graphs count as inputs behind those of the node. No edge leaves its graph.
 *
 * <p>Source: {@code Graph::SaveToOrtFormat} and {@code Node::LoadEdgesFromOrtFormat} of onnxruntime's {@code graph.cc}.
 */
final class Edges {
    private static final int MEMBERS = 3;

    private record Producer(int node, int output) {}

    private final Map<Value, Producer> producers = new HashMap<>();
    private final List<List<Integer>> in = new ArrayList<>();
    private final List<List<Integer>> out = new ArrayList<>();

    /** Adds the next node of the graph. */
    void add(Node node, List<Value> implicit) {
        int index = in.size();
        in.add(new ArrayList<>());
        out.add(new ArrayList<>());
        List<Value> read = new ArrayList<>(node.inputs());
        read.addAll(implicit);
        for (int i = 0; i < read.size(); i++) {
            Producer from = producers.get(read.get(i));
            if (from != null) {
                in.get(index).addAll(List.of(from.node, from.output, i));
                out.get(from.node).addAll(List.of(index, from.output, i));
            }
        }
        for (int i = 0; i < node.outputs().size(); i++) {
            Value made = node.outputs().get(i);
            if (made.isPresent()) {
                producers.put(made, new Producer(index, i));
            }
        }
    }

    List<FlatTable> tables() {
        List<FlatTable> tables = new ArrayList<>();
        for (int i = 0; i < in.size(); i++) {
            tables.add(new FlatTable()
                    .putInt(NodeEdge.NODE_INDEX, i)
                    .putStructs(NodeEdge.INPUT_EDGES, MEMBERS, array(in.get(i)))
                    .putStructs(NodeEdge.OUTPUT_EDGES, MEMBERS, array(out.get(i))));
        }
        return tables;
    }

    private static int[] array(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}
