package dev.tfliteonnx.executor;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.tflite.Host;
import dev.tfliteonnx.executor.tflite.Resources;
import dev.tfliteonnx.executor.tflite.TfliteCall;
import dev.tfliteonnx.executor.tflite.TfliteKernel;
import dev.tfliteonnx.executor.tflite.TfliteKernels;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs a TFLite model in plain Java with the arithmetic of TFLite's reference kernels. The model must not be edited
 * meanwhile. Variables and tables outlive a run, so that runs follow one another: one thread at a time.
 */
public final class TfliteExecutor {
    /** The pseudo operator whose result is what a variable tensor holds. */
    private static final String VARIABLE_TENSOR = "VARIABLE_TENSOR";

    private final Model model;
    private final Map<Graph, Plan<TfliteKernel>> plans = new HashMap<>();
    private final Map<Value, Array> constants = new HashMap<>();
    private final Map<Value, Array> variables = new HashMap<>();
    private final Map<Node, Object> prepared = new HashMap<>();
    private final Resources resources = new Resources();

    private TfliteExecutor(Model model) {
        this.model = model;
        plan(model.main());
    }

    /**
     * Makes a model ready to run. Graphs other than the main one are looked at when they are first run.
     *
     * @throws NoKernelException if the main graph has an operator that is not in {@link TfliteKernels}
     */
    public static TfliteExecutor of(Model model) {
        return new TfliteExecutor(model);
    }

    /** The model that it runs. */
    public Model model() {
        return model;
    }

    /**
     * Computes the outputs of the main graph, in its order, from its inputs.
     *
     * @throws IllegalArgumentException if the inputs differ in number or type from the graph's, or in shape where that is
     *     fixed
     * @throws NoKernelException if a graph is reached that has an operator without a kernel
     * @throws NodeFailedException if a node cannot be run on its operands
     */
    public List<Tensor> run(List<Tensor> inputs) {
        return run(model.main(), inputs, Optional.empty());
    }

    /** As {@link #run(List)}, and shows every computed value, those of other graphs once for every run of theirs. */
    public List<Tensor> run(List<Tensor> inputs, Observer observer) {
        return run(model.main(), inputs, Optional.of(observer));
    }

    /**
     * As {@link #run(List)}, by a signature and the names that it gives to inputs and outputs.
     *
     * @throws IllegalArgumentException if there is no such signature, or nothing for an input of it
     */
    public Map<String, Tensor> run(String signature, Map<String, Tensor> inputs) {
        Signature called = model.signatures().stream()
                .filter(s -> s.key().equals(signature))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no signature " + signature));
        Graph graph = model.graphs().get(called.graph());
        Map<Value, Tensor> byValue = new HashMap<>();
        called.inputs().forEach((name, value) -> {
            Tensor tensor = inputs.get(name);
            if (tensor == null) {
                throw new IllegalArgumentException("nothing for input " + name + " of " + signature);
            }
            byValue.put(value, tensor);
        });
        List<Tensor> ordered = new ArrayList<>();
        for (Value input : graph.inputs()) {
            Tensor tensor = byValue.get(input);
            if (tensor == null) {
                throw new IllegalArgumentException(signature + " has no name for " + input);
            }
            ordered.add(tensor);
        }
        List<Tensor> results = run(graph, ordered, Optional.empty());
        Map<String, Tensor> named = new LinkedHashMap<>();
        called.outputs()
                .forEach((name, value) ->
                        named.put(name, results.get(graph.outputs().indexOf(value))));
        return named;
    }

    /** Sets every variable back to what it is before the first run and forgets every table. */
    public void reset() {
        variables.clear();
        resources.clear();
    }

    private List<Tensor> run(Graph graph, List<Tensor> inputs, Optional<Observer> observer) {
        List<Array> arrays = Executor.given(graph, inputs);
        return new Frame(observer)
                .runHere(graph, arrays).stream().map(Array::toTensor).toList();
    }

    private Plan<TfliteKernel> plan(Graph graph) {
        Plan<TfliteKernel> known = plans.get(graph);
        if (known != null) {
            return known;
        }
        Plan<TfliteKernel> plan = Plan.of(
                graph, n -> n.is(VARIABLE_TENSOR) ? Optional.of(call -> List.of()) : TfliteKernels.find(n.op()));
        plans.put(graph, plan);
        return plan;
    }

    private static boolean isVariable(Value value) {
        return value.producer().filter(n -> n.is(VARIABLE_TENSOR)).isPresent();
    }

    /** Zeros; of 8-bit integers the zero point. Source: {@code ResetVariableTensor} in {@code tflite/core/c/common.cc}. */
    private static Array initial(Value variable) {
        int[] dims = Arrays.stream(variable.shape().sizes())
                .mapToInt(Math::toIntExact)
                .toArray();
        Array zeros = Array.zeros(variable.type(), dims);
        if (variable.type() == DataType.INT8 && zeros.data() instanceof byte[] bytes) {
            Arrays.fill(bytes, (byte)
                    variable.quant().map(q -> q.zeroPoint(0)).orElse(0L).longValue());
        }
        return zeros;
    }

    /** The values of one run of a graph. */
    private final class Frame implements Host {
        private final Map<Value, Array> values = new HashMap<>();
        private final Optional<Observer> observer;

        Frame(Optional<Observer> observer) {
            this.observer = observer;
        }

        @Override
        public List<Array> run(int subgraph, List<Array> inputs) {
            return new Frame(observer).runHere(model.graphs().get(subgraph), inputs);
        }

        @Override
        public int subgraphs() {
            return model.graphs().size();
        }

        @Override
        public void assign(Value variable, Array elements) {
            if (isVariable(variable)) {
                variables.put(variable, elements);
            } else {
                values.put(variable, elements);
            }
        }

        @Override
        public Object prepared(Node node, Supplier<?> maker) {
            return prepared.computeIfAbsent(node, n -> maker.get());
        }

        @Override
        public Resources resources() {
            return resources;
        }

        private List<Array> runHere(Graph graph, List<Array> inputs) {
            if (inputs.size() != graph.inputs().size()) {
                throw new IllegalArgumentException(inputs.size() + " values for inputs " + graph.inputs());
            }
            for (int i = 0; i < inputs.size(); i++) {
                values.put(graph.inputs().get(i), inputs.get(i));
            }
            for (Plan.Step<TfliteKernel> step : plan(graph).steps()) {
                if (!step.node().is(VARIABLE_TENSOR)) {
                    run(step);
                }
                step.done().forEach(values::remove);
            }
            return graph.outputs().stream().map(this::find).toList();
        }

        private void run(Plan.Step<TfliteKernel> step) {
            Node node = step.node();
            List<Optional<Array>> in = node.inputs().stream()
                    .map(v -> v.isPresent() ? Optional.of(find(v)) : Optional.<Array>empty())
                    .toList();
            List<Array> out;
            long start = System.nanoTime();
            try {
                out = step.kernel().run(new TfliteCall(node, in, this));
                if (out.size() < node.outputs().size()) {
                    throw new IllegalArgumentException("only " + out.size() + " outputs");
                }
            } catch (IllegalArgumentException
                    | IndexOutOfBoundsException
                    | ArithmeticException
                    | NegativeArraySizeException
                    | NoSuchElementException e) {
                throw NodeFailedException.on(node, in, e);
            }
            long nanos = System.nanoTime() - start;
            for (int i = 0; i < node.outputs().size(); i++) {
                Value value = node.outputs().get(i);
                Array array = out.get(i);
                values.put(value, array);
                observer.ifPresent(o -> o.computed(value, array.toTensor()));
            }
            observer.ifPresent(o -> o.ran(node, nanos));
        }

        private Array find(Value value) {
            Optional<Tensor> constant = value.constant();
            if (constant.isPresent()) {
                return constants.computeIfAbsent(value, v -> Array.of(constant.get()));
            }
            if (isVariable(value)) {
                return variables.computeIfAbsent(value, TfliteExecutor::initial);
            }
            Array array = values.get(value);
            if (array == null) {
                throw new IllegalStateException("nothing computed " + value);
            }
            return array;
        }
    }
}
