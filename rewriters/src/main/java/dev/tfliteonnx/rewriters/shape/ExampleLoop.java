package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.rewriters.shape.BatchStep.Prevented;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An operator that runs once for each example, as the file has it: a WHILE whose body takes one example of each operand
 * and puts its results where they belong.
 *
 * <pre>
 * i, n, x [n,…], y [n,…]  → WHILE i &lt; n:
 *   x → GATHER i → the operator → y with this at i
 * </pre>
 */
final class ExampleLoop {
    private final BatchStep step;
    private final Node node;
    private final Map<Integer, Integer> axes = new HashMap<>();
    private final List<Optional<BatchAxis>> results = new ArrayList<>();

    /** @throws Prevented if the operator cannot run once for each example */
    ExampleLoop(BatchStep step) {
        this.step = step;
        this.node = step.node();
        if (step.before() != 1 || !step.graph().isCounted()) {
            throw new Prevented("it treats examples together");
        }
        if (!node.inputs().stream().allMatch(ExampleLoop::isNumber)
                || !node.outputs().stream().allMatch(ExampleLoop::isNumber)) {
            throw new Prevented("it treats examples together, and what it works on is no real number");
        }
        OneByOne.requirePossible(node, step.graph().model().source());
        for (int i = 0; i < node.inputs().size(); i++) {
            Optional<BatchAxis> axis = step.axis(i);
            if (axis.isPresent() && axis.get().isPlain()) {
                axes.put(i, axis.get().axis());
            } else if (axis.isPresent()) {
                step.spread(i, BatchAxis.of(0), step.rank(i) + 1);
                axes.put(i, 0);
            }
        }
        for (Value output : node.outputs()) {
            results.add(output.isPresent() ? Optional.of(stacked(output)) : Optional.empty());
        }
        step.graph().changes().instead(node, this::make);
    }

    /** Where the results have the examples. */
    List<Optional<BatchAxis>> axes() {
        return results;
    }

    private static boolean isNumber(Value value) {
        return !value.isPresent()
                || (value.type() != DataType.STRING
                        && value.type() != DataType.RESOURCE
                        && value.type() != DataType.COMPLEX64);
    }

    /** On the first axis of one element; if there is none, results stand behind each other on the first. */
    private static BatchAxis stacked(Value output) {
        long[] sizes = BatchStep.sizes(output);
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] == 1) {
                return BatchAxis.of(i);
            }
        }
        if (sizes.length == 0) {
            throw new Prevented("its result \"" + output.name() + "\" has no axis for examples");
        }
        return new BatchAxis(0, 1, sizes[0]);
    }

    private List<Value> make(Graph target, List<Value> inputs, List<ValueInfo> outputs) {
        Emitter emit = new Emitter(target, node.output().name(), node.origin());
        Value count = step.graph().count(emit);
        Value zero = emit.constant(Shape.SCALAR, 0);
        Value number = emit.reshaped(count, Shape.SCALAR);
        Value all = emit.integers(
                "RANGE", Shape.ofDims(List.of(step.after())), zero, number, emit.constant(Shape.SCALAR, 1));
        List<Value> operands = new ArrayList<>(List.of(zero, number, all));
        inputs.stream().filter(ExampleLoop::isPassed).forEach(operands::add);
        int first = operands.size();
        for (int i = 0; i < outputs.size(); i++) {
            if (results.get(i).isPresent()) {
                operands.add(
                        zeros(emit, count, node.outputs().get(i), results.get(i).get()));
            }
        }
        BatchModel model = step.graph().model();
        Attributes options = Emitter.options("WHILE")
                .with(Tfl.COND_SUBGRAPH_INDEX, model.add(condition(operands)))
                .with(Tfl.BODY_SUBGRAPH_INDEX, model.add(body(operands, inputs)));
        List<ValueInfo> infos = operands.stream().map(ExampleLoop::info).toList();
        List<Value> ends = target.add(OpType.tflite("WHILE"), operands, options, infos, node.origin());
        List<Value> made = new ArrayList<>();
        int next = first;
        for (int i = 0; i < outputs.size(); i++) {
            made.add(results.get(i).isPresent() ? merged(emit, ends.get(next++), i) : Value.ABSENT);
        }
        return made;
    }

    /** All results, in the shape that they have together. */
    private Value merged(Emitter emit, Value stacked, int i) {
        Value one = node.outputs().get(i);
        BatchAxis axis = results.get(i).orElseThrow();
        if (axis.isPlain()) {
            return stacked;
        }
        long[] sizes = one.shape().sizes();
        sizes[0] = -1;
        return emit.reshaped(stacked, one.shape().with(0, axis.extent(step.after())), sizes);
    }

    private static boolean isPassed(Value operand) {
        return operand.isPresent() && !operand.isConstant();
    }

    private static ValueInfo info(Value value) {
        return new ValueInfo(value.name() + "/carried", value.type(), value.shape(), value.quant());
    }

    /** Results before the first example: what they hold is never read. */
    private Value zeros(Emitter emit, Value count, Value one, BatchAxis axis) {
        Shape shape = apart(one, axis, step.after());
        Value extents = emit.vector(shape.closed().sizes(), axis.axis(), count);
        ValueInfo info = new ValueInfo(emit.base() + "/none", one.type(), shape, one.quant());
        Value zero = emit.graph()
                .constant(
                        emit.base() + "/zero",
                        Tensor.splat(one.type(), Shape.of(1), 0),
                        one.quant().orElse(null));
        return emit.op("BROADCAST_TO", info, zero, extents);
    }

    /** The shape of so many results with an axis for examples alone. */
    private static Shape apart(Value one, BatchAxis axis, Dim count) {
        if (axis.isPlain()) {
            return one.shape().with(axis.axis(), count);
        }
        List<Dim> dims = new ArrayList<>(one.shape().dims());
        dims.add(0, count);
        return Shape.ofDims(dims);
    }

    private Graph condition(List<Value> operands) {
        Graph graph = new Graph(Dialect.TFLITE, node.output().name() + "/more");
        List<Value> inputs = operands.stream().map(v -> graph.input(info(v))).toList();
        Emitter emit = new Emitter(graph, "more", node.origin());
        graph.setOutputs(List.of(
                emit.op("LESS", ValueInfo.of("more", DataType.BOOL, Shape.SCALAR), inputs.get(0), inputs.get(1))));
        return graph;
    }

    private Graph body(List<Value> operands, List<Value> inputs) {
        Graph graph = new Graph(Dialect.TFLITE, node.output().name() + "/example");
        List<Value> carried = operands.stream().map(v -> graph.input(info(v))).toList();
        Emitter emit = new Emitter(graph, "example", node.origin());
        Value index = emit.reshaped(carried.get(0), Shape.of(1), 1);
        List<Value> outputs = new ArrayList<>(carried);
        outputs.set(0, emit.integers("ADD", Shape.SCALAR, carried.get(0), emit.constant(Shape.SCALAR, 1)));
        List<Value> own = new ArrayList<>();
        int next = 3;
        for (int i = 0; i < inputs.size(); i++) {
            Value input = inputs.get(i);
            if (isPassed(input)) {
                own.add(example(emit, index, i, carried.get(next++)));
            } else {
                own.add(input.constant()
                        .map(c -> graph.constant(input.name(), c, input.quant().orElse(null)))
                        .orElse(Value.ABSENT));
            }
        }
        List<ValueInfo> infos = node.outputs().stream()
                .map(v -> v.isPresent() ? new ValueInfo(v.name(), v.type(), v.shape(), v.quant()) : ValueInfo.ABSENT)
                .toList();
        List<Value> made = graph.add(node.op(), own, node.attributes(), infos, node.origin());
        for (int i = 0; i < made.size(); i++) {
            if (results.get(i).isPresent()) {
                outputs.set(
                        next,
                        placed(emit, carried, next, made.get(i), results.get(i).get()));
                next++;
            }
        }
        graph.setOutputs(outputs);
        return graph;
    }

    /** One example of an operand, in the shape that it has in the file. */
    private Value example(Emitter emit, Value index, int operand, Value all) {
        Integer axis = axes.get(operand);
        if (axis == null) {
            return all;
        }
        Value whole = node.input(operand);
        Attributes along = Emitter.options("GATHER").with(Tfl.AXIS, axis.longValue());
        ValueInfo one =
                new ValueInfo(whole.name() + "/one", all.type(), all.shape().with(axis, Dim.of(1)), all.quant());
        Value taken = emit.op("GATHER", along, one, all, index);
        return taken.shape().rank() == whole.shape().rank()
                ? taken
                : emit.reshaped(taken, whole.shape(), whole.shape().sizes());
    }

    /** A result at its place among those of all examples. */
    private static Value placed(Emitter emit, List<Value> carried, int at, Value one, BatchAxis axis) {
        Value all = carried.get(at);
        Value numbers = carried.get(2);
        ValueInfo here = ValueInfo.of(emit.base() + "/here", DataType.BOOL, numbers.shape());
        Value isHere = emit.op("EQUAL", here, numbers, carried.get(0));
        long[] column = new long[all.shape().rank()];
        Arrays.fill(column, 1);
        column[axis.axis()] = -1;
        List<Dim> dims = new ArrayList<>();
        for (int i = 0; i < column.length; i++) {
            dims.add(i == axis.axis() ? numbers.shape().dim(0) : Dim.of(1));
        }
        Value mask = emit.reshaped(isHere, Shape.ofDims(dims), column);
        Shape own = apart(one, axis, Dim.of(1));
        Value placed = axis.isPlain() ? one : emit.reshaped(one, own, own.sizes());
        return emit.op("SELECT_V2", info(all), mask, placed, all);
    }
}
