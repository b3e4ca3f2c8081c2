package dev.tfliteonnx.importer;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import java.util.Optional;

/** The extents that a file states for a tensor with elements. */
public final class Extents {
    /** The greatest number of axes that a reader takes. */
    public static final int GREATEST_RANK = 1024;

    private Extents() {}

    /** The shape; empty if there are too many axes, negative or too large extents, or no type of elements. */
    public static Optional<Shape> of(long[] dims, DataType type) {
        boolean valid = dims.length <= GREATEST_RANK && type != DataType.UNKNOWN;
        long bits = Math.max(1, type.bits());
        for (long dim : dims) {
            // an extent of 0 does not excuse the others: they are multiplied in any order
            valid &= dim >= 0 && dim <= Long.MAX_VALUE / bits;
            bits *= valid ? Math.max(1, dim) : 1;
        }
        return valid ? Optional.of(Shape.of(dims)) : Optional.empty();
    }
}
