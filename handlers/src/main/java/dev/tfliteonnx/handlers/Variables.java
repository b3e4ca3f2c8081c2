package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.tfl.Tfl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What persists from one run to the next: variables by container and name, variable tensors, and tables. A variable that
 * is read before it is assigned becomes a graph input; what it holds changes as the sweep goes on.
 */
final class Variables {
    private final Model model;
    private final Graph target;
    private final LoweringOptions options;
    private final Map<String, Resource.Variable> named = new HashMap<>();
    private final Map<Value, Resource.Variable> tensors = new IdentityHashMap<>();
    private final Map<String, Resource.Table> tables = new HashMap<>();
    private final Map<Resource.Variable, Value> inputs = new LinkedHashMap<>();
    private final Map<Resource.Variable, Tensor> firsts = new HashMap<>();
    private Map<Resource.Variable, Value> current = new LinkedHashMap<>();

    Variables(Model model, Graph target, LoweringOptions options) {
        this.model = model;
        this.target = target;
        this.options = options;
    }

    /** The variable that a VAR_HANDLE refers to. */
    Resource.Variable named(Node handle) {
        String container = handle.attributes().find(Tfl.CONTAINER).orElse("");
        String name = handle.attributes().find(Tfl.SHARED_NAME).orElse("");
        String shown = name.isEmpty() ? "variable" : name;
        return named.computeIfAbsent(
                container + "/" + name,
                k -> new Resource.Variable(container.isEmpty() ? shown : container + "/" + shown));
    }

    /** The variable that a tensor of the file is. */
    Resource.Variable tensor(Value variable) {
        return tensors.computeIfAbsent(variable, v -> new Resource.Variable(v.name()));
    }

    /** Whether a tensor of the file is a variable that was declared. */
    boolean isTensor(Value variable) {
        return tensors.containsKey(variable);
    }

    /** The table that a HASHTABLE refers to. */
    Resource.Table table(Node handle) {
        String name = "table " + handle.attributes().get(Tfl.TABLE_ID, 0L);
        return tables.computeIfAbsent(name, Resource.Table::new);
    }

    /** Whether the variable was read or assigned in this run. */
    boolean isTouched(Resource.Variable variable) {
        return current.containsKey(variable) || inputs.containsKey(variable);
    }

    /**
     * What a variable holds now.
     *
     * @param like a tensor that is read from it or assigned to it, which tells its type and shape
     * @return empty if the shape must be known and is not
     */
    Optional<Value> read(Resource.Variable variable, Value like) {
        Value now = current.get(variable);
        return now != null ? Optional.of(now) : input(variable, like);
    }

    private Optional<Value> input(Resource.Variable variable, Value like) {
        Value known = inputs.get(variable);
        if (known != null) {
            return Optional.of(known);
        }
        if (variable.initial().isEmpty()) {
            if (!like.shape().isStatic() && !isNamed(like.shape())) {
                return Optional.empty();
            }
            variable.setZero(like, like.shape().closed());
        }
        Tensor initial = variable.initial().orElseThrow();
        boolean real = options.quant() == QuantMode.FLOAT && variable.quant().isPresent();
        Tensor first = Complex.parts(real ? initial.dequantized(variable.quant().get()) : initial);
        Shape held = Complex.shape(like, like.shape());
        boolean grows = isNamed(held) && held.rank() == first.shape().rank();
        Value input = target.input(ValueInfo.of(variable.name() + "_in", first.type(), grows ? held : first.shape()));
        inputs.put(variable, input);
        firsts.put(variable, first);
        return Optional.of(input);
    }

    /** Whether all extents are fixed but for some that have a name: as long as the batch of the run. */
    private static boolean isNamed(Shape shape) {
        return shape.isRanked() && !shape.isStatic() && shape.dims().stream().noneMatch(d -> d instanceof Dim.Unknown);
    }

    /** Says what a variable holds from now on. */
    void assign(Resource.Variable variable, Value value) {
        current.put(variable, value);
    }

    /** What was assigned so far. */
    Map<Resource.Variable, Value> assigned() {
        return new LinkedHashMap<>(current);
    }

    /** Goes back to what {@link #assigned} gave, before another branch is expressed. */
    void restore(Map<Resource.Variable, Value> assigned) {
        current = new LinkedHashMap<>(assigned);
    }

    /**
     * The variables that a subgraph assigns, each with a tensor of its type and shape.
     *
     * @param handles what the subgraph's inputs refer to
     */
    Map<Resource.Variable, Value> assignedBy(int subgraph, Map<Value, Resource> handles) {
        Map<Resource.Variable, Value> found = new LinkedHashMap<>();
        collect(subgraph, new IdentityHashMap<>(handles), found, 0);
        return found;
    }

    private void collect(int subgraph, Map<Value, Resource> handles, Map<Resource.Variable, Value> found, int depth) {
        if (depth > Subgraphs.DEEPEST) {
            throw new IllegalGraphException("subgraph " + subgraph + " is nested too deeply");
        }
        for (Node node : model.graphs().get(subgraph).nodes()) {
            if (node.is("VAR_HANDLE")) {
                handles.put(node.output(), named(node));
            } else if (node.is("VARIABLE_TENSOR")) {
                found.putIfAbsent(tensor(node.output()), node.output());
            } else if (node.is("ASSIGN_VARIABLE") && handles.get(node.input(0)) instanceof Resource.Variable assigned) {
                found.putIfAbsent(assigned, node.input(1));
            } else {
                Subgraphs.of(node).stream()
                        .filter(run -> Subgraphs.exists(model, run))
                        .forEach(run -> collect((int) run.index(), passed(node, run, handles), found, depth + 1));
            }
        }
    }

    private Map<Value, Resource> passed(Node node, Subgraphs.Run run, Map<Value, Resource> handles) {
        List<Value> inputs = model.graphs().get((int) run.index()).inputs();
        Map<Value, Resource> passed = new IdentityHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            Resource handle = handles.get(node.input(run.firstOperand() + i));
            if (handle != null) {
                passed.put(inputs.get(i), handle);
            }
        }
        return passed;
    }

    /** A variable that became an input, with what it holds at the end of the run. */
    record Slot(Resource.Variable variable, Value input, Value last, Tensor initial) {}

    /** The variables that this run assigns, in the order in which they were met; the others become constants. */
    List<Slot> close() {
        inputs.forEach((variable, input) -> {
            if (current.getOrDefault(variable, input) == input) {
                freeze(variable, input);
            }
        });
        List<Slot> slots = new ArrayList<>();
        inputs.forEach((variable, input) -> {
            Value last = current.getOrDefault(variable, input);
            Tensor first = Objects.requireNonNull(firsts.get(variable));
            if (target.inputs().contains(input)) {
                slots.add(new Slot(variable, input, last, first));
            }
        });
        return slots;
    }

    private void freeze(Resource.Variable variable, Value input) {
        Value constant = target.constant(variable.name(), Objects.requireNonNull(firsts.get(variable)));
        current.replaceAll((other, value) -> value == input ? constant : value);
        target.edit("constant-variable").replace(input, constant).apply();
        target.removeInput(input);
    }
}
