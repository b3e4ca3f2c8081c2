package dev.tfliteonnx.executor;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Call;
import dev.tfliteonnx.executor.kernels.Kernel;
import dev.tfliteonnx.executor.kernels.KernelTable;
import dev.tfliteonnx.executor.kernels.Scope;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs a graph in plain Java. The graph must not be edited meanwhile; several threads may run it at once. Constants are
 * read when they are first needed and kept; what is computed from constants alone is kept while there is memory;
 * intermediate values are given up after their last use.
 */
public final class Executor {
    private final Graph graph;
    private final Map<Graph, Plan<Kernel>> plans = new HashMap<>();
    private final Map<Value, Array> constants = new ConcurrentHashMap<>();
    private final Map<Node, SoftReference<List<Array>>> folded = new ConcurrentHashMap<>();

    private Executor(Graph graph) {
        this.graph = graph;
        plan(graph);
    }

    private void plan(Graph planned) {
        plans.put(planned, Plan.of(planned, node -> KernelTable.standard().find(node.op())));
        planned.nodes().forEach(node -> node.subgraphs().forEach(this::plan));
    }

    /**
     * Makes a graph ready to run.
     *
     * @throws NoKernelException if it, or a graph nested in it, has an operator that is not in {@link KernelTable}
     */
    public static Executor of(Graph graph) {
        return new Executor(graph);
    }

    /** The graph that it runs. */
    public Graph graph() {
        return graph;
    }

    /**
     * Computes the outputs, in the graph's order, from the inputs, in the graph's order.
     *
     * @throws IllegalArgumentException if the inputs differ in number, type or shape from the graph's
     * @throws NodeFailedException if a node cannot be run on its inputs
     */
    public List<Tensor> run(List<Tensor> inputs) {
        return run(inputs, (value, tensor) -> {}, false);
    }

    /** As {@link #run(List)}, and shows every computed value. */
    public List<Tensor> run(List<Tensor> inputs, Observer observer) {
        return run(inputs, observer, true);
    }

    /** As {@link #run(List)}, by the names of inputs and outputs. */
    public Map<String, Tensor> run(Map<String, Tensor> inputs) {
        List<Tensor> ordered = new ArrayList<>();
        for (Value input : graph.inputs()) {
            Tensor tensor = inputs.get(input.name());
            if (tensor == null) {
                throw new IllegalArgumentException("nothing for input " + input);
            }
            ordered.add(tensor);
        }
        List<Tensor> results = run(ordered);
        Map<String, Tensor> named = new LinkedHashMap<>();
        for (int i = 0; i < results.size(); i++) {
            named.put(graph.outputs().get(i).name(), results.get(i));
        }
        return named;
    }

    private List<Tensor> run(List<Tensor> inputs, Observer observer, boolean observed) {
        List<Array> arrays = given(graph, inputs);
        Optional<Observer> watching = observed ? Optional.of(observer) : Optional.empty();
        return run(arrays, watching).stream().map(Array::toTensor).toList();
    }

    /** As {@link #run(List, Observer)} for inputs and outputs that may be lists of tensors, or missing. */
    List<Array> run(List<Array> inputs, Optional<Observer> observer) {
        return new Frame(this, Optional.empty(), observer).runHere(graph, inputs);
    }

    /** What a graph is given, if it fits. */
    static List<Array> given(Graph graph, List<Tensor> inputs) {
        if (inputs.size() != graph.inputs().size()) {
            throw new IllegalArgumentException(inputs.size() + " tensors for inputs " + graph.inputs());
        }
        List<Array> arrays = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            Value input = graph.inputs().get(i);
            Tensor tensor = inputs.get(i);
            if (tensor.type() != input.type() || !input.shape().agreesWith(tensor.shape())) {
                throw new IllegalArgumentException(tensor + " for input " + input);
            }
            arrays.add(Array.of(tensor));
        }
        return arrays;
    }

    /**
     * Computes the outputs of one node whose inputs are all constants; empty if they are not, if there is no kernel, or if
     * the node runs graphs.
     *
     * @throws NodeFailedException if the node cannot be run on its inputs
     */
    public static Optional<List<Tensor>> fold(Node node) {
        Optional<Kernel> kernel = KernelTable.standard().find(node.op());
        boolean known = node.inputs().stream().allMatch(v -> v.isConstant() || !v.isPresent())
                && node.outputs().stream().allMatch(v -> v.containers().isEmpty());
        if (kernel.isEmpty() || !known || !node.subgraphs().isEmpty()) {
            return Optional.empty();
        }
        List<Optional<Array>> inputs =
                node.inputs().stream().map(v -> v.constant().map(Array::of)).toList();
        Scope nowhere = (nested, values) -> {
            throw new IllegalStateException("a node without graphs runs one");
        };
        return Optional.of(run(node, kernel.get(), inputs, nowhere).stream()
                .map(Array::toTensor)
                .toList());
    }

    private static List<Array> run(Node node, Kernel kernel, List<Optional<Array>> inputs, Scope scope) {
        try {
            List<Array> outputs = kernel.run(new Call(node, inputs, scope));
            if (outputs.size() < node.outputs().size()) {
                throw new NodeFailedException(node, "only " + outputs.size() + " outputs", new IllegalStateException());
            }
            return outputs.subList(0, node.outputs().size());
        } catch (IllegalArgumentException
                | IndexOutOfBoundsException
                | ArithmeticException
                | NegativeArraySizeException
                | NoSuchElementException e) {
            throw NodeFailedException.on(node, inputs, e);
        }
    }

    private List<Array> compute(Plan.Step<Kernel> step, List<Optional<Array>> inputs, Scope scope) {
        if (!step.isConstant()) {
            return run(step.node(), step.kernel(), inputs, scope);
        }
        SoftReference<List<Array>> kept = folded.get(step.node());
        List<Array> outputs = kept == null ? null : kept.get();
        if (outputs == null) {
            outputs = run(step.node(), step.kernel(), inputs, scope);
            folded.put(step.node(), new SoftReference<>(outputs));
        }
        return outputs;
    }

    private Array constant(Value value, Tensor tensor) {
        return constants.computeIfAbsent(value, v -> Array.of(tensor));
    }

    /** The values of one run of a graph, inside those of the graph around it. */
    private record Frame(
            Executor executor, Map<Value, Array> values, Optional<Frame> outer, Optional<Observer> observer)
            implements Scope {
        Frame(Executor executor, Optional<Frame> outer, Optional<Observer> observer) {
            this(executor, new HashMap<>(), outer, observer);
        }

        @Override
        public List<Array> run(Graph nested, List<Array> inputs) {
            return new Frame(executor, Optional.of(this), observer).runHere(nested, inputs);
        }

        private List<Array> runHere(Graph here, List<Array> inputs) {
            if (inputs.size() != here.inputs().size()) {
                throw new IllegalArgumentException(inputs.size() + " values for inputs " + here.inputs());
            }
            for (int i = 0; i < inputs.size(); i++) {
                values.put(here.inputs().get(i), inputs.get(i));
            }
            Plan<Kernel> plan = Objects.requireNonNull(executor.plans.get(here));
            for (Plan.Step<Kernel> step : plan.steps()) {
                List<Optional<Array>> in = step.node().inputs().stream()
                        .map(v -> v.isPresent() ? Optional.of(find(v)) : Optional.<Array>empty())
                        .toList();
                long start = System.nanoTime();
                List<Array> out = executor.compute(step, in, this);
                long nanos = System.nanoTime() - start;
                for (int i = 0; i < out.size(); i++) {
                    Value value = step.node().outputs().get(i);
                    Array array = out.get(i);
                    values.put(value, array);
                    observer.filter(o -> array.type() != DataType.UNKNOWN)
                            .ifPresent(o -> o.computed(value, array.toTensor()));
                }
                observer.ifPresent(o -> o.ran(step.node(), nanos));
                step.done().forEach(values::remove);
            }
            return here.outputs().stream().map(this::find).toList();
        }

        private Array find(Value value) {
            Optional<Tensor> constant = value.constant();
            if (constant.isPresent()) {
                return executor.constant(value, constant.get());
            }
            Array array = values.get(value);
            if (array != null) {
                return array;
            }
            return outer.orElseThrow(() -> new IllegalStateException("nothing computed " + value))
                    .find(value);
        }
    }
}
