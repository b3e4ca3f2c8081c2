package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.formats.ort.OrtSlots.NodesToOptimizeIndices;
import dev.tfliteonnx.formats.ort.OrtSlots.RuntimeOptimizationRecord;
import dev.tfliteonnx.formats.ort.OrtSlots.RuntimeOptimizationRecordContainerEntry;
import dev.tfliteonnx.formats.ort.OrtSlots.RuntimeOptimizations;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.onnx.RuntimeOptimization;
import dev.tfliteonnx.onnx.RuntimeOptimization.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The changes to a graph that are left to ONNX Runtime, by the numbers of its nodes.
 *
 * <p>Source: {@code RuntimeOptimizationRecordContainer::SaveToOrtFormat} and {@code NodesToOptimizeIndices} of
 * onnxruntime.
 */
final class SavedOptimizations {
    /** Stands for a node that is not there: the largest number of 32 bits. */
    private static final int NOBODY = -1;

    private final Map<Node, Integer> numbers = new HashMap<>();
    private final Function<RuntimeOptimization, List<String>> products;

    /**
     * The changes to one graph.
     *
     * @param products the names of the operators that a change ends in, with domains and versions
     */
    SavedOptimizations(Graph graph, Function<RuntimeOptimization, List<String>> products) {
        for (Node node : graph.nodes()) {
            numbers.put(node, numbers.size());
        }
        this.products = products;
    }

    FlatTable table(List<RuntimeOptimization> changes) {
        Map<String, List<FlatTable>> byOptimizer = new TreeMap<>();
        for (RuntimeOptimization change : changes) {
            byOptimizer
                    .computeIfAbsent(change.optimizer(), o -> new ArrayList<>())
                    .add(new FlatTable()
                            .put(RuntimeOptimizationRecord.ACTION_ID, change.action())
                            .put(RuntimeOptimizationRecord.NODES_TO_OPTIMIZE_INDICES, indices(change.group()))
                            .putTexts(RuntimeOptimizationRecord.PRODUCED_OP_IDS, products.apply(change)));
        }
        List<FlatTable> entries = new ArrayList<>();
        byOptimizer.forEach((optimizer, records) -> entries.add(new FlatTable()
                .put(RuntimeOptimizationRecordContainerEntry.OPTIMIZER_NAME, optimizer)
                .putTables(RuntimeOptimizationRecordContainerEntry.RUNTIME_OPTIMIZATION_RECORDS, records)));
        return new FlatTable().putTables(RuntimeOptimizations.RECORDS, entries);
    }

    private FlatTable indices(Group group) {
        List<Integer> all = new ArrayList<>();
        for (Optional<Node> node : group.before()) {
            all.add(node.map(numbers::get).orElse(NOBODY));
        }
        all.add(numbers.get(group.target()));
        group.behind().forEach(node -> all.add(numbers.get(node)));
        int before = group.before().size();
        int behind = group.behind().size();
        return new FlatTable()
                .putInts(
                        NodesToOptimizeIndices.NODE_INDICES,
                        all.stream().mapToInt(Integer::intValue).toArray())
                .putInt(NodesToOptimizeIndices.NUM_INPUTS, group.manyBefore() ? 1 : before)
                .putInt(NodesToOptimizeIndices.NUM_OUTPUTS, group.manyBehind() ? 1 : behind)
                .putByte(NodesToOptimizeIndices.HAS_VARIADIC_INPUT, group.manyBefore() ? 1 : 0)
                .putByte(NodesToOptimizeIndices.HAS_VARIADIC_OUTPUT, group.manyBehind() ? 1 : 0)
                .putInt(NodesToOptimizeIndices.NUM_VARIADIC_INPUTS, group.manyBefore() ? before : 0)
                .putInt(NodesToOptimizeIndices.NUM_VARIADIC_OUTPUTS, group.manyBehind() ? behind : 0);
    }
}
