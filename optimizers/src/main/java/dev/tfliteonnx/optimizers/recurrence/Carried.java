package dev.tfliteonnx.optimizers.recurrence;

/**
 * A matrix that a loop carries.
 *
 * @param index which of what is carried it is
 * @param next what a round makes of it
 * @param after it, as the round leaves it
 */
record Carried(int index, Sum next, Atom after) {
    /** It, as the round finds it. */
    Atom before() {
        return new Atom.State(index, next.width());
    }
}
