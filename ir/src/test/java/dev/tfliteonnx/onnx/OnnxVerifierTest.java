package dev.tfliteonnx.onnx;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxVerifierTest {
    private static final Shape PAIR = Shape.of(2);

    private final Graph graph = new Graph(Dialect.ONNX, "test");

    private Value in(DataType type) {
        return graph.input(ValueInfo.of("in", type, PAIR));
    }

    private static Value add(Graph to, OpType op, DataType type, Attributes attributes, Value... inputs) {
        return to.add(op, List.of(inputs), attributes, List.of(ValueInfo.of("out", type, PAIR)), Origin.NONE)
                .get(0);
    }

    private Value add(String op, DataType type, Attributes attributes, Value... inputs) {
        return add(graph, OpType.onnx(op), type, attributes, inputs);
    }

    private static List<String> problems(Value output, int opset) {
        Node node = output.producer().orElseThrow();
        return OnnxVerifier.problems(node, opset);
    }

    private static void assertOneProblem(String part, Value output, int opset) {
        List<String> problems = problems(output, opset);
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains(part), problems.get(0));
    }

    @Test
    void acceptsValidNodes() {
        Value x = in(DataType.FLOAT32);
        assertEquals(List.of(), problems(add("Add", DataType.FLOAT32, Attributes.NONE, x, x), 13));
        Value least = graph.constant("least", Tensor.scalar(DataType.FLOAT32, 0));
        assertEquals(List.of(), problems(add("Clip", DataType.FLOAT32, Attributes.NONE, x, Value.ABSENT, least), 13));
    }

    @Test
    void namesUnknownOperators() {
        assertOneProblem(
                "Gelu does not exist in opset 19",
                add("Gelu", DataType.FLOAT32, Attributes.NONE, in(DataType.FLOAT32)),
                19);
    }

    @Test
    void passesOverOtherDomains() {
        OpType op = new OpType(Dialect.ONNX, "com.microsoft", "Whatever");
        assertEquals(List.of(), problems(add(graph, op, DataType.FLOAT32, Attributes.NONE), 13));
    }

    @Test
    void checksAttributes() {
        Value x = in(DataType.FLOAT32);
        assertOneProblem("attribute to is missing", add("Cast", DataType.INT32, Attributes.NONE, x), 13);
        assertOneProblem(
                "attribute axes is unknown",
                add("ReduceMean", DataType.FLOAT32, Attributes.of(Key.ofInts("axes"), Ints.of(0)), x),
                18);
        assertOneProblem(
                "attribute alpha must be FLOAT",
                add("LeakyRelu", DataType.FLOAT32, Attributes.of(Key.ofInt("alpha"), 1L), x),
                16);
    }

    @Test
    void checksCounts() {
        Value x = in(DataType.FLOAT32);
        assertOneProblem("1 inputs where 2 to 2 are needed", add("Add", DataType.FLOAT32, Attributes.NONE, x), 13);
        assertOneProblem("3 inputs", add("Add", DataType.FLOAT32, Attributes.NONE, x, x, x), 13);
        assertOneProblem("input 1 (B) is left out", add("Add", DataType.FLOAT32, Attributes.NONE, x, Value.ABSENT), 13);
    }

    @Test
    void checksTypes() {
        Value x = in(DataType.FLOAT32);
        Value i = in(DataType.INT8);
        assertOneProblem("input 1 (B) is INT8", add("Add", DataType.FLOAT32, Attributes.NONE, x, i), 14);
        assertOneProblem("output 0 (C) is FLOAT16", add("Add", DataType.FLOAT16, Attributes.NONE, x, x), 14);
        assertOneProblem("input 0 (X) cannot be INT8", add("Sigmoid", DataType.FLOAT32, Attributes.NONE, i), 13);
        assertEquals(
                3,
                problems(add("Add", DataType.INT8, Attributes.NONE, i, i), 13).size());
        assertEquals(List.of(), problems(add("Add", DataType.INT8, Attributes.NONE, i, i), 14));
    }

    @Test
    void checksValuesThatTheSchemaDoesNotTell() {
        Value x = in(DataType.FLOAT32);
        Value pads = graph.constant("pads", Tensor.ofLongs(1, 1));
        Value wrap = add("Pad", DataType.FLOAT32, Attributes.of(Key.ofString("mode"), "wrap"), x, pads);
        assertOneProblem("cannot be wrap in opset 18", wrap, 18);
        assertEquals(List.of(), problems(wrap, 19));
        Value split = add("Split", DataType.FLOAT32, Attributes.NONE, x);
        assertEquals(List.of(), problems(split, 13));
        assertOneProblem("from opset 18 on", split, 18);
    }

    @Test
    void verifiesNestedGraphs() {
        Value x = in(DataType.FLOAT32);
        Value cond = in(DataType.BOOL);
        Graph then = graph.nested("then");
        then.setOutputs(List.of(add(then, OpType.onnx("Relu"), DataType.FLOAT32, Attributes.NONE, x)));
        Graph otherwise = graph.nested("else");
        otherwise.setOutputs(List.of(add(otherwise, OpType.onnx("Gelu"), DataType.FLOAT32, Attributes.NONE, x)));
        Attributes branches =
                Attributes.of(Key.ofGraph("then_branch"), then).with(Key.ofGraph("else_branch"), otherwise);
        graph.setOutputs(List.of(add("If", DataType.FLOAT32, branches, cond)));

        IllegalGraphException e = assertThrows(IllegalGraphException.class, () -> OnnxVerifier.verify(graph, 19));
        assertTrue(e.getMessage().contains("Gelu(in)"), e.getMessage());
        assertDoesNotThrow(() -> OnnxVerifier.verify(graph, 20));
        assertEquals(new OpsetVersions.Fit.At(20), OpsetVersions.lowest(graph, 13, 24));
    }

    @Test
    void findsTheLowestOpset() {
        Value x = in(DataType.FLOAT32);
        Value axes = graph.constant("axes", Tensor.ofLongs(0));
        add("Relu", DataType.FLOAT32, Attributes.NONE, x);
        assertEquals(new OpsetVersions.Fit.At(13), OpsetVersions.lowest(graph, 13, 24));
        assertEquals(new OpsetVersions.Fit.At(15), OpsetVersions.lowest(graph, 15, 24));
        add("HardSwish", DataType.FLOAT32, Attributes.NONE, x);
        assertEquals(new OpsetVersions.Fit.At(14), OpsetVersions.lowest(graph, 13, 24));
        add("ReduceMean", DataType.FLOAT32, Attributes.NONE, x, axes);
        assertEquals(new OpsetVersions.Fit.At(18), OpsetVersions.lowest(graph, 13, 24));
    }

    @Test
    void namesTheNodesThatFitNoOpset() {
        Value x = in(DataType.FLOAT32);
        add("ReduceMean", DataType.FLOAT32, Attributes.of(Key.ofInts("axes"), Ints.of(0)), x);
        add("Gelu", DataType.FLOAT32, Attributes.NONE, x);
        assertNowhere("axes is unknown", OpsetVersions.lowest(graph, 13, 24));
        add("NoSuchOp", DataType.FLOAT32, Attributes.NONE, x);
        assertNowhere("NoSuchOp does not exist", OpsetVersions.lowest(graph, 13, 24));
    }

    private static void assertNowhere(String part, OpsetVersions.Fit fit) {
        OpsetVersions.Fit.Nowhere nowhere = (OpsetVersions.Fit.Nowhere) fit;
        assertEquals(1, nowhere.reasons().size(), nowhere.toString());
        assertTrue(nowhere.reasons().get(0).contains(part), nowhere.toString());
    }

    @Test
    void importsEveryDomainThatIsUsed() {
        Value x = in(DataType.FLOAT32);
        add(graph, new OpType(Dialect.ONNX, "com.microsoft", "Whatever"), DataType.FLOAT32, Attributes.NONE, x);
        assertEquals(Map.of("", 17, "com.microsoft", 1), OpsetVersions.imports(graph, 17));
        Attributes tensors = Attributes.of(Key.ofTensor("keys_tensor"), Tensor.ofLongs(1, 2))
                .with(Key.ofTensor("values_tensor"), Tensor.ofFloats(PAIR, 1, 2));
        add(
                graph,
                new OpType(Dialect.ONNX, OnnxSchemas.ML, "LabelEncoder"),
                DataType.FLOAT32,
                tensors,
                in(DataType.INT64));
        assertEquals(4, OpsetVersions.imports(graph, 17).get(OnnxSchemas.ML));
        assertDoesNotThrow(() -> OnnxVerifier.verify(graph, 17));
    }

    @Test
    void stampsTheLowestFileVersion() {
        int[][] expected = {
            {12, 7}, {13, 7}, {14, 7}, {15, 8}, {18, 8}, {19, 9}, {20, 9}, {21, 10}, {22, 10}, {23, 11}, {24, 12},
            {25, 13}, {27, 13}, {28, 14}
        };
        for (int[] pair : expected) {
            assertEquals(pair[1], OpsetVersions.irVersion(pair[0], EnumSet.noneOf(DataType.class)), "opset " + pair[0]);
        }
        assertEquals(10, OpsetVersions.irVersion(13, EnumSet.of(DataType.INT4)));
        assertEquals(13, OpsetVersions.irVersion(13, EnumSet.of(DataType.UINT2, DataType.FLOAT32)));
    }
}
