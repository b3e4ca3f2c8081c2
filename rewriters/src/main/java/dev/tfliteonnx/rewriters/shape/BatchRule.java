package dev.tfliteonnx.rewriters.shape;

/** How an operator takes the examples of a batch from its operands to its results. */
@FunctionalInterface
interface BatchRule {
    /**
     * Where the results have the examples; at least one operand has some.
     *
     * @throws BatchStep.Prevented if it would compute something else for another number of examples
     */
    BatchAxis apply(BatchStep step);
}
