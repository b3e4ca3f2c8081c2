package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Container;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The function of SequenceMap: a loop that takes one element of each sequence, runs the graph, and puts its results at the
 * ends of new sequences.
 *
 * <pre>
 * y = SequenceMap(s, t, body)  →  y = Loop(SequenceLength(s), true, SequenceEmpty(),
 *                                     (i, go, y) → (go, SequenceInsert(y, body(SequenceAt(s, i), t))))
 * </pre>
 *
 * <p>Source: the function body of SequenceMap-17 in onnx 1.23.1.
 */
final class SequenceMap {
    private final Node node;
    private final String name;

    private SequenceMap(Node node) {
        this.node = node;
        this.name = "_inlined/" + node.output().name() + "/";
    }

    /** Adds the nodes of a graph to another one. */
    @FunctionalInterface
    interface Filling {
        /** Gives its results for such inputs. */
        List<Value> add(Graph body, List<Value> inputs, Graph to);
    }

    /** Adds the loop and gives its results, under the names of those of the node. */
    static List<Value> expand(Node node, List<Value> inputs, Graph to, Filling filling) {
        return new SequenceMap(node).loop(inputs, to, filling);
    }

    private List<Value> loop(List<Value> inputs, Graph to, Filling filling) {
        Value count = add(to, "SequenceLength", Attributes.NONE, tensor("count", DataType.INT64), inputs.get(0));
        Value go = to.constant(name + "go", Tensor.scalar(DataType.BOOL, 1));
        List<Value> in = new ArrayList<>(List.of(count, go));
        Graph body = to.nested(name + "body");
        Value i = body.input(tensor("i", DataType.INT64));
        Value on = body.input(tensor("on", DataType.BOOL));
        List<Value> grown = new ArrayList<>();
        List<ValueInfo> infos = new ArrayList<>();
        for (Value output : node.outputs()) {
            Attributes type = Attributes.of(OnnxOps.DTYPE, (long) output.type().onnxCode());
            in.add(add(to, "SequenceEmpty", type, sequence(output, "empty")));
            grown.add(body.input(sequence(output, "so_far")));
            infos.add(sequence(output, ""));
        }
        List<Value> arguments = new ArrayList<>();
        for (Value input : inputs) {
            boolean many = !input.containers().isEmpty();
            ValueInfo element = ValueInfo.of(name + "element", input.type(), input.shape());
            arguments.add(many ? add(body, "SequenceAt", Attributes.NONE, element, input, i) : input);
        }
        List<Value> made = filling.add(node.attributes().get(OnnxOps.BODY), arguments, body);
        List<Value> results = new ArrayList<>();
        results.add(add(body, "Identity", Attributes.NONE, tensor("on", DataType.BOOL), on));
        for (int k = 0; k < grown.size(); k++) {
            ValueInfo longer = sequence(node.outputs().get(k), "longer");
            results.add(add(body, "SequenceInsert", Attributes.NONE, longer, grown.get(k), made.get(k)));
        }
        body.setOutputs(results);
        Attributes attributes = Attributes.of(Key.ofGraph("body"), body);
        return to.add(OpType.onnx("Loop"), in, attributes, infos, node.origin());
    }

    private ValueInfo tensor(String step, DataType type) {
        return ValueInfo.of(name + step, type, Shape.SCALAR);
    }

    /** A sequence like a result of the node; without a step it has the name of that result. */
    private ValueInfo sequence(Value like, String step) {
        String of = step.isEmpty() ? like.name() : name + step;
        return new ValueInfo(of, like.type(), like.shape(), Optional.empty(), List.of(new Container.Sequence()));
    }

    private Value add(Graph to, String op, Attributes attributes, ValueInfo result, Value... inputs) {
        return to.add(OpType.onnx(op), List.of(inputs), attributes, List.of(result), node.origin())
                .get(0);
    }
}
