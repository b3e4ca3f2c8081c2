package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxRuntimeKernels;
import dev.tfliteonnx.onnx.OnnxSchema;
import dev.tfliteonnx.onnx.OnnxSchemas;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Copies a graph into the form that the ORT format can hold, since ONNX Runtime takes what it loads from it as it is:
 *
 * <pre>
 * y = Constant()          →  a constant y
 * y = HardSwish(x)        →  y = Mul(x, HardSigmoid(x)), and so on for the other {@link FunctionBodies}
 * y:float16 = Sin(x)      →  y = Cast(Sin(Cast(x))), where there is a kernel for float32 but none for float16
 * DequantizeLinear(int4)  →  DequantizeLinear(int8), if that is asked for and the weights are constant
 * </pre>
 */
final class OrtForm {
    private final int opset;
    private final boolean widens;
    private final Map<Value, Value> copies = new HashMap<>();
    private final Map<Value, Value> widened = new HashMap<>();
    private final HalfCasts halves = new HalfCasts();

    private OrtForm(int opset, boolean widens) {
        this.opset = opset;
        this.widens = widens;
    }

    /**
     * A graph in that form with the names of the original.
     *
     * @param opset the version of the default domain
     * @param widens whether dequantized constants of fewer than 8 bits get 8
     */
    static Graph of(Graph graph, int opset, boolean widens) {
        Graph copy = new Graph(Dialect.ONNX, graph.name());
        new OrtForm(opset, widens).fill(graph, copy);
        return copy;
    }

    private void fill(Graph from, Graph to) {
        for (Value input : from.inputs()) {
            Value copy = to.input(info(input));
            copies.put(input, copy);
            Tensor held = from.defaults().get(input);
            if (held != null) {
                to.setDefault(copy, held);
            }
        }
        for (Node node : from.nodes()) {
            add(node, to);
        }
        to.setOutputs(from.outputs().stream().map(v -> copy(v, to)).toList());
    }

    private void add(Node node, Graph to) {
        Optional<Tensor> lifted = node.is("Constant") ? constant(node) : Optional.empty();
        if (lifted.isPresent()) {
            copies.put(node.output(), to.constant(node.output().name(), lifted.get()));
            return;
        }
        List<Value> inputs = new ArrayList<>();
        for (int i = 0; i < node.inputs().size(); i++) {
            Value in = node.input(i);
            inputs.add(isPackedWeight(node, i) ? widened.computeIfAbsent(in, v -> widen(v, to)) : copy(in, to));
        }
        if (node.op().equals(OpType.onnx("SequenceMap"))) {
            List<Value> mapped = SequenceMap.expand(node, inputs, to, this::results);
            for (int i = 0; i < mapped.size(); i++) {
                copies.put(node.outputs().get(i), mapped.get(i));
            }
            return;
        }
        Optional<OnnxSchema> schema =
                node.op().domain().isEmpty() ? OnnxSchemas.find("", node.op().name(), opset) : Optional.empty();
        boolean lacksKernel = schema.isPresent() && !OnnxRuntimeKernels.runs(node, schema.get());
        boolean castsHelp = lacksKernel && HalfCasts.help(node, schema.get());
        if (lacksKernel) {
            Optional<FunctionBodies.Body> body = FunctionBodies.of(node.op().name(), opset, castsHelp);
            if (body.isPresent()) {
                inline(node, inputs, body.get(), to);
                return;
            }
        }
        List<ValueInfo> infos = node.outputs().stream().map(OrtForm::info).toList();
        Attributes attributes = attributes(node, to);
        List<Value> made = castsHelp
                ? halves.add(node, inputs, attributes, infos, to)
                : to.add(node.op(), inputs, attributes, infos, node.origin());
        if (HalfCasts.isCast(node)) {
            halves.know(made.get(0), inputs.get(0));
        }
        for (int i = 0; i < made.size(); i++) {
            copies.put(node.outputs().get(i), made.get(i));
        }
    }

    /** Builds the steps of a function aside, then adds them as if they had been nodes of the graph. */
    private void inline(Node node, List<Value> inputs, FunctionBodies.Body body, Graph to) {
        Graph aside = new Graph(Dialect.ONNX, "");
        Map<Value, Value> seen = new HashMap<>();
        List<Value> read = new ArrayList<>();
        for (Value input : inputs) {
            read.add(input.isPresent() ? seen.computeIfAbsent(input, v -> standIn(v, aside)) : Value.ABSENT);
        }
        Onnx onnx = new Onnx(aside, "_inlined/" + node.output().name(), node.origin());
        List<Value> results = body.build(new FunctionCall(node, read, opset, onnx));
        for (int i = 0; i < results.size(); i++) {
            aside.rename(results.get(i), node.outputs().get(i).name());
            aside.refine(results.get(i), node.outputs().get(i).shape());
        }
        for (Node step : aside.nodes()) {
            if (HalfCasts.isCast(step) && step.input(0).isConstant()) {
                Tensor exact = step.input(0).constant().orElseThrow();
                Value half = to.constant(step.output().name(), exact.cast(DataType.FLOAT16));
                halves.know(half, to.constant(step.input(0).name(), exact));
                copies.put(step.output(), half);
            } else {
                add(step, to);
            }
        }
        for (int i = 0; i < results.size(); i++) {
            copies.put(node.outputs().get(i), copy(results.get(i), to));
        }
    }

    private List<Value> results(Graph body, List<Value> arguments, Graph to) {
        for (int i = 0; i < arguments.size(); i++) {
            copies.put(body.inputs().get(i), arguments.get(i));
        }
        for (Node node : body.nodes()) {
            add(node, to);
        }
        return body.outputs().stream().map(v -> copy(v, to)).toList();
    }

    private Value standIn(Value value, Graph aside) {
        Value stand = value.constant()
                .map(tensor -> aside.constant(value.name(), tensor))
                .orElseGet(() -> aside.input(info(value)));
        copies.put(stand, value);
        return stand;
    }

    private static ValueInfo info(Value v) {
        return v.isPresent()
                ? new ValueInfo(v.name(), v.type(), v.shape(), Optional.empty(), v.containers())
                : ValueInfo.ABSENT;
    }

    private Attributes attributes(Node node, Graph to) {
        if (node.subgraphs().isEmpty()) {
            return node.attributes();
        }
        Attributes attributes = node.attributes();
        for (Map.Entry<String, Object> entry : node.attributes().asMap().entrySet()) {
            if (entry.getValue() instanceof Graph inner) {
                Graph nested = to.nested(inner.name());
                fill(inner, nested);
                attributes = attributes.with(Key.ofGraph(entry.getKey()), nested);
            }
        }
        return attributes;
    }

    private Value copy(Value value, Graph to) {
        if (!value.isPresent()) {
            return Value.ABSENT;
        }
        return copies.computeIfAbsent(
                value,
                v -> to.constant(
                        v.name(), v.constant().orElseThrow(() -> new IllegalStateException("nothing computes " + v))));
    }

    /** Data and zero points; scales are never packed. */
    private boolean isPackedWeight(Node node, int input) {
        Value in = node.input(input);
        return widens && node.is("DequantizeLinear") && in.isConstant() && isPacked(in.type());
    }

    private static boolean isPacked(DataType type) {
        return type.bits() > 0 && type.bits() < 8;
    }

    private static Value widen(Value value, Graph to) {
        DataType wide = value.type().isSignedInteger() ? DataType.INT8 : DataType.UINT8;
        return to.constant(value.name(), value.constant().orElseThrow().cast(wide));
    }

    /** The elements of a Constant node, in whichever attribute they stand. */
    private static Optional<Tensor> constant(Node node) {
        Map<String, Object> attributes = node.attributes().asMap();
        Object only = attributes.size() == 1 ? attributes.values().iterator().next() : Map.of();
        if (only instanceof Tensor tensor) {
            return Optional.of(tensor);
        } else if (only instanceof Float f) {
            return Optional.of(Tensor.ofFloats(Shape.SCALAR, f));
        } else if (only instanceof Long i) {
            return Optional.of(Tensor.ofIntegers(DataType.INT64, Shape.SCALAR, i));
        } else if (only instanceof Floats many) {
            return Optional.of(Tensor.ofFloats(Shape.of(many.size()), many.toArray()));
        } else if (only instanceof Ints many) {
            return Optional.of(Tensor.ofLongs(many.toArray()));
        } else if (only instanceof String s) {
            return Optional.of(Tensor.ofStrings(Shape.SCALAR, List.of(utf8(s))));
        } else if (only instanceof Strings many) {
            List<byte[]> texts = many.values().stream().map(OrtForm::utf8).toList();
            return Optional.of(Tensor.ofStrings(Shape.of(texts.size()), texts));
        }
        return Optional.empty();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
