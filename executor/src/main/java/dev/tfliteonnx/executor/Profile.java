package dev.tfliteonnx.executor;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long each node of a graph takes and between what its results lie, over all runs that it observes. */
public final class Profile implements Observer {
    /**
     * Between what numbers lie.
     *
     * @param min the least; positive infinity if there are none
     * @param max the greatest; negative infinity if there are none
     * @param notNumbers how many are NaN
     */
    public record Range(double min, double max, long notNumbers) {
        private static final Range NONE = new Range(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0);

        private Range with(Tensor tensor) {
            if (tensor.type() == DataType.STRING) {
                return this;
            }
            double low = min;
            double high = max;
            long missing = notNumbers;
            for (float v : tensor.cast(DataType.FLOAT32).toFloats()) {
                if (Float.isNaN(v)) {
                    missing++;
                } else {
                    low = Math.min(low, v);
                    high = Math.max(high, v);
                }
            }
            return new Range(low, high, missing);
        }
    }

    /**
     * What was seen of a node.
     *
     * @param node the node
     * @param runs how often it ran
     * @param nanos how long that took, ns; without the time to look at its results
     * @param ranges one for each result that was computed, as integers stand in memory
     */
    public record Entry(Node node, long runs, long nanos, Map<Value, Range> ranges) {}

    private final Map<Node, Entry> entries = new LinkedHashMap<>();
    private final Map<Value, Range> ranges = new HashMap<>();

    @Override
    public void computed(Value value, Tensor tensor) {
        ranges.put(value, ranges.getOrDefault(value, Range.NONE).with(tensor));
    }

    @Override
    public void ran(Node node, long nanos) {
        Entry before = entries.getOrDefault(node, new Entry(node, 0, 0, Map.of()));
        Map<Value, Range> own = new LinkedHashMap<>();
        for (Value output : node.outputs()) {
            Range range = ranges.get(output);
            if (range != null) {
                own.put(output, range);
            }
        }
        entries.put(node, new Entry(node, before.runs + 1, before.nanos + nanos, own));
    }

    /** What was seen, in the order in which nodes first ended. */
    public List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }
}
