package dev.tfliteonnx.optimizers.recurrence;

import java.util.List;
import java.util.Set;

/**
 * A function of single numbers.
 *
 * @param name the ONNX operator; as an activation of a recurrent operator it has the same name
 * @param alpha the first parameter, or 0 if it takes none
 * @param beta the second parameter, or 0 if it takes none
 */
record Curve(String name, float alpha, float beta) {
    /** What takes a number as it is. */
    static final Curve IDENTITY = new Curve("Affine", 1, 0);

    /** What limits a number to {@code [alpha, beta]}; no activation. */
    static final String CLIP = "Clip";

    private static final Set<String> WITH_BETA = Set.of("Affine", "HardSigmoid");
    private static final Set<String> WITH_ALPHA = Set.of("Affine", "HardSigmoid", "Elu", "LeakyRelu");

    /** The operators that are activations of recurrent operators too. */
    static final List<String> OPERATORS =
            List.of("Sigmoid", "Tanh", "Relu", "Elu", "LeakyRelu", "HardSigmoid", "Softsign", "Softplus");

    boolean hasAlpha() {
        return WITH_ALPHA.contains(name);
    }

    boolean hasBeta() {
        return WITH_BETA.contains(name);
    }

    boolean isActivation() {
        return !name.equals(CLIP);
    }

    /** The function times a factor, if that has a name too: a range from 0 that is scaled to 1 is HardSigmoid. */
    Curve scaled(double factor) {
        return name.equals(CLIP) && alpha == 0 && (float) (factor * beta) == 1
                ? new Curve("HardSigmoid", (float) factor, 0)
                : this;
    }
}
