package dev.tfliteonnx.exporter.onnx;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Small models made by hand. */
final class SampleModels {
    private SampleModels() {}

    static Model model(Graph graph) {
        return new Model(List.of(graph), List.of(), "", Map.of());
    }

    static Value add(Graph graph, String op, ValueInfo out, Attributes attributes, Value... inputs) {
        return graph.add(OpType.onnx(op), List.of(inputs), attributes, List.of(out), Origin.NONE)
                .get(0);
    }

    static ValueInfo floats(String name, long... sizes) {
        return ValueInfo.of(name, DataType.FLOAT32, Shape.of(sizes));
    }

    /** One node and one constant: {@code y = x + w}. */
    static Model sum(Tensor weights) {
        Graph graph = new Graph(Dialect.ONNX, "sum");
        ValueInfo like = ValueInfo.of("x", weights.type(), weights.shape());
        Value x = graph.input(like);
        Value w = graph.constant("w", weights);
        ValueInfo out = ValueInfo.of("y", weights.type(), weights.shape());
        graph.setOutputs(List.of(add(graph, "Add", out, Attributes.NONE, x, w)));
        return model(graph);
    }

    /** The sum of an input and each of the tensors in turn. */
    static Model sums(List<Tensor> weights) {
        Graph graph = new Graph(Dialect.ONNX, "sums");
        Shape shape = weights.get(0).shape();
        Value sum = graph.input(ValueInfo.of("x", DataType.FLOAT32, shape));
        for (int i = 0; i < weights.size(); i++) {
            Value w = graph.constant("w" + i, weights.get(i));
            sum = add(graph, "Add", ValueInfo.of("sum" + i, DataType.FLOAT32, shape), Attributes.NONE, sum, w);
        }
        graph.setOutputs(List.of(sum));
        return model(graph);
    }

    /** Every kind of attribute but graphs, and dimensions of every kind. */
    static Model attributes() {
        Graph graph = new Graph(Dialect.ONNX, "attributes");
        Shape open = Shape.ofDims(List.of(new Dim.Named("batch"), Dim.of(3), Dim.unknown()));
        Value x = graph.input(ValueInfo.of("x", DataType.FLOAT32, open));
        Value unranked = graph.input(ValueInfo.of("free", DataType.FLOAT32, Shape.UNKNOWN));
        Value leaky = add(
                graph,
                "LeakyRelu",
                ValueInfo.of("leaky", DataType.FLOAT32, open),
                Attributes.of(Key.ofFloat("alpha"), 0.25f),
                x);
        Value soft = add(
                graph,
                "Softmax",
                ValueInfo.of("soft", DataType.FLOAT32, open),
                Attributes.of(Key.ofInt("axis"), -1L),
                leaky);
        Attributes perm = Attributes.of(Key.ofInts("perm"), Ints.of(2, 0, 1));
        Value moved =
                add(graph, "Transpose", ValueInfo.of("moved", DataType.FLOAT32, open.permuted(2, 0, 1)), perm, soft);
        Value pads = graph.constant("pads", Tensor.ofLongs(0, 0, 1, 0, 0, 1));
        Attributes edge = Attributes.of(Key.ofString("mode"), "edge");
        Value padded = add(graph, "Pad", ValueInfo.of("padded", DataType.FLOAT32, Shape.ofRank(3)), edge, moved, pads);
        Value abs = add(graph, "Abs", ValueInfo.of("abs", DataType.FLOAT32, Shape.UNKNOWN), Attributes.NONE, unranked);
        Value neg = add(graph, "Neg", ValueInfo.of("neg", DataType.FLOAT32, Shape.UNKNOWN), Attributes.NONE, abs);
        Value floats = add(
                graph,
                "Constant",
                floats("some floats", 2),
                Attributes.of(Key.ofFloats("value_floats"), Floats.of(1.5f, -0f)));
        Value strings = add(
                graph,
                "Constant",
                ValueInfo.of("some strings", DataType.STRING, Shape.of(2)),
                Attributes.of(Key.ofStrings("value_strings"), Strings.of("a", "ü")));
        Value tensor = add(
                graph,
                "Constant",
                floats("a tensor", 1, 2),
                Attributes.of(Key.ofTensor("value"), Tensor.ofFloats(Shape.of(1, 2), 7, 8)));
        graph.setOutputs(List.of(padded, neg, floats, strings, tensor));
        Map<String, String> metadata = new TreeMap<>(Map.of("labels", "cat\ndog", "author", "nobody"));
        return new Model(List.of(graph), List.of(), "what it is", metadata);
    }

    /** A condition with two branches that share constants with each other and with the graph around them. */
    static Model branches() {
        Graph graph = new Graph(Dialect.ONNX, "");
        Value condition = graph.input(ValueInfo.of("condition", DataType.BOOL, Shape.SCALAR));
        Value x = graph.input(floats("x", 300));
        Value outer = graph.constant("outer", Tensor.ofFloats(Shape.of(1), 1));
        Value small = graph.constant("small", Tensor.ofFloats(Shape.of(1), 2));
        Value large = graph.constant("large", Tensor.splat(DataType.FLOAT32, Shape.of(300), 3));
        Value only = graph.constant("only", Tensor.ofFloats(Shape.of(1), 4));
        Value shifted = add(graph, "Add", floats("shifted", 300), Attributes.NONE, x, outer);
        Graph then = graph.nested("then");
        Value a = add(then, "Add", floats("a", 300), Attributes.NONE, shifted, small);
        Value b = add(then, "Mul", floats("b", 300), Attributes.NONE, a, large);
        then.setOutputs(List.of(add(then, "Add", floats("c", 300), Attributes.NONE, b, outer)));
        Graph otherwise = graph.nested("else");
        Value d = add(otherwise, "Sub", floats("d", 300), Attributes.NONE, shifted, small);
        Value e = add(otherwise, "Mul", floats("e", 300), Attributes.NONE, d, only);
        otherwise.setOutputs(List.of(add(otherwise, "Mul", floats("f", 300), Attributes.NONE, e, large)));
        Attributes both = Attributes.of(Key.ofGraph("then_branch"), then).with(Key.ofGraph("else_branch"), otherwise);
        graph.setOutputs(List.of(add(graph, "If", floats("y", 300), both, condition)));
        return model(graph);
    }

    /** Constants whose elements are made on the way: permuted, dequantized, cast, four bits wide, text. */
    static Model constants() {
        Graph graph = new Graph(Dialect.ONNX, "constants");
        byte[] raw = new byte[24];
        IntStream.range(0, raw.length).forEach(i -> raw[i] = (byte) (i - 12));
        Tensor bytes = Tensor.of(DataType.INT8, Shape.of(2, 3, 4), Bytes.of(raw, "test"));
        List<Value> outputs = new ArrayList<>();
        keep(graph, "permuted", bytes.permuted(2, 0, 1), outputs);
        keep(
                graph,
                "dequantized",
                bytes.dequantized(QuantParams.perAxis(new float[] {0.5f, 2}, new long[] {0, 1}, 0))
                        .permuted(1, 2, 0),
                outputs);
        keep(graph, "cast", bytes.cast(DataType.INT64), outputs);
        Value nibbles = graph.constant("nibbles", Tensor.ofIntegers(DataType.INT4, Shape.of(3), -8, 7, 1));
        Value scale = graph.constant("scale", Tensor.scalar(DataType.FLOAT32, 0.5));
        outputs.add(add(graph, "DequantizeLinear", floats("nibbles out", 3), Attributes.NONE, nibbles, scale));
        keep(graph, "empty", Tensor.ofFloats(Shape.of(0, 4)), outputs);
        byte[] notText = {(byte) 0xff, 0};
        List<byte[]> words = List.of("one".getBytes(StandardCharsets.UTF_8), notText, new byte[0]);
        keep(graph, "words", Tensor.ofStrings(Shape.of(3), words), outputs);
        graph.setOutputs(outputs);
        return model(graph);
    }

    private static void keep(Graph graph, String name, Tensor tensor, List<Value> outputs) {
        Value constant = graph.constant(name, tensor);
        ValueInfo out = ValueInfo.of(name + " out", tensor.type(), tensor.shape());
        outputs.add(add(graph, "Identity", out, Attributes.NONE, constant));
    }
}
