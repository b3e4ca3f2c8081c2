package dev.tfliteonnx.importer.tflite;

import static dev.tfliteonnx.importer.tflite.Reading.read;
import static dev.tfliteonnx.importer.tflite.Reading.refused;
import static dev.tfliteonnx.importer.tflite.Reading.refusedOnce;
import static dev.tfliteonnx.importer.tflite.TinyFile.ints;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.tflite.TensorType;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TfliteReaderTest {
    @Test
    void readsAnOperatorBetweenInputAndOutput() throws ConversionException {
        Model model = read(TinyFile.relu());
        Graph graph = model.main();
        assertEquals("main", graph.name());
        assertEquals("tiny", model.description());
        Node relu = graph.nodes().get(0);
        assertEquals(OpType.tflite("RELU"), relu.op());
        assertSame(graph.inputs().get(0), relu.input(0));
        assertSame(graph.outputs().get(0), relu.output());
        assertEquals("y:FLOAT32[2]", relu.output().toString());
        assertEquals(0, relu.origin().operator().orElseThrow());
        assertEquals("y", relu.origin().tensor());
        assertEquals(1L, relu.attributes().get(Tfl.VERSION_OF_OP));
    }

    @Test
    void constantsAreSlicesOfTheFile() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int data = file.buffer((byte) 0, (byte) 0, (byte) 0x80, (byte) 0x3f, (byte) 0, (byte) 0, (byte) 0, (byte) 0x40);
        int c = file.tensor("c", t -> {
            t.shape = ints(2);
            t.buffer = data;
        });
        int y = file.tensor("y", 2);
        file.op(file.code("ADD"), ints(x, c), ints(y)).graph("g", ints(x), ints(y));
        Value constant = read(file).main().nodes().get(0).input(1);
        assertArrayEquals(new float[] {1, 2}, constant.constant().orElseThrow().toFloats());
        assertTrue(constant.constant().orElseThrow().source().contains("buffer 1"));
    }

    @Test
    void signatureDimensionsOfMinusOneAreUnknown() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", t -> {
            t.shape = ints(1, 2);
            t.signature = ints(-1, 2);
        });
        int y = file.tensor("y", t -> t.shape = ints(1, -1));
        file.op(file.code("RELU"), ints(x), ints(y)).graph("g", ints(x), ints(y));
        Graph graph = read(file).main();
        assertEquals("[?,2]", graph.inputs().get(0).shape().toString());
        assertEquals("[1,?]", graph.outputs().get(0).shape().toString());
    }

    @Test
    void emptyShapesAreScalarsUnlessTheFileTellsRanks() throws ConversionException {
        TinyFile old = new TinyFile();
        int x = old.tensor("x");
        old.op(old.code("RELU"), ints(x), ints(old.tensor("y"))).graph("g", ints(x), ints(1));
        assertEquals(Shape.SCALAR, read(old).main().inputs().get(0).shape());

        TinyFile recent = new TinyFile();
        int a = recent.tensor("a", t -> t.hasRank = true);
        recent.op(recent.code("RELU"), ints(a), ints(recent.tensor("b"))).graph("g", ints(a), ints(1));
        Graph graph = read(recent).main();
        assertEquals(Shape.SCALAR, graph.inputs().get(0).shape());
        assertEquals(Shape.UNKNOWN, graph.outputs().get(0).shape());
    }

    @Test
    void namesAreMadeUpAndUniqueWithTheOutsideFirst() throws ConversionException {
        TinyFile file = new TinyFile();
        int a = file.tensor("same", 2);
        int b = file.tensor("", 2);
        int c = file.tensor("same", 2);
        int relu = file.code("RELU");
        int x = file.tensor("x", 2);
        file.op(relu, ints(x), ints(a)).op(relu, ints(a), ints(b)).op(relu, ints(b), ints(c));
        Graph graph = read(file.graph("g", ints(x), ints(c))).main();
        assertEquals("same", graph.outputs().get(0).name());
        assertEquals("same_1", graph.nodes().get(0).output().name());
        assertEquals("tensor_1", graph.nodes().get(1).output().name());
    }

    @Test
    void inputsOutputsAndConstantsMayComeOutAndRepeat() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1);
        int data = file.buffer((byte) 7);
        int c = file.tensor("c", t -> {
            t.type = TensorType.INT8;
            t.shape = ints(1);
            t.buffer = data;
        });
        Graph graph = read(file.graph("g", ints(x, x), ints(x, c, c, x))).main();
        assertEquals(1, graph.inputs().size());
        assertEquals(4, graph.outputs().size());
        assertSame(graph.inputs().get(0), graph.outputs().get(3));
        assertSame(graph.outputs().get(1), graph.outputs().get(2));
        assertTrue(graph.outputs().get(1).isConstant());
    }

    @Test
    void operatorsWithoutOutputsAndDeadOnesStay() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int dead = file.tensor("dead", 2);
        file.op(file.code("ASSIGN_VARIABLE"), ints(x, x), ints());
        file.op(file.code("RELU"), ints(x), ints(dead)).graph("g", ints(x), ints(x));
        assertEquals(2, read(file).main().size());
    }

    @Test
    void tellsWhatIsReadBeforeItIsWritten() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        int relu = file.code("RELU");
        file.op(relu, ints(y), ints(z)).op(relu, ints(x), ints(y));
        Diagnostic d = refusedOnce(file.graph("g", ints(x), ints(z)), DiagnosticCode.INVALID_MODEL);
        assertEquals("reads the tensor \"y\" before anything writes it", d.reason());
        assertEquals(0, d.where().operator().orElseThrow());
    }

    @Test
    void tellsWhatIsWrittenTwice() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int relu = file.code("RELU");
        file.op(relu, ints(x), ints(y)).op(relu, ints(x), ints(y)).op(relu, ints(y), ints(x));
        List<Diagnostic> d = refused(file.graph("g", ints(x), ints(y)));
        assertEquals(2, d.size());
        assertEquals(
                "writes the tensor \"y\", which another operator writes too",
                d.get(0).reason());
        assertEquals(
                "writes the tensor \"x\", which is an input or a constant",
                d.get(1).reason());
    }

    @Test
    void tellsTensorsThatDoNotExist() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        file.op(file.code("RELU"), ints(77), ints(-3)).op(9, ints(x), ints());
        List<Diagnostic> d = refused(file.graph("g", ints(x, 5), ints(6)));
        assertEquals(5, d.size(), d::toString);
        assertTrue(d.stream().allMatch(e -> e.code() == DiagnosticCode.INVALID_MODEL));
    }

    @Test
    void variablesComeFromNodesAtTheStart() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int state = file.tensor("state", t -> {
            t.shape = ints(1, 3);
            t.variable = true;
        });
        int unused = file.tensor("unused", t -> t.variable = true);
        int y = file.tensor("y", 2);
        int relu = file.code("RELU");
        file.op(relu, ints(x), ints(y)).op(file.code("SVDF"), ints(y, state), ints(file.tensor("z", 2)));
        List<Node> nodes =
                read(file.graph("g", ints(x), ints(unused + 2))).main().nodes();
        assertEquals(3, nodes.size());
        assertTrue(nodes.get(0).is(TfliteReader.VARIABLE_TENSOR));
        assertEquals(List.of(), nodes.get(0).inputs());
        assertEquals("state:FLOAT32[1,3]", nodes.get(0).output().toString());
        assertSame(nodes.get(0).output(), nodes.get(2).input(1));
    }

    @Test
    void aVariableHasNoData() {
        TinyFile file = new TinyFile();
        int data = file.buffer(new byte[8]);
        int v = file.tensor("v", t -> {
            t.shape = ints(2);
            t.variable = true;
            t.buffer = data;
        });
        file.op(file.code("RELU"), ints(v), ints(file.tensor("y", 2))).graph("g", ints(), ints(1));
        assertEquals(
                "a variable has data in the file",
                refusedOnce(file, DiagnosticCode.INVALID_MODEL).reason());
    }

    @Test
    void emptyTensorsNeedNoData() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1);
        int shape = file.tensor("shape", t -> {
            t.type = TensorType.INT32;
            t.shape = ints(0);
        });
        int y = file.tensor("y");
        file.op(file.code("RESHAPE"), ints(x, shape), ints(y)).graph("g", ints(x), ints(y));
        Value value = read(file).main().nodes().get(0).input(1);
        assertEquals(0, value.constant().orElseThrow().toLongs().length);
        assertEquals(DataType.INT32, value.type());
    }

    @Test
    void namesNeedNotBeUtf8() throws ConversionException {
        byte[] bytes = TinyFile.relu().bytes();
        for (int i = 0; i < bytes.length - 4; i++) {
            if (bytes[i] == 4 && bytes[i + 4] == 'm' && bytes[i + 5] == 'a') {
                bytes[i + 5] = (byte) 0xff;
            }
        }
        Model model = TfliteReader.read(Bytes.of(bytes, ""), "tiny.tflite", Optional.empty())
                .model();
        assertEquals("m\ufffdin", model.main().name());
    }

    @Test
    void readsSignaturesOfAnyGraph() throws ConversionException {
        TinyFile file = TinyFile.relu();
        int a = file.tensor("a", 2);
        file.graph("second", ints(a), ints(a));
        file.signature("serve", 0, Map.of("in", 0), Map.of("out", 1));
        file.signature("copy", 1, Map.of("in", 0), Map.of("out", 0));
        Model model = read(file);
        Signature copy = model.signatures().get(1);
        assertEquals("copy", copy.key());
        assertEquals(1, copy.graph());
        assertSame(model.graphs().get(1).inputs().get(0), copy.outputs().get("out"));
        assertEquals("y", model.signatures().get(0).outputs().get("out").name());
    }

    @Test
    void refusesSignaturesThatNameNothing() {
        TinyFile file = TinyFile.relu();
        file.signature("a", 7, Map.of(), Map.of()).signature("b", 0, Map.of("in", 12), Map.of());
        List<Diagnostic> d = refused(file);
        assertEquals(2, d.size());
        assertEquals("signature \"a\" calls subgraph 7 of 1", d.get(0).reason());
        assertEquals(
                "signature \"b\" gives the name \"in\" to tensor 12, which is not in use",
                d.get(1).reason());
    }

    @Test
    void refusesOtherVersionsAndModelsWithoutGraphs() {
        byte[] old = TinyFile.relu().bytes(2);
        ConversionException e = assertThrows(
                ConversionException.class, () -> TfliteReader.read(Bytes.of(old, ""), "old.tflite", Optional.empty()));
        assertEquals(DiagnosticCode.UNSUPPORTED_VERSION, e.diagnostics().get(0).code());
        assertEquals(
                "the model has no graph",
                refusedOnce(new TinyFile(), DiagnosticCode.INVALID_MODEL).reason());
    }

    @Test
    void refusesMoreAxesThanTheLimit() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", new int[TensorReader.MAX_RANK + 1]);
        refusedOnce(file.graph("g", ints(x), ints()), DiagnosticCode.LIMIT_EXCEEDED);
    }

    @Test
    void refusesShapesThatOverflowOrAreNegative() {
        TinyFile file = new TinyFile();
        int big = 1 << 30;
        int x = file.tensor("x", big, big, big);
        int y = file.tensor("y", -2);
        List<Diagnostic> d = refused(file.graph("g", ints(x, y), ints()));
        assertEquals(2, d.size());
        assertEquals(
                "tensor number 0: it has more elements than can be counted",
                d.get(0).reason());
        assertEquals("tensor number 1: an extent is -2", d.get(1).reason());
    }

    @Test
    void listsNoMoreThanAHundredProblems() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int relu = file.code("RELU");
        for (int i = 0; i < 300; i++) {
            file.op(relu, ints(99), ints());
        }
        List<Diagnostic> d = refused(file.graph("g", ints(x), ints()));
        assertEquals(101, d.size());
        assertEquals("200 further problems are not listed", d.get(100).reason());
        assertFalse(d.get(99).reason().isEmpty());
    }
}
