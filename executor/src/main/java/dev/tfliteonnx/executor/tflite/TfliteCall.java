package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of a node of a TFLite graph: its options, the values of its operands and what is known of its results. */
public final class TfliteCall {
    private final Node node;
    private final List<Optional<Array>> inputs;
    private final Host host;

    /** A run of {@code node} on {@code inputs}, empty in the place of those left out. */
    public TfliteCall(Node node, List<Optional<Array>> inputs, Host host) {
        this.node = node;
        this.inputs = inputs;
        this.host = host;
    }

    /** The node. */
    Node node() {
        return node;
    }

    /** The number of operands, with those left out in between. */
    int arity() {
        return inputs.size();
    }

    /**
     * An operand that must be there.
     *
     * @throws IllegalArgumentException if it is not
     */
    Array in(int i) {
        return optional(i).orElseThrow(() -> new IllegalArgumentException("operand " + i + " is left out"));
    }

    /** An operand that may be left out. */
    Optional<Array> optional(int i) {
        return i < inputs.size() ? inputs.get(i) : Optional.empty();
    }

    /** Whether an operand is there. */
    boolean has(int i) {
        return optional(i).isPresent();
    }

    /** All operands from {@code first} on. */
    List<Array> inputsFrom(int first) {
        return inputs.subList(Math.min(first, inputs.size()), inputs.size()).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Whether an operand is the same in each run. */
    boolean isConstant(int i) {
        return node.input(i).isConstant();
    }

    /** Whether an operand has quantization parameters. */
    boolean isQuantized(int i) {
        return node.input(i).quant().isPresent();
    }

    /**
     * How the integers of an operand stand for real numbers.
     *
     * @throws IllegalArgumentException if the file does not tell
     */
    QuantParams quant(int i) {
        return quant(node.input(i));
    }

    /** The number of results that the node gives out. */
    int outputs() {
        return node.outputs().size();
    }

    /** What is known of a result: type, quantization, and a shape that need not be this run's. */
    Value out(int i) {
        return node.outputs().get(i);
    }

    /** The element type of the first result. */
    DataType outType() {
        return out(0).type();
    }

    /**
     * How the integers of the first result stand for real numbers.
     *
     * @throws IllegalArgumentException if the file does not tell
     */
    QuantParams outQuant() {
        return quant(out(0));
    }

    private static QuantParams quant(Value value) {
        return value.quant().orElseThrow(() -> new IllegalArgumentException(value + " is not quantized"));
    }

    /** The value of an option; absent ones have the default of the schema. */
    <T> T option(Key<T> key) {
        return node.attributes().get(key);
    }

    /** The value of an option that fits 32 bits. */
    int number(Key<Long> key) {
        return Math.toIntExact(option(key));
    }

    /** The activation that is fused into the operator; none if it has no such option. */
    Activation activation() {
        return node.attributes().get(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.NONE);
    }

    /**
     * Something that follows from the node and its constant operands alone, made once and kept for later runs. A kernel
     * keeps one thing.
     */
    @SuppressWarnings("unchecked") // a kernel asks for a node's thing in one way only
    <T> T prepared(Supplier<T> maker) {
        return (T) host.prepared(node, maker);
    }

    /**
     * Runs a subgraph of the model.
     *
     * @throws IllegalArgumentException if there is none with that number
     */
    List<Array> run(int subgraph, List<Array> subgraphInputs) {
        if (subgraph < 0 || subgraph >= host.subgraphs()) {
            throw new IllegalArgumentException("subgraph " + subgraph + " of " + host.subgraphs());
        }
        return host.run(subgraph, subgraphInputs);
    }

    /**
     * Gives the tensor that is operand {@code i} other elements, for nodes that follow and, if it is a variable, for
     * later runs.
     */
    void assign(int i, Array elements) {
        host.assign(node.input(i), elements);
    }

    /** What the node kept in an earlier run, of which there is one thing; empty in the first. */
    <T> Optional<T> kept(Class<T> kind) {
        return resources().kept(node, kind);
    }

    /** Keeps something for later runs of the node. */
    void keep(Object state) {
        resources().keep(node, state);
    }

    /** Variables and tables that outlive a run. */
    Resources resources() {
        return host.resources();
    }
}
