package dev.tfliteonnx.checker;

import dev.tfliteonnx.ir.Tensor;
import java.util.Map;

/**
 * How a conversion is checked.
 *
 * @param engines which engines run the two sides
 * @param runs how many times they run; at least 1
 * @param seed where random inputs start
 * @param inputs tensors for inputs of the source by name; the others get random numbers
 */
public record CheckOptions(Engines engines, int runs, long seed, Map<String, Tensor> inputs) {
    /** Three runs on random inputs, in the real engines where they are at hand. */
    public static final CheckOptions DEFAULT = new CheckOptions(Engines.NATIVE_IF_PRESENT, 3, 1, Map.of());

    /** Which engines run a model. */
    public enum Engines {
        /** TFLite and ONNX Runtime where their libraries are on the class path, otherwise the reference executor. */
        NATIVE_IF_PRESENT,
        /** The reference executor, even if others are there. */
        JAVA
    }

    public CheckOptions {
        if (runs < 1) {
            throw new IllegalArgumentException(runs + " runs");
        }
        inputs = Map.copyOf(inputs);
    }
}
