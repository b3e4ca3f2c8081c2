package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.HashSet;
import java.util.Set;

/**
 * What can be counted in a converted graph.
 *
 * @param nodes all nodes
 * @param computing the nodes without QuantizeLinear and DequantizeLinear
 * @param transposes the Transposes
 * @param inner the Transposes that are neither the first thing done to an input nor the last before an output
 * @param quantized whether a DequantizeLinear reads a computed value
 */
record ModelFacts(int nodes, int computing, int transposes, int inner, boolean quantized) {
    private static final Set<String> QUANTIZATION = Set.of("QuantizeLinear", "DequantizeLinear");
    private static final Set<String> TRANSPARENT = Set.of("QuantizeLinear", "DequantizeLinear", "Cast", "Reshape");

    /** Counts. */
    static ModelFacts of(Graph graph) {
        int computing = 0;
        int transposes = 0;
        int inner = 0;
        boolean quantized = false;
        Set<Value> edges = new HashSet<>();
        for (Node node : graph.nodes()) {
            computing += QUANTIZATION.contains(node.op().name()) ? 0 : 1;
            quantized |= node.is("DequantizeLinear") && !node.input(0).isConstant();
            if (node.is("Transpose")) {
                transposes++;
                Value source = source(node.input(0));
                boolean first = graph.inputs().contains(source) && edges.add(source);
                inner += first || leadsOut(node.output()) ? 0 : 1;
            }
        }
        return new ModelFacts(graph.size(), computing, transposes, inner, quantized);
    }

    /** What a value is but for its type and shape. */
    private static Value source(Value value) {
        Value at = value;
        while (at.producer().filter(n -> TRANSPARENT.contains(n.op().name())).isPresent()) {
            at = at.producer().orElseThrow().input(0);
        }
        return at;
    }

    private static boolean leadsOut(Value value) {
        Value at = value;
        while (!at.isGraphOutput()) {
            if (!at.hasOneUse()
                    || !TRANSPARENT.contains(at.uses().get(0).user().op().name())) {
                return false;
            }
            at = at.uses().get(0).user().output();
        }
        return true;
    }
}
