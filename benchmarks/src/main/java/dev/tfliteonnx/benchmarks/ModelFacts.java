package dev.tfliteonnx.benchmarks;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.optimizers.layout.Crossings;
import java.util.Set;

/**
 * What can be counted in a converted graph.
 *
 * @param nodes all nodes
 * @param computing the nodes without QuantizeLinear and DequantizeLinear
 * @param transposes the Transposes
 * @param inner the Transposes that are not at an edge
 * @param quantized whether a DequantizeLinear reads a computed value
 */
record ModelFacts(int nodes, int computing, int transposes, int inner, boolean quantized) {
    private static final Set<String> QUANTIZATION = Set.of("QuantizeLinear", "DequantizeLinear");

    /** Counts. */
    static ModelFacts of(Graph graph) {
        int computing = 0;
        boolean quantized = false;
        for (Node node : graph.nodes()) {
            computing += QUANTIZATION.contains(node.op().name()) ? 0 : 1;
            quantized |= node.is("DequantizeLinear") && !node.input(0).isConstant();
        }
        Crossings crossings = Crossings.of(graph);
        return new ModelFacts(graph.size(), computing, crossings.all(), crossings.inside(), quantized);
    }
}
