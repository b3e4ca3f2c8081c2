package dev.tfliteonnx.importer.tflite;

import com.google.flatbuffers.Table;
import dev.tfliteonnx.formats.tflite.DimensionMetadata;
import dev.tfliteonnx.formats.tflite.DimensionType;
import dev.tfliteonnx.formats.tflite.Int32Vector;
import dev.tfliteonnx.formats.tflite.SparseIndexVector;
import dev.tfliteonnx.formats.tflite.SparsityParameters;
import dev.tfliteonnx.formats.tflite.Uint16Vector;
import dev.tfliteonnx.formats.tflite.Uint8Vector;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Expands a constant of which only some elements are stored. The elements are stored along a tree of levels, one for each
 * axis and each blocked part of an axis; at a dense level every index occurs, at a sparse one those that are listed. What
 * is not stored is 0.
 *
 * <p>Source: {@code FormatConverter::SparseToDense} of LiteRT,
 * {@code tflite/kernels/internal/utils/sparsity_format_converter.cc}.
 */
final class SparseTensor {
    private static final long MAX_FREE_BYTES = 1L << 26;
    private static final long MAX_GROWTH = 256;

    /** The indices along one axis, or one part of it: all of them, or those listed if there are segments. */
    private static final class Level {
        final int axis;
        final long extent;
        final long step;
        final int[] segments;
        final int[] indices;

        Level(int axis, long extent, long step, int[] segments, int[] indices) {
            this.axis = axis;
            this.extent = extent;
            this.step = step;
            this.segments = segments;
            this.indices = indices;
        }

        boolean isDense() {
            return segments.length == 0;
        }

        /** The same level with steps that are so many times longer. */
        Level scaled(long times) {
            return new Level(axis, extent, step * times, segments, indices);
        }
    }

    private final DataType type;
    private final int width;
    private final long count;
    private final Bytes stored;
    private final Level[] levels;

    private SparseTensor(DataType type, long count, Bytes stored, Level[] levels) {
        this.type = type;
        this.width = type.bits() / 8;
        this.count = count;
        this.stored = stored;
        this.levels = levels;
    }

    /**
     * A tensor that is expanded when it is first read.
     *
     * @throws IllegalArgumentException saying what about the description is wrong
     * @throws ArithmeticException if a size overflows
     */
    static Tensor expand(DataType type, Shape shape, Bytes stored, SparsityParameters sparsity) {
        require(type.bits() >= 8, "sparse elements of type " + type);
        long count = shape.elementCount();
        long bytes = type.byteSize(count);
        require(
                bytes <= Integer.MAX_VALUE - 8 && bytes / MAX_GROWTH <= stored.size() + MAX_FREE_BYTES / MAX_GROWTH,
                "expanding " + stored.size() + " bytes to " + bytes);
        Level[] levels = levels(shape, sparsity);
        if (count > 0) {
            long values = check(levels);
            require(
                    Math.multiplyExact(values, (long) type.bits() / 8) <= stored.size(),
                    values + " stored values of " + type + " in " + stored.size() + " bytes");
        }
        SparseTensor tensor = new SparseTensor(type, count, stored, levels);
        return Tensor.computed(type, shape, stored.description() + ", expanded", tensor::dense);
    }

    private static Level[] levels(Shape shape, SparsityParameters s) {
        int rank = shape.rank();
        int total = s.traversalOrderLength();
        int blocks = s.blockMapLength();
        require(
                total == rank + blocks && s.dimMetadataLength() == total && blocks <= rank,
                total + " levels, " + blocks + " blocks and " + s.dimMetadataLength() + " descriptions for rank "
                        + rank);
        int[] levelOf = new int[total];
        Arrays.fill(levelOf, -1);
        for (int l = 0; l < total; l++) {
            int d = s.traversalOrder(l);
            require(d >= 0 && d < total && levelOf[d] < 0, "the traversal order is no permutation");
            levelOf[d] = l;
        }
        long[] block = new long[rank];
        Arrays.fill(block, 1);
        boolean[] blocked = new boolean[rank];
        for (int j = 0; j < blocks; j++) {
            int axis = s.blockMap(j);
            require(axis >= 0 && axis < rank && !blocked[axis], "the block map names axis " + axis);
            blocked[axis] = true;
            block[axis] = s.dimMetadata(levelOf[rank + j]).denseSize();
            require(
                    block[axis] > 0 && shape.size(axis) % block[axis] == 0,
                    "blocks of " + block[axis] + " do not divide axis " + axis + " of " + shape);
        }
        Level[] levels = new Level[total];
        for (int d = 0; d < total; d++) {
            int axis = d < rank ? d : s.blockMap(d - rank);
            long extent = d < rank ? shape.size(axis) / block[axis] : block[axis];
            levels[levelOf[d]] = level(s.dimMetadata(levelOf[d]), axis, extent, d < rank ? block[axis] : 1);
        }
        return strided(levels, shape);
    }

    private static Level level(DimensionMetadata d, int axis, long extent, long step) {
        if (d.format() == DimensionType.DENSE) {
            require(d.denseSize() == extent, "a level of " + d.denseSize() + " indices for an extent of " + extent);
            return new Level(axis, extent, step, new int[0], new int[0]);
        }
        require(d.format() == DimensionType.SPARSE_CSR, "level format " + d.format());
        int[] segments = segments(d);
        require(segments.length > 0, "a sparse level without segments");
        return new Level(axis, extent, step, segments, indices(d));
    }

    /** The levels with their steps counted in elements of the whole tensor. */
    private static Level[] strided(Level[] levels, Shape shape) {
        long[] strides = new long[shape.rank()];
        long stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride = Math.multiplyExact(stride, shape.size(i));
        }
        return Arrays.stream(levels).map(l -> l.scaled(strides[l.axis])).toArray(Level[]::new);
    }

    private static int[] segments(DimensionMetadata d) {
        return switch (d.arraySegmentsType()) {
            case SparseIndexVector.Int32Vector -> indices(d.arraySegments(new Int32Vector()));
            case SparseIndexVector.Uint16Vector -> indices(d.arraySegments(new Uint16Vector()));
            case SparseIndexVector.Uint8Vector -> indices(d.arraySegments(new Uint8Vector()));
            default -> new int[0];
        };
    }

    private static int[] indices(DimensionMetadata d) {
        return switch (d.arrayIndicesType()) {
            case SparseIndexVector.Int32Vector -> indices(d.arrayIndices(new Int32Vector()));
            case SparseIndexVector.Uint16Vector -> indices(d.arrayIndices(new Uint16Vector()));
            case SparseIndexVector.Uint8Vector -> indices(d.arrayIndices(new Uint8Vector()));
            default -> new int[0];
        };
    }

    private static int[] indices(@Nullable Table table) {
        if (table instanceof Int32Vector v) {
            return Vectors.indices(v.valuesAsByteBuffer(), 4);
        }
        if (table instanceof Uint16Vector v) {
            return Vectors.indices(v.valuesAsByteBuffer(), 2);
        }
        return table instanceof Uint8Vector v ? Vectors.indices(v.valuesAsByteBuffer(), 1) : new int[0];
    }

    /** Checks segments and indices; gives the number of values that must be stored. */
    private static long check(Level[] levels) {
        long nodes = 1;
        for (Level level : levels) {
            if (level.isDense()) {
                nodes = Math.multiplyExact(nodes, level.extent);
                continue;
            }
            int[] segments = level.segments;
            require(segments.length - 1 == nodes, (segments.length - 1) + " segments for " + nodes + " places");
            require(segments[0] == 0, "segments begin at " + segments[0]);
            for (int i = 1; i < segments.length; i++) {
                require(segments[i] >= segments[i - 1], "segments run backwards");
            }
            nodes = segments[segments.length - 1];
            require(nodes <= level.indices.length, nodes + " indices are used, there are " + level.indices.length);
            for (int i = 0; i < nodes; i++) {
                int index = level.indices[i];
                require(index >= 0 && index < level.extent, "index " + index + " in an extent of " + level.extent);
            }
        }
        return nodes;
    }

    private Bytes dense() {
        byte[] out = new byte[(int) (count * width)];
        if (count > 0) {
            walk(0, 0, 0, out);
        }
        return Bytes.of(out, stored.description() + ", expanded");
    }

    /** Visits one place of a level: {@code node} is its number at that level, {@code at} the element that it leads to. */
    private void walk(int depth, long node, long at, byte[] out) {
        if (depth == levels.length) {
            stored.get(node * width, out, (int) (at * width), width);
            return;
        }
        Level level = levels[depth];
        if (level.isDense()) {
            for (long i = 0; i < level.extent; i++) {
                walk(depth + 1, node * level.extent + i, at + i * level.step, out);
            }
        } else {
            for (int k = level.segments[(int) node]; k < level.segments[(int) node + 1]; k++) {
                walk(depth + 1, k, at + level.indices[k] * level.step, out);
            }
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    @Override
    public String toString() {
        return type + " with " + levels.length + " levels";
    }
}
