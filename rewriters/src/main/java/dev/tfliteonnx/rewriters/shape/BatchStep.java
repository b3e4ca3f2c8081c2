package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.Arrays;
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
    private final BatchGraph graph;

    BatchStep(Node node, BatchGraph graph) {
        this.node = node;
        this.graph = graph;
    }

    /** The operator. */
    Node node() {
        return node;
    }

    /** The graph that it is in. */
    BatchGraph graph() {
        return graph;
    }

    /** How many examples the file has. */
    long before() {
        return graph.model().before();
    }

    /** How many examples there are to be. */
    Dim after() {
        return graph.model().after();
    }

    /** Where an operand has examples; empty if it is the same for all. */
    Optional<BatchAxis> axis(int input) {
        return graph.axis(node.input(input));
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

    /** The extents of a value in the file. */
    static long[] sizes(Value value) {
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
        graph.changes().operand(node, input, Tensor.ofIntegers(type, old.shape(), elements));
    }

    /** Gives the operator another option. */
    <T> void setOption(Key<T> key, T value) {
        Attributes attributes = node.attributes().with(key, value);
        graph.changes().options(node, attributes);
    }

    /** Gives the operator two other options. */
    <T> void setOptions(Key<T> first, T one, Key<T> second, T other) {
        graph.changes().options(node, node.attributes().with(first, one).with(second, other));
    }

    /** Lets an operand that is the same for all examples have one part for each along an axis. */
    void repeat(int input, BatchAxis axis) {
        if (before() != 1 || axis.outer() != 1 || !graph.isCounted()) {
            throw new Prevented("operand " + input + " (\"" + node.input(input).name()
                    + "\") is the same for all examples and cannot be repeated for each");
        }
        graph.changes().operand(node, input, graph.repeated(axis.axis()));
    }

    /**
     * Moves the examples of an operand to another axis of one element next to theirs, which changes no element.
     *
     * @param along axes that will not do
     * @return the new axis; empty if there is none
     */
    Optional<BatchAxis> moved(int input, int... along) {
        BatchAxis axis = only(input);
        long[] sizes = sizes(input);
        if (before() != 1 || !axis.isPlain()) {
            return Optional.empty();
        }
        for (int step : new int[] {1, -1}) {
            for (int i = axis.axis() + step; i >= 0 && i < sizes.length && sizes[i] == 1; i += step) {
                int to = i;
                if (Arrays.stream(along).noneMatch(a -> a == to)) {
                    spread(input, BatchAxis.of(to), sizes.length);
                    return Optional.of(axis.on(to));
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Gives the examples of an operand another axis.
     *
     * @param to which axis that is to be, whose parts are those of the operand there, or repeat its only one
     * @param rank how many axes there are to be, aligned at the last
     */
    void spread(int input, BatchAxis to, int rank) {
        BatchAxis from = axis(input).orElseThrow();
        graph.changes().operand(node, input, Spread.of(graph.model(), sizes(input), from, to, rank));
    }
}
