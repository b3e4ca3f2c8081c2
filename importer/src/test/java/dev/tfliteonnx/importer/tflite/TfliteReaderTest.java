package dev.tfliteonnx.importer.tflite;

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
import dev.tfliteonnx.formats.tflite.Conv2DOptions;
import dev.tfliteonnx.formats.tflite.StablehloCompareOptions;
import dev.tfliteonnx.formats.tflite.StablehloSliceOptions;
import dev.tfliteonnx.formats.tflite.TensorType;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.ComparisonDirection;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TfliteReaderTest {
    private static Model read(TinyFile file) throws ConversionException {
        Model model =
                TfliteReader.read(file.file(), "tiny.tflite", Optional.empty()).model();
        model.graphs().forEach(Graph::verify);
        return model;
    }

    private static List<Diagnostic> refused(TinyFile file) {
        return assertThrows(
                        ConversionException.class,
                        () -> TfliteReader.read(file.file(), "tiny.tflite", Optional.empty()))
                .diagnostics();
    }

    private static Diagnostic refusedOnce(TinyFile file, DiagnosticCode code) {
        List<Diagnostic> diagnostics = refused(file);
        assertEquals(1, diagnostics.size(), diagnostics::toString);
        assertEquals(code, diagnostics.get(0).code(), diagnostics::toString);
        assertEquals("tiny.tflite", diagnostics.get(0).where().file());
        return diagnostics.get(0);
    }

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
    void readsOptionsWithDefaultsForAbsentFields() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        int y = file.tensor("y", 1, 2, 2, 1);
        int options = Conv2DOptions.createConv2DOptions(file.fbb, (byte) 1, 2, 3, (byte) 3, 1, 1, (byte) 0);
        file.op(file.code("CONV_2D"), ints(x, x, -1), ints(y), 1, options).graph("g", ints(x), ints(y));
        Node conv = read(file).main().nodes().get(0);
        assertEquals(Padding.VALID, conv.attributes().get(Tfl.PADDING));
        assertEquals(2L, conv.attributes().get(Tfl.STRIDE_W));
        assertEquals(3L, conv.attributes().get(Tfl.STRIDE_H));
        assertEquals(1L, conv.attributes().get(Tfl.DILATION_H_FACTOR));
        assertEquals(Activation.RELU6, conv.attributes().get(Tfl.FUSED_ACTIVATION_FUNCTION));
        assertSame(Value.ABSENT, conv.input(2));
    }

    @Test
    void readsTheSecondUnionToo() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 4);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        int slice = StablehloSliceOptions.createStablehloSliceOptions(
                file.fbb,
                StablehloSliceOptions.createStartIndicesVector(file.fbb, new long[] {1}),
                StablehloSliceOptions.createLimitIndicesVector(file.fbb, new long[] {1L << 40}),
                0);
        int compare = StablehloCompareOptions.createStablehloCompareOptions(file.fbb, 3, 1);
        file.op2(file.code("STABLEHLO_SLICE"), ints(x), ints(y), 3, slice);
        file.op2(file.code("STABLEHLO_COMPARE"), ints(y, y), ints(z), 8, compare);
        List<Node> nodes = read(file.graph("g", ints(x), ints(z))).main().nodes();
        assertEquals(Ints.of(1), nodes.get(0).attributes().get(Tfl.START_INDICES));
        assertEquals(Ints.of(1L << 40), nodes.get(0).attributes().get(Tfl.LIMIT_INDICES));
        assertEquals(Ints.of(), nodes.get(0).attributes().get(Tfl.STRIDES));
        assertEquals(ComparisonDirection.GT, nodes.get(1).attributes().get(Tfl.COMPARISON_DIRECTION));
    }

    @Test
    void aMissingTableOfOptionsMeansTheDefaults() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        file.op(file.code("CONV_2D"), ints(x, x), ints(file.tensor("y", 1))).graph("g", ints(x), ints(1));
        assertEquals(1L, read(file).main().nodes().get(0).attributes().get(Tfl.DILATION_W_FACTOR));
    }

    @Test
    void refusesOptionsOfAnotherOperator() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        int options = Conv2DOptions.createConv2DOptions(file.fbb, (byte) 1, 2, 3, (byte) 3, 1, 1, (byte) 0);
        file.op(file.code("SOFTMAX"), ints(x), ints(file.tensor("y", 1)), 1, options)
                .graph("g", ints(x), ints(1));
        Diagnostic d = refusedOnce(file, DiagnosticCode.INVALID_MODEL);
        assertEquals("its options are of kind 1 instead of 9", d.reason());
        assertEquals("SOFTMAX", d.where().op());
        assertEquals("y", d.where().node());
    }

    @Test
    void refusesUnknownEnumerationNumbers() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 1, 4, 4, 1);
        int options = Conv2DOptions.createConv2DOptions(file.fbb, (byte) 9, 2, 3, (byte) 3, 1, 1, (byte) 0);
        file.op(file.code("CONV_2D"), ints(x, x), ints(file.tensor("y", 1)), 1, options)
                .graph("g", ints(x), ints(1));
        Diagnostic d = refusedOnce(file, DiagnosticCode.INVALID_MODEL);
        assertEquals("option padding has the unknown value 9", d.reason());
    }

    @Test
    void theGreaterOfBothCodesCounts() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        file.op(file.rawCode((byte) 19, 0, ""), ints(x), ints(y));
        file.op(file.rawCode((byte) 127, 150, ""), ints(y), ints(z));
        List<Node> nodes = read(file.graph("g", ints(x), ints(z))).main().nodes();
        assertEquals("RELU", nodes.get(0).op().name());
        assertEquals("GELU", nodes.get(1).op().name());
    }

    @Test
    void collectsAllUnknownOperators() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        file.op(file.code(300), ints(x), ints(y)).op(file.code(301), ints(y), ints(z));
        List<Diagnostic> diagnostics = refused(file.graph("g", ints(x), ints(z)));
        assertEquals(2, diagnostics.size());
        assertTrue(diagnostics.stream().allMatch(d -> d.code() == DiagnosticCode.UNKNOWN_OPERATOR));
        assertTrue(diagnostics.get(1).reason().contains("301"));
        assertEquals("z", diagnostics.get(1).where().node());
    }

    @Test
    void anUnknownOperatorThatIsNotUsedIsHarmless() throws ConversionException {
        TinyFile file = new TinyFile();
        file.code(999);
        int x = file.tensor("x", 2);
        file.op(file.code("RELU"), ints(x), ints(file.tensor("y", 2))).graph("g", ints(x), ints(1));
        assertEquals(1, read(file).main().size());
    }

    @Test
    void customOperatorsCarryTheirOptions() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int z = file.tensor("z", 2);
        int code = file.rawCode((byte) 32, 32, "Sinh");
        file.customOp(code, ints(x), ints(y), new byte[] {1, 2, 3}, 0, 0);
        file.customOp(code, ints(y), ints(z), new byte[0], 4, 4);
        List<Node> nodes = read(file.graph("g", ints(x), ints(z))).main().nodes();
        assertEquals(OpType.custom("Sinh"), nodes.get(0).op());
        assertArrayEquals(
                new byte[] {1, 2, 3},
                nodes.get(0).attributes().get(Tfl.CUSTOM_OPTIONS).toArray());
        assertEquals(
                "TFL3",
                new String(nodes.get(1).attributes().get(Tfl.CUSTOM_OPTIONS).toArray(), StandardCharsets.US_ASCII));
    }

    @Test
    void aCustomOperatorNeedsAName() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        file.op(file.rawCode((byte) 32, 32, ""), ints(x), ints(file.tensor("y", 2)))
                .graph("g", ints(x), ints(1));
        assertEquals(
                "a custom operator has no name",
                refusedOnce(file, DiagnosticCode.INVALID_MODEL).reason());
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
    void intermediatesKeepTheirQuantization() throws ConversionException {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        int quant = file.quant(new float[] {0.5f}, new long[] {-3}, 0);
        int between = file.tensor("between", t -> {
            t.type = TensorType.INT8;
            t.quant = quant;
        });
        int plain = file.tensor("plain", 1);
        file.opWithIntermediates(file.code("LSTM"), ints(x), ints(y), between, plain);
        Node lstm = read(file.graph("g", ints(x), ints(y))).main().nodes().get(0);
        assertEquals(Ints.of(2, 3), lstm.attributes().get(Tfl.INTERMEDIATES));
        assertEquals(Floats.of(0.5f, 0), lstm.attributes().get(Tfl.INTERMEDIATE_SCALES));
        assertEquals(Ints.of(-3, 0), lstm.attributes().get(Tfl.INTERMEDIATE_ZERO_POINTS));
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
