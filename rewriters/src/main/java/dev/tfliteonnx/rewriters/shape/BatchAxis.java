package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Dim;

/**
 * Where the examples of a batch stand in a tensor. The extent of the axis is {@code outer · batch · inner}, the last
 * varying fastest: {@code inner} after a reshape merged the batch with the axes behind it, {@code outer} while
 * SPACE_TO_BATCH_ND holds blocks in front of it.
 *
 * @param axis the axis, counted from the outermost
 * @param outer how many blocks stand before the batch
 * @param inner how many parts each example has
 */
record BatchAxis(int axis, long outer, long inner) {
    /** An axis that is the batch and nothing else. */
    static BatchAxis of(int axis) {
        return new BatchAxis(axis, 1, 1);
    }

    /** The same on another axis. */
    BatchAxis on(int other) {
        return new BatchAxis(other, outer, inner);
    }

    /** Whether the axis is the batch and nothing else. */
    boolean isPlain() {
        return outer == 1 && inner == 1;
    }

    /** The extent of the axis for a batch of that size. */
    Dim extent(Dim batch) {
        if (batch instanceof Dim.Fixed fixed) {
            return Dim.of(Math.multiplyExact(Math.multiplyExact(outer, fixed.size()), inner));
        }
        return isPlain() ? batch : Dim.unknown();
    }
}
