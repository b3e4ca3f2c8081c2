package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/** A TFLite graph once more, with other shapes, and other constants, operands, options and nodes in places. */
final class GraphCopy {
    /** What a value becomes where it is read. */
    @FunctionalInterface
    interface Form {
        /** @param copied what it is in the copy of the graph otherwise */
        Value make(Graph target, Value copied);
    }

    /** What stands in the place of a node. */
    @FunctionalInterface
    interface NodeForm {
        /** One value for each result. */
        List<Value> make(Graph target, List<Value> inputs, List<ValueInfo> outputs);
    }

    private final Map<Value, Shape> shapes = new IdentityHashMap<>();
    private final Map<Value, Tensor> known = new IdentityHashMap<>();
    private final Map<Use, Tensor> constants = new HashMap<>();
    private final Map<Use, Form> operands = new HashMap<>();
    private final Map<Node, Attributes> options = new IdentityHashMap<>();
    private final Map<Node, NodeForm> nodes = new IdentityHashMap<>();
    private final Map<Integer, Form> outputs = new HashMap<>();
    private final Map<Value, Value> copies = new IdentityHashMap<>();

    /** Gives a value another shape. */
    void shape(Value value, Shape shape) {
        shapes.put(value, shape);
    }

    /** Lets what reads a computed value read these elements instead. */
    void known(Value value, Tensor elements) {
        known.put(value, elements);
    }

    /** Gives one operand of a node other elements. */
    void operand(Node node, int input, Tensor elements) {
        constants.put(new Use(node, input), elements);
    }

    /** Computes one operand of a node from what it was. */
    void operand(Node node, int input, Form form) {
        operands.put(new Use(node, input), form);
    }

    /** Computes an output of the graph from what it was. */
    void output(int output, Form form) {
        outputs.put(output, form);
    }

    /** Gives a node other options. */
    void options(Node node, Attributes attributes) {
        options.put(node, attributes);
    }

    /** Puts something in the place of a node. */
    void instead(Node node, NodeForm form) {
        nodes.put(node, form);
    }

    /** Leaves a node as it was, but for the shapes of its results. */
    void forget(Node node) {
        constants.keySet().removeIf(use -> use.user() == node);
        operands.keySet().removeIf(use -> use.user() == node);
        options.remove(node);
        nodes.remove(node);
    }

    /** What a value has become; to be asked once the copy is made. */
    Value copyOf(Value value) {
        Value copy = copies.get(value);
        if (copy == null) {
            throw new IllegalStateException(value + " was not copied");
        }
        return copy;
    }

    /** The model with a copy in the place of one of its graphs, and without the signatures that call that one. */
    Model in(Model model, int graph) {
        List<Graph> graphs = new ArrayList<>(model.graphs());
        graphs.set(graph, copy(model.graphs().get(graph)));
        return with(model, graph, graphs);
    }

    /** The model with these graphs, and without the signatures that call one of them. */
    static Model with(Model model, int graph, List<Graph> graphs) {
        List<Signature> signatures =
                model.signatures().stream().filter(s -> s.graph() != graph).toList();
        return new Model(graphs, signatures, model.description(), model.metadata(), model.opsets());
    }

    /** The copy. */
    Graph copy(Graph source) {
        Graph target = new Graph(source.dialect(), source.name());
        for (Value input : source.inputs()) {
            copies.put(input, target.input(info(input)));
        }
        for (Node node : source.nodes()) {
            List<ValueInfo> infos = node.outputs().stream()
                    .map(v -> v.isPresent() ? info(v) : ValueInfo.ABSENT)
                    .toList();
            List<Value> results = add(target, node, inputs(target, node), infos);
            for (int i = 0; i < results.size(); i++) {
                copies.put(node.outputs().get(i), results.get(i));
            }
        }
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < source.outputs().size(); i++) {
            Value copy = copied(target, source.outputs().get(i));
            Form form = outputs.get(i);
            results.add(form == null ? copy : form.make(target, copy));
        }
        target.setOutputs(results);
        return target;
    }

    private List<Value> add(Graph target, Node node, List<Value> inputs, List<ValueInfo> infos) {
        NodeForm form = nodes.get(node);
        return form != null
                ? form.make(target, inputs, infos)
                : target.add(node.op(), inputs, options.getOrDefault(node, node.attributes()), infos, node.origin());
    }

    private List<Value> inputs(Graph target, Node node) {
        List<Value> inputs = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            Use use = new Use(node, i);
            Tensor other = constants.get(use);
            Value input = other == null
                    ? copied(target, node.input(i))
                    : target.constant(node.input(i).name(), other);
            Form form = operands.get(use);
            inputs.add(form == null ? input : form.make(target, input));
        }
        return inputs;
    }

    private Value copied(Graph target, Value value) {
        if (!value.isPresent()) {
            return value;
        }
        Tensor elements = known.get(value);
        if (elements != null) {
            return target.constant(value.name(), elements, value.quant().orElse(null));
        }
        if (value.isConstant()) {
            return copies.computeIfAbsent(
                    value,
                    v -> target.constant(
                            v.name(), v.constant().orElseThrow(), v.quant().orElse(null)));
        }
        return copyOf(value);
    }

    private ValueInfo info(Value value) {
        Shape shape = shapes.getOrDefault(value, value.shape());
        return new ValueInfo(value.name(), value.type(), shape, value.quant(), value.containers());
    }
}
