package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.pass.GraphPass;
import java.util.List;

/** The element type of weights of 8 bits beside activations of 8 bits. */
public enum WeightType {
    /** That of the source. */
    KEEP(List.of()),
    /** From −128 to 127: what kernels multiply fastest that have instructions for it, as with VNNI. */
    INT8(List.of(WeightSigns.signed())),
    /** From 0 to 255: what no kernel lets saturate. */
    UINT8(List.of(WeightSigns.unsigned()));

    private final List<GraphPass> passes;

    WeightType(List<GraphPass> passes) {
        this.passes = passes;
    }

    /** What makes weights of this type. */
    public List<GraphPass> passes() {
        return passes;
    }
}
