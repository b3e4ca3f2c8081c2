package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An order of axes as ONNX Transpose has it: axis {@code i} of the result is axis {@code p[i]} of the source. */
public final class Permutation {
    private final int[] order;

    private Permutation(int[] order) {
        this.order = order;
    }

    /** The permutation that is spelt by these numbers. */
    public static Permutation of(int... order) {
        return new Permutation(order.clone());
    }

    /** The permutation of a Transpose node; empty if its operand's rank is not known. */
    public static Optional<Permutation> of(Node transpose) {
        Optional<Ints> given = transpose.attributes().find(OnnxOps.PERM);
        Shape shape = transpose.input(0).shape();
        if (given.isPresent() || !shape.isRanked()) {
            return given.map(p -> new Permutation(p.toIntArray()));
        }
        int[] reversed = new int[shape.rank()];
        Arrays.setAll(reversed, i -> reversed.length - 1 - i);
        return Optional.of(new Permutation(reversed));
    }

    /** How many axes there are. */
    public int rank() {
        return order.length;
    }

    /** The source axis that becomes axis {@code i}. */
    public int source(int i) {
        return order[i];
    }

    /** Where an axis of the source goes; it may be counted from the end. */
    public int placeOf(long axis) {
        int wanted = (int) (axis < 0 ? axis + order.length : axis);
        for (int i = 0; i < order.length; i++) {
            if (order[i] == wanted) {
                return i;
            }
        }
        throw new IllegalArgumentException("no axis " + axis + " in " + this);
    }

    /** This permutation and another after it, in one. */
    public Permutation then(Permutation next) {
        int[] both = new int[order.length];
        Arrays.setAll(both, i -> order[next.order[i]]);
        return new Permutation(both);
    }

    /** The permutation that undoes this one. */
    public Permutation inverse() {
        int[] back = new int[order.length];
        Arrays.setAll(back, this::placeOf);
        return new Permutation(back);
    }

    /** Numbers that stand for axes of the source, in the order of the result. */
    public long[] apply(long[] perAxis) {
        long[] out = new long[order.length];
        Arrays.setAll(out, i -> perAxis[order[i]]);
        return out;
    }

    /** Whether nothing moves. */
    public boolean isIdentity() {
        for (int i = 0; i < order.length; i++) {
            if (order[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** Whether the elements of a tensor of this shape stay in their order in memory. */
    public boolean keepsOrder(Shape shape) {
        if (!shape.hasRank(order.length)) {
            return isIdentity();
        }
        int before = -1;
        for (int axis : order) {
            if (!shape.dim(axis).is(1)) {
                if (axis < before) {
                    return false;
                }
                before = axis;
            }
        }
        return true;
    }

    /** The numbers. */
    public int[] toArray() {
        return order.clone();
    }

    /** As the attribute of a Transpose. */
    public Attributes attributes() {
        return Attributes.of(OnnxOps.PERM, Ints.ofInts(order));
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Permutation p && Arrays.equals(order, p.order);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(order);
    }

    @Override
    public String toString() {
        return Arrays.toString(order);
    }
}
