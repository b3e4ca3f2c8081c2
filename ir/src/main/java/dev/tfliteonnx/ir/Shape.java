package dev.tfliteonnx.ir;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The extents of a tensor, outermost first, or the statement that not even their number is known. */
public final class Shape {
    /** The shape of which nothing is known. */
    public static final Shape UNKNOWN = new Shape(null);

    /** The shape of a single number. */
    public static final Shape SCALAR = new Shape(List.of());

    private final @Nullable List<Dim> dims;

    private Shape(@Nullable List<Dim> dims) {
        this.dims = dims;
    }

    /** A shape with these extents. */
    public static Shape ofDims(List<? extends Dim> dims) {
        return new Shape(List.copyOf(dims));
    }

    /** A shape whose extents are all known. */
    public static Shape of(long... sizes) {
        return new Shape(Arrays.stream(sizes).mapToObj(Dim::of).toList());
    }

    /** A shape of that rank of whose extents nothing is known. */
    public static Shape ofRank(int rank) {
        return new Shape(java.util.Collections.nCopies(rank, Dim.unknown()));
    }

    /** Whether the number of axes is known. */
    public boolean isRanked() {
        return dims != null;
    }

    /** Whether every extent is known. */
    public boolean isStatic() {
        return dims != null && dims.stream().allMatch(d -> d instanceof Dim.Fixed);
    }

    /** Whether the rank is known and is {@code rank}. */
    public boolean hasRank(int rank) {
        return dims != null && dims.size() == rank;
    }

    /**
     * The extents.
     *
     * @throws IllegalStateException if the rank is unknown
     */
    public List<Dim> dims() {
        if (dims == null) {
            throw new IllegalStateException("the rank of the shape is unknown");
        }
        return dims;
    }

    /**
     * The number of axes.
     *
     * @throws IllegalStateException if the rank is unknown
     */
    public int rank() {
        return dims().size();
    }

    /** The extent of an axis, which may be counted from the end as −1, −2 …. */
    public Dim dim(int axis) {
        return dims().get(axis < 0 ? axis + rank() : axis);
    }

    /** Whether the extent of that axis is known. */
    public boolean isFixed(int axis) {
        return dim(axis) instanceof Dim.Fixed;
    }

    /**
     * The known extent of an axis.
     *
     * @throws IllegalStateException if it is not known
     */
    public long size(int axis) {
        if (dim(axis) instanceof Dim.Fixed fixed) {
            return fixed.size();
        }
        throw new IllegalStateException("extent of axis " + axis + " of " + this + " is not known");
    }

    /**
     * All extents.
     *
     * @throws IllegalStateException if one is not known
     */
    public long[] sizes() {
        long[] sizes = new long[rank()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = size(i);
        }
        return sizes;
    }

    /**
     * The number of elements of a static shape.
     *
     * @throws ArithmeticException if it exceeds 2⁶³−1
     */
    public long elementCount() {
        long count = 1;
        for (long size : sizes()) {
            count = Math.multiplyExact(count, size);
        }
        return count;
    }

    /** The shape after a transposition: axis {@code i} of the result is axis {@code perm[i]} of this. */
    public Shape permuted(int... perm) {
        if (dims == null) {
            return this;
        }
        List<Dim> out = new ArrayList<>(perm.length);
        for (int p : perm) {
            out.add(dims.get(p));
        }
        return ofDims(out);
    }

    /** This shape with another extent on one axis. */
    public Shape with(int axis, Dim dim) {
        List<Dim> out = new ArrayList<>(dims());
        out.set(axis < 0 ? axis + rank() : axis, dim);
        return ofDims(out);
    }

    /** With 1 for every extent that is open; a scalar if not even the rank is known. */
    public Shape closed() {
        return isRanked()
                ? ofDims(dims().stream()
                        .map(d -> d instanceof Dim.Fixed ? d : Dim.of(1))
                        .toList())
                : SCALAR;
    }

    /**
     * The shape of an elementwise operation on two operands, aligned at the last axis.
     *
     * @return empty if the extents contradict each other
     */
    public static Optional<Shape> broadcast(Shape a, Shape b) {
        if (!a.isRanked() || !b.isRanked()) {
            return Optional.of(UNKNOWN);
        }
        int rank = Math.max(a.rank(), b.rank());
        List<Dim> out = new ArrayList<>(rank);
        for (int i = 0; i < rank; i++) {
            Dim x = i < rank - a.rank() ? Dim.of(1) : a.dim(i - (rank - a.rank()));
            Dim y = i < rank - b.rank() ? Dim.of(1) : b.dim(i - (rank - b.rank()));
            if (x.is(1)) {
                out.add(y);
            } else if (y.is(1) || x.equals(y)) {
                out.add(x);
            } else if (x instanceof Dim.Fixed && y instanceof Dim.Fixed) {
                return Optional.empty();
            } else {
                out.add(x instanceof Dim.Fixed ? x : y instanceof Dim.Fixed ? y : Dim.unknown());
            }
        }
        return Optional.of(ofDims(out));
    }

    /** Whether a tensor could have both shapes at once: equal ranks and no two known extents that differ. */
    public boolean agreesWith(Shape other) {
        return merge(this, other).isPresent();
    }

    /** What two statements about the same tensor say together; empty if they contradict each other. */
    public static Optional<Shape> merge(Shape a, Shape b) {
        if (!a.isRanked() || !b.isRanked()) {
            return Optional.of(a.isRanked() ? a : b);
        }
        if (a.rank() != b.rank()) {
            return Optional.empty();
        }
        List<Dim> out = new ArrayList<>(a.rank());
        for (int i = 0; i < a.rank(); i++) {
            Dim x = a.dim(i);
            Dim y = b.dim(i);
            if (x instanceof Dim.Fixed && y instanceof Dim.Fixed && !x.equals(y)) {
                return Optional.empty();
            }
            out.add(x instanceof Dim.Fixed ? x : y instanceof Dim.Unknown ? x : y);
        }
        return Optional.of(ofDims(out));
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Shape s && java.util.Objects.equals(dims, s.dims);
    }

    @Override
    public int hashCode() {
        return dims == null ? -1 : dims.hashCode();
    }

    @Override
    public String toString() {
        return dims == null ? "[*]" : dims.stream().map(Dim::toString).collect(Collectors.joining(",", "[", "]"));
    }
}
