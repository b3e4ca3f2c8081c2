package dev.tfliteonnx.rewriters.shape;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** How an operator takes the examples of a batch from its operands to its results. */
@FunctionalInterface
interface BatchRule {
    /** A rule by which all results have the examples on the same axis. */
    @FunctionalInterface
    interface OfOne {
        /** Where the results have the examples. */
        BatchAxis apply(BatchStep step);
    }

    /**
     * Where the results have the examples; empty for one that is the same for all.
     *
     * @throws BatchStep.Prevented if it would compute something else for another number of examples
     */
    List<Optional<BatchAxis>> apply(BatchStep step);

    /** A rule by which all results have the examples on the same axis. */
    static BatchRule same(OfOne rule) {
        return s -> Collections.nCopies(s.node().outputs().size(), Optional.of(rule.apply(s)));
    }
}
