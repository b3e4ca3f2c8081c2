package dev.tfliteonnx.optimizers.cleanup;

import dev.tfliteonnx.ir.Node;
import java.util.Set;

/** Nodes that are neither merged nor computed ahead: each draws its own numbers, or keeps weights the integers they are. */
public final class KeptNodes {
    private static final Set<String> NAMES = Set.of(
            "DequantizeLinear",
            "RandomNormal",
            "RandomUniform",
            "RandomNormalLike",
            "RandomUniformLike",
            "Multinomial",
            "Bernoulli",
            "Dropout");

    private KeptNodes() {}

    /** Whether a node stays as it is. */
    public static boolean contain(Node node) {
        return NAMES.contains(node.op().name());
    }
}
