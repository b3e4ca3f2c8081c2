package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import java.util.List;
import java.util.Optional;

/** One run of a node: its options and the values of its inputs. */
public final class Call {
    private final Node node;
    private final List<Optional<Array>> inputs;
    private final Scope scope;

    /** A run of {@code node} on {@code inputs}, empty in the place of those left out. */
    public Call(Node node, List<Optional<Array>> inputs, Scope scope) {
        this.node = node;
        this.inputs = inputs;
        this.scope = scope;
    }

    /** The same options on other inputs. */
    Call on(List<Optional<Array>> others) {
        return new Call(node, others, scope);
    }

    /** The node. */
    Node node() {
        return node;
    }

    /** The number of inputs, with those left out in between. */
    int arity() {
        return inputs.size();
    }

    /** The number of outputs that the node gives out. */
    int outputs() {
        return node.outputs().size();
    }

    /**
     * An input that must be there.
     *
     * @throws IllegalArgumentException if it is not
     */
    Array in(int i) {
        return optional(i).orElseThrow(() -> new IllegalArgumentException("input " + i + " is left out"));
    }

    /** An input that may be left out. */
    Optional<Array> optional(int i) {
        return i < inputs.size() ? inputs.get(i) : Optional.empty();
    }

    /** Whether an input is there. */
    boolean has(int i) {
        return optional(i).isPresent();
    }

    /** All inputs from {@code first} on. */
    List<Array> inputsFrom(int first) {
        return inputs.subList(Math.min(first, inputs.size()), inputs.size()).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** The value of an option that may be absent. */
    <T> Optional<T> option(Key<T> key) {
        return node.attributes().find(key);
    }

    /** The value of an option, or its default. */
    <T> T option(Key<T> key, T otherwise) {
        return node.attributes().get(key, otherwise);
    }

    /** The value of an option that fits 32 bits. */
    int option(Key<Long> key, int otherwise) {
        return Math.toIntExact(option(key, (long) otherwise));
    }

    /** Whether an option that is 0 or 1 is set; it is not by default. */
    boolean flag(Key<Long> key) {
        return option(key, 0L) != 0;
    }

    /** Numbers that are an option in older operator versions and an input in newer ones. */
    Optional<long[]> optionOrInput(Key<Ints> key, int input) {
        return option(key).map(Ints::toArray).or(() -> optional(input).map(Array::longs));
    }

    /** Runs a graph nested in the node. */
    List<Array> run(Graph nested, List<Array> nestedInputs) {
        return scope.run(nested, nestedInputs);
    }
}
