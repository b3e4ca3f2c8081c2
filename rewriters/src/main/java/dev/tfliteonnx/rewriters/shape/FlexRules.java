package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.OpType;
import java.util.Optional;
import java.util.Set;

/**
 * TensorFlow operators that no builtin operator stands for and that work element by element, with the names that they
 * have in a file.
 *
 * <p>Source: TensorFlow's operator definitions ({@code tensorflow/core/ops}).
 */
final class FlexRules {
    private static final Set<String> OF_ONE = Set.of(
            "FlexAbs",
            "FlexAtan",
            "FlexCosh",
            "FlexErf",
            "FlexExp",
            "FlexIdentity",
            "FlexInv",
            "FlexIsNan",
            "FlexLog",
            "FlexNeg",
            "FlexReciprocal",
            "FlexRelu",
            "FlexSelu",
            "FlexSigmoid",
            "FlexSign",
            "FlexSinh",
            "FlexSoftplus",
            "FlexSoftsign",
            "FlexSqrt",
            "FlexTan",
            "FlexTanh");

    private static final Set<String> OF_TWO = Set.of(
            "FlexAdd",
            "FlexAddV2",
            "FlexGreater",
            "FlexLess",
            "FlexMaximum",
            "FlexMinimum",
            "FlexMul",
            "FlexRealDiv",
            "FlexSub");

    private FlexRules() {}

    /** Whether it is one of them: the shapes of its operands decide that of its result. */
    static boolean isKnown(OpType op) {
        return find(op).isPresent();
    }

    /** How such an operator treats examples. */
    static Optional<BatchRule> find(OpType op) {
        if (!op.domain().equals(OpType.CUSTOM)) {
            return Optional.empty();
        }
        return OF_ONE.contains(op.name())
                ? Optional.of(BatchRule.same(s -> s.only(0)))
                : OF_TWO.contains(op.name()) ? Optional.of(BatchRule.same(BatchRules::broadcast)) : Optional.empty();
    }
}
