package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A subgraph of a TFLite file under construction. Tensors and operators are written in the order of their making. */
public final class GraphBuilder {
    /**
     * An operator with its place among the tensors.
     *
     * @param spec what it is
     * @param outputs its outputs
     */
    record PlacedOp(OpSpec spec, List<TensorRef> outputs) {}

    private final int index;
    private final String name;
    private final List<TensorRef> tensors = new ArrayList<>();
    private final List<PlacedOp> ops = new ArrayList<>();
    private final List<TensorRef> inputs = new ArrayList<>();
    private final List<TensorRef> outputs = new ArrayList<>();

    GraphBuilder(int index, String name) {
        this.index = index;
        this.name = name;
    }

    /** Adds a tensor of any kind. */
    public TensorRef tensor(TensorSpec spec) {
        TensorRef ref = new TensorRef(tensors.size(), spec);
        tensors.add(ref);
        return ref;
    }

    /** Adds an input of the subgraph. */
    public TensorRef input(TensorSpec spec) {
        TensorRef ref = tensor(spec);
        inputs.add(ref);
        return ref;
    }

    /** Adds an input of the subgraph. */
    public TensorRef input(String tensorName, DataType type, int... shape) {
        return input(TensorSpec.of(type, shape).named(tensorName));
    }

    /** Adds a constant. */
    public TensorRef constant(String tensorName, Tensor data) {
        return tensor(TensorSpec.of(data).named(tensorName));
    }

    /** Adds a vector of int32, as axes, paddings and shapes are given. */
    public TensorRef ints(String tensorName, int... values) {
        long[] wide = Arrays.stream(values).asLongStream().toArray();
        return constant(tensorName, Tensor.ofIntegers(DataType.INT32, dev.tfliteonnx.ir.Shape.of(values.length), wide));
    }

    /** Adds an operator and gives its outputs. */
    public List<TensorRef> add(OpSpec spec) {
        List<TensorRef> results = spec.outputs().stream().map(this::tensor).toList();
        ops.add(new PlacedOp(spec, results));
        return results;
    }

    /** Adds an operator whose only output is a tensor that already exists. */
    public void addInto(OpSpec spec, TensorRef... results) {
        ops.add(new PlacedOp(spec, List.of(results)));
    }

    /** Adds a builtin operator with one output, and gives it. */
    public TensorRef op(String op, Attributes options, TensorSpec output, TensorRef... operands) {
        return add(OpSpec.of(op, options).inputs(operands).outputs(output)).get(0);
    }

    /** Adds a builtin operator without an options table, with one output, and gives it. */
    public TensorRef op(String op, TensorSpec output, TensorRef... operands) {
        return add(OpSpec.of(op).inputs(operands).outputs(output)).get(0);
    }

    /** Makes tensors inputs of the subgraph, behind those that already are. */
    public void inputs(TensorRef... refs) {
        Collections.addAll(inputs, refs);
    }

    /** Makes tensors outputs of the subgraph, behind those that already are. */
    public void outputs(TensorRef... refs) {
        Collections.addAll(outputs, refs);
    }

    /** The number of the subgraph, by which IF, WHILE and others name it. */
    public int index() {
        return index;
    }

    /** The name of the subgraph; may be empty. */
    public String name() {
        return name;
    }

    /** The inputs so far. */
    public List<TensorRef> inputs() {
        return List.copyOf(inputs);
    }

    /** The outputs so far. */
    public List<TensorRef> outputs() {
        return List.copyOf(outputs);
    }

    /** The tensors so far. */
    public List<TensorRef> tensors() {
        return List.copyOf(tensors);
    }

    /** The operators so far, in the order in which they run. */
    public List<OpSpec> ops() {
        return ops.stream().map(PlacedOp::spec).toList();
    }

    List<PlacedOp> placedOps() {
        return ops;
    }
}
