package dev.tfliteonnx.optimizers.fusion;

import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.Optional;

/**
 * What an Attention reads, in its order.
 *
 * @param scores how queries and keys are multiplied
 * @param queries {@code [batches·heads, S, H]}
 * @param keys {@code [batches·sources, T, H]}
 * @param values {@code [batches·sources, T, W]}
 * @param batches how many groups of heads there are
 * @param heads how many queries there are at a place
 * @param sources how many keys there are at a place
 */
record Operands(
        Scores scores, Matrices queries, Matrices keys, Matrices values, long batches, long heads, long sources) {
    /** Fits the operands together; empty if they do not. */
    static Optional<Operands> of(Scores scores, Value v, Value y) {
        Shape shape = scores.shape();
        boolean meet = Matrices.areIn(y.shape())
                && Matrices.count(y.shape()) == Matrices.count(shape)
                && meets(scores.product().input(1), shape)
                && meets(v, shape);
        if (shape.rank() > 4 || !meet) {
            return Optional.empty();
        }
        long heads = shape.rank() >= 3 ? shape.size(-3) : 1;
        long batches = shape.rank() == 4 ? shape.size(0) : 1;
        Matrices queries = Matrices.of(scores.product().input(0));
        Matrices keys = keys(scores).orElseThrow();
        Matrices values = Matrices.unscaled(v);
        long count = keys.count();
        boolean fits = queries.count() == batches * heads
                && count == values.count()
                && count % batches == 0
                && heads % (count / batches) == 0
                && queries.columns() == keys.columns()
                && keys.rows() == values.rows();
        return fits
                ? Optional.of(new Operands(scores, queries, keys, values, batches, heads, count / batches))
                : Optional.empty();
    }

    /** Whether there is a matrix for each one of scores, or one for all, so that none is met in another order. */
    private static boolean meets(Value matrices, Shape scores) {
        long count = Matrices.areIn(matrices.shape()) ? Matrices.count(matrices.shape()) : 0;
        return count == 1 || count == Matrices.count(scores);
    }

    /** The keys, which the product takes transposed. */
    static Optional<Matrices> keys(Scores scores) {
        return Matrices.transposed(scores.product().input(1));
    }

    /** Whether there is no mask, or one number for each key at least. */
    static boolean maskFits(Scores scores) {
        Shape mask = scores.mask().shape();
        return !scores.mask().isPresent()
                || (mask.isStatic()
                        && mask.rank() >= 2
                        && mask.rank() <= scores.shape().rank()
                        && mask.dim(-1).equals(scores.shape().dim(-1)));
    }

    /** The mask, with a row for each query; absent if there is none. */
    Value mask(Onnx onnx) {
        Value mask = scores.mask();
        if (!mask.isPresent() || mask.shape().dim(-2).equals(scores.shape().dim(-2))) {
            return mask;
        }
        long[] sizes = mask.shape().sizes();
        sizes[sizes.length - 2] = scores.shape().size(-2);
        return onnx.op("Expand", mask, onnx.ints(sizes));
    }
}
