package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.Map;
import java.util.Optional;

/** One operator as the rules of the batch see it: shapes of the file, and which operands have examples on an axis. */
final class BatchStep {
    /** Says why an operator keeps the batch from changing. */
    static final class Prevented extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Prevented(String reason) {
            super(reason);
        }
    }

    private final Node node;
    private final Map<Value, BatchAxis> axes;
    private final long before;
    private final Dim after;
    private final GraphCopy changes;

    /**
     * An operator.
     *
     * @param axes the values that have examples, and where
     * @param before how many examples the file has
     * @param after how many there are to be
     * @param changes takes what has to change for that
     */
    BatchStep(Node node, Map<Value, BatchAxis> axes, long before, Dim after, GraphCopy changes) {
        this.node = node;
        this.axes = axes;
        this.before = before;
        this.after = after;
        this.changes = changes;
    }

    /** The operator. */
    Node node() {
        return node;
    }

    /** How many examples the file has. */
    long before() {
        return before;
    }

    /** How many examples there are to be. */
    Dim after() {
        return after;
    }

    /** Where an operand has examples; empty if it is the same for all. */
    Optional<BatchAxis> axis(int input) {
        return Optional.ofNullable(axes.get(node.input(input)));
    }

    /** Where the only operand that may have examples has them. */
    BatchAxis only(int input) {
        for (int i = 0; i < node.inputs().size(); i++) {
            if (i != input && axis(i).isPresent()) {
                throw new Prevented("operand " + i + " (\"" + node.input(i).name() + "\") has examples, too");
            }
        }
        return axis(input).orElseThrow(() -> new Prevented("operand " + input + " has no examples"));
    }

    /** The extents of an operand in the file. */
    long[] sizes(int input) {
        return sizes(node.input(input));
    }

    /** The extents of the first result in the file. */
    long[] resultSizes() {
        return sizes(node.output());
    }

    private static long[] sizes(Value value) {
        Shape shape = value.shape();
        if (!shape.isStatic()) {
            throw new Prevented("the shape of \"" + value.name() + "\" is open: " + shape);
        }
        return shape.sizes();
    }

    /** The rank of an operand. */
    int rank(int input) {
        return sizes(input).length;
    }

    /** The elements of a constant operand. */
    long[] longs(int input) {
        return node.input(input)
                .constant()
                .map(Tensor::toLongs)
                .orElseThrow(() -> new Prevented("operand " + input + " is computed when the model runs"));
    }

    /** An axis given by a constant operand or option, counted from the start. */
    static int fromStart(long axis, int rank) {
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** An option. */
    <T> T option(Key<T> key) {
        return node.attributes().get(key);
    }

    /** Gives a constant operand other elements. */
    void setOperand(int input, long... elements) {
        Tensor old = node.input(input).constant().orElseThrow();
        DataType type = old.type();
        changes.operand(node, input, Tensor.ofIntegers(type, old.shape(), elements));
    }

    /** Gives the operator another option. */
    <T> void setOption(Key<T> key, T value) {
        Attributes attributes = node.attributes().with(key, value);
        changes.options(node, attributes);
    }

    /** Gives the operator two other options. */
    void setMasks(Key<Long> first, long firstBits, Key<Long> second, long secondBits) {
        changes.options(node, node.attributes().with(first, firstBits).with(second, secondBits));
    }
}
