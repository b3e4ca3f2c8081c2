package dev.tfliteonnx.checker;

import dev.tfliteonnx.engines.Comparison;
import java.util.OptionalDouble;

/**
 * What a check found of one output, the worst of all runs.
 *
 * @param source its name in the source model
 * @param result its name in the conversion
 * @param comparison of the conversion with the source, that of the run with the greatest difference
 * @param among the greatest difference between the source engine's own sets of kernels, in the same unit; empty if only
 *     one could be asked
 * @param verdict what follows
 */
public record OutputCheck(String source, String result, Comparison comparison, OptionalDouble among, Verdict verdict) {
    /** Whether an output holds, and why. */
    public enum Verdict {
        /** Every element is the same. */
        EQUAL,
        /** Within one quantization step, or within {@code 1e-4 + 1e-4 · max|b|} of real numbers. */
        WITHIN,
        /** No further away than the source engine's own sets of kernels are from each other. */
        AS_NEAR_AS_KERNELS,
        /**
         * A quantized model whose roundings add up along the way: the noise is below a hundredth of the signal's power.
         */
        WITHIN_NOISE,
        /** None of these. */
        DIFFERENT;

        /** Whether the conversion holds. */
        public boolean holds() {
            return this != DIFFERENT;
        }
    }
}
