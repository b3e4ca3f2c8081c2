package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import java.util.List;
import java.util.Optional;

/**
 * A change that ONNX Runtime is told to make to some nodes of a graph once it has loaded it.
 *
 * <p>Source: {@code runtime_optimization_record.h} of onnxruntime.
 *
 * @param optimizer the name of the optimizer that can make it
 * @param action the name that the optimizer knows it by
 * @param group the nodes
 * @param produced the operators that it ends in; those that the nodes have already are left out
 */
public record RuntimeOptimization(String optimizer, String action, Group group, List<OpType> produced) {
    public RuntimeOptimization {
        produced = List.copyOf(produced);
    }

    /**
     * A node with those before and behind it.
     *
     * @param before what computes its inputs, empty where an input is left out
     * @param target the node
     * @param behind what reads its outputs
     * @param manyBefore whether there may be any number before it
     * @param manyBehind whether there may be any number behind it
     */
    public record Group(
            List<Optional<Node>> before, Node target, List<Node> behind, boolean manyBefore, boolean manyBehind) {
        public Group {
            before = List.copyOf(before);
            behind = List.copyOf(behind);
        }
    }
}
