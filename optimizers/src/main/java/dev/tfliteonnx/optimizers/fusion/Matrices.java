package dev.tfliteonnx.optimizers.fusion;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.Arrays;
import java.util.Optional;

/**
 * A stack of matrices that a value was made of by multiplying with a number and by grouping the matrices in other ways,
 * repeated or not.
 *
 * @param source the stack, {@code [..., rows, columns]}
 * @param factor the number
 * @param perm how the axes of the stack are to be transposed; none if it is empty
 */
record Matrices(Value source, double factor, int[] perm) {
    /** What a value was made of. */
    static Matrices of(Value value) {
        Value at = value;
        double factor = 1;
        Optional<Double> by = step(at);
        while (by.isPresent()) {
            factor *= by.get();
            at = source(at);
            by = step(at);
        }
        return new Matrices(at, factor, new int[0]);
    }

    /** What the last node multiplies with; empty if it does something else than to multiply, to repeat or to regroup. */
    private static Optional<Double> step(Value value) {
        Node node = value.producer().orElse(null);
        if (node == null || isRegrouped(value)) {
            return Optional.ofNullable(node).map(n -> 1.0);
        }
        boolean scales =
                (node.is("Mul") || node.is("Div")) && source(value).shape().equals(value.shape());
        Optional<Double> number = scales
                ? Content.single(node.input(0) == source(value) ? node.input(1) : node.input(0))
                : Optional.empty();
        return node.is("Div") ? number.map(n -> 1 / n) : number.or(() -> repetition(value));
    }

    /** The same without multiplication. */
    static Matrices unscaled(Value value) {
        Matrices matrices = of(value);
        return Product.about(matrices.factor, 1) ? matrices : new Matrices(value, 1, new int[0]);
    }

    /** What a value was made of, its matrices transposed; empty if it was not made by transposing. */
    static Optional<Matrices> transposed(Value value) {
        Matrices turned = of(value);
        Node node = turned.source.producer().filter(n -> n.is("Transpose")).orElse(null);
        if (node == null || !areIn(node.input(0).shape())) {
            return Optional.empty();
        }
        int rank = turned.source.shape().rank();
        int[] perm = Arrays.stream(node.attributes().get(OnnxOps.PERM).toArray())
                .mapToInt(Math::toIntExact)
                .toArray();
        int last = perm[rank - 1];
        perm[rank - 1] = perm[rank - 2];
        perm[rank - 2] = last;
        if (isIdentity(perm)) {
            Matrices inner = of(node.input(0));
            return Optional.of(new Matrices(inner.source, inner.factor * turned.factor, inner.perm));
        }
        return Optional.of(new Matrices(node.input(0), turned.factor, perm));
    }

    private static boolean isIdentity(int[] perm) {
        for (int i = 0; i < perm.length; i++) {
            if (perm[i] != i) {
                return false;
            }
        }
        return true;
    }

    /** Whether a shape is one of matrices, of fixed extents. */
    static boolean areIn(Shape shape) {
        return shape.isStatic() && shape.rank() >= 2 && shape.elementCount() > 0;
    }

    /** Whether a value is a Reshape that groups the same matrices in another way. */
    static boolean isRegrouped(Value value) {
        Node node = value.producer().filter(n -> n.is("Reshape")).orElse(null);
        return node != null && sameMatrices(node.input(0).shape(), value.shape());
    }

    private static boolean sameMatrices(Shape a, Shape b) {
        return areIn(a) && areIn(b) && a.dim(-1).equals(b.dim(-1)) && a.dim(-2).equals(b.dim(-2));
    }

    /** The number that matrices are multiplied with while each is repeated; empty if that is not what happens. */
    private static Optional<Double> repetition(Value value) {
        Node node = value.producer().orElse(null);
        if (node == null || !(node.is("Mul") || node.is("Expand"))) {
            return Optional.empty();
        }
        Value from = source(value);
        if (!sameMatrices(from.shape(), value.shape()) || !isInRows(from.shape(), value.shape())) {
            return Optional.empty();
        }
        if (node.is("Expand")) {
            return Optional.of(1.0);
        }
        Value by = from == node.input(0) ? node.input(1) : node.input(0);
        double first = by.constant()
                .filter(t -> Content.isSmall(t) && t.elementCount() > 0)
                .map(t -> t.toDoubles()[0])
                .orElse(Double.NaN);
        return Content.all(by, d -> d == first) ? Optional.of(first) : Optional.empty();
    }

    /** The operand that is multiplied, repeated or reshaped. */
    private static Value source(Value value) {
        Node node = value.producer().orElseThrow();
        return node.is("Mul") && node.input(0).isConstant() ? node.input(1) : node.input(0);
    }

    /** Whether each matrix of one shape stands several times in a row in another. */
    private static boolean isInRows(Shape one, Shape many) {
        int missing = many.rank() - one.rank();
        boolean repeated = missing > 0;
        for (int i = 0; i < one.rank() - 2; i++) {
            repeated |= !one.dim(i).equals(many.dim(i + missing));
            if (repeated && !one.dim(i).is(1)) {
                return false;
            }
        }
        return true;
    }

    /** How many matrices a shape has. */
    static long count(Shape shape) {
        return shape.elementCount() / (shape.size(-1) * shape.size(-2));
    }

    /** How many matrices there are. */
    long count() {
        return source.shape().elementCount() / (rows() * columns());
    }

    /** Rows of a matrix. */
    long rows() {
        return perm.length == 0 ? source.shape().size(-2) : source.shape().size(perm[perm.length - 2]);
    }

    /** Columns of a matrix. */
    long columns() {
        return perm.length == 0 ? source.shape().size(-1) : source.shape().size(perm[perm.length - 1]);
    }

    /** The stack as {@code [batches, heads, rows, columns]}. */
    Value stacked(Onnx onnx, long batches, long heads) {
        Value turned = perm.length == 0 ? source : onnx.transpose(source, perm);
        return onnx.reshape(turned, batches, heads, rows(), columns());
    }
}
