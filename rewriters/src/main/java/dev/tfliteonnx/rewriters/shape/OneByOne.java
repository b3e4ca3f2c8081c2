package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Which operators give the same for the same operands, so that they may run once for each example. */
final class OneByOne {
    /** Custom operators without a memory. */
    private static final Set<String> CUSTOM = Set.of(
            "AudioSpectrogram",
            "Landmarks2TransformMatrix",
            "MaxPoolingWithArgmax2D",
            "MaxUnpooling2D",
            "Mfcc",
            "Resampler",
            "TFLite_Detection_PostProcess",
            "TransformLandmarks",
            "TransformTensorBilinear");

    private OneByOne() {}

    /** @throws Prevented if the operator, or one in a graph that it runs, has a memory or draws random numbers */
    static void requirePossible(Node node, Model model) {
        ArrayDeque<Node> open = new ArrayDeque<>(List.of(node));
        Set<Graph> met = new HashSet<>();
        while (!open.isEmpty()) {
            Node next = open.remove();
            if (!isPure(next)) {
                throw new Prevented(
                        next == node
                                ? "nothing is known of how it treats examples"
                                : "it runs " + next.op().name()
                                        + ", of which nothing is known of how it treats examples");
            }
            for (Graph graph : Callees.of(next, model)) {
                if (met.add(graph)) {
                    open.addAll(graph.nodes());
                }
            }
        }
    }

    private static boolean isPure(Node node) {
        OpType op = node.op();
        return op.domain().isEmpty()
                ? !DataShapes.CHANGING.contains(op.name())
                        && node.inputs().stream().allMatch(v -> v.producer()
                                .filter(n -> n.is("VARIABLE_TENSOR"))
                                .isEmpty())
                : isKnownCustom(op);
    }

    /** Whether it is a custom operator without a memory, the shapes of whose results follow from those of its operands. */
    static boolean isKnownCustom(OpType op) {
        return CUSTOM.contains(op.name()) || FlexRules.isKnown(op);
    }
}
