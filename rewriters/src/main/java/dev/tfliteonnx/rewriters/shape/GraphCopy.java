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

/** A TFLite graph once more, with other shapes, and other constants and options in places. */
final class GraphCopy {
    private final Map<Value, Shape> shapes = new IdentityHashMap<>();
    private final Map<Use, Tensor> operands = new HashMap<>();
    private final Map<Node, Attributes> options = new IdentityHashMap<>();
    private final Map<Value, Value> copies = new IdentityHashMap<>();

    /** Gives a value another shape. */
    void shape(Value value, Shape shape) {
        shapes.put(value, shape);
    }

    /** Gives one operand of a node other elements. */
    void operand(Node node, int input, Tensor elements) {
        operands.put(new Use(node, input), elements);
    }

    /** Gives a node other options. */
    void options(Node node, Attributes attributes) {
        options.put(node, attributes);
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
        List<Signature> signatures =
                model.signatures().stream().filter(s -> s.graph() != graph).toList();
        return new Model(graphs, signatures, model.description(), model.metadata(), model.opsets());
    }

    private Graph copy(Graph source) {
        Graph target = new Graph(source.dialect(), source.name());
        for (Value input : source.inputs()) {
            copies.put(input, target.input(info(input)));
        }
        for (Node node : source.nodes()) {
            List<Value> inputs = new ArrayList<>();
            for (int i = 0; i < node.inputs().size(); i++) {
                Tensor other = operands.get(new Use(node, i));
                Value input = node.input(i);
                inputs.add(other == null ? copied(target, input) : target.constant(input.name(), other));
            }
            List<ValueInfo> infos = node.outputs().stream()
                    .map(v -> v.isPresent() ? info(v) : ValueInfo.ABSENT)
                    .toList();
            Attributes attributes = options.getOrDefault(node, node.attributes());
            List<Value> outputs = target.add(node.op(), inputs, attributes, infos, node.origin());
            for (int i = 0; i < outputs.size(); i++) {
                copies.put(node.outputs().get(i), outputs.get(i));
            }
        }
        target.setOutputs(source.outputs().stream().map(v -> copied(target, v)).toList());
        return target;
    }

    private Value copied(Graph target, Value value) {
        if (!value.isPresent()) {
            return value;
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
