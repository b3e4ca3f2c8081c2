package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Ints;
import java.util.List;

/**
 * How the stored values of a sparse constant are laid out, in the terms of the schema's {@code SparsityParameters}.
 *
 * @param traversalOrder the order in which the levels are walked; axes of the tensor first, then those of the block
 * @param blockMap for each axis of the block the axis of the tensor that it divides; may be empty
 * @param levels one entry for each level, in traversal order
 */
public record Sparsity(Ints traversalOrder, Ints blockMap, List<Level> levels) {
    /** The widths in which the indices of a level can be stored, numbered as the schema's union. */
    public enum Width {
        INT32,
        UINT16,
        UINT8
    }

    /** One level. */
    public sealed interface Level {}

    /** A level of which every index is stored. */
    public record Dense(int size) implements Level {}

    /** A level of which some indices are stored, in compressed rows. */
    public record Compressed(Ints segments, Ints indices, Width width) implements Level {}

    public Sparsity {
        levels = List.copyOf(levels);
    }
}
