package dev.tfliteonnx.exporter.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxFields.AttributeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.GraphProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.ModelProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.NodeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.OperatorSetIdProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.StringStringEntryProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TensorProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TensorShapeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TypeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.ValueInfoProto;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OnnxWriterTest {
    private final OnnxWriter writer = new OnnxWriter();

    private Proto written(Model model, WriteOptions options) throws ConversionException {
        return Proto.parse(writer.toBytes(model, options));
    }

    private Proto written(Model model) throws ConversionException {
        return written(model, WriteOptions.DEFAULT);
    }

    @Test
    void writesTheHeader() throws ConversionException {
        Proto model = written(SampleModels.attributes(), WriteOptions.DEFAULT.withProducerVersion("1.2"));
        assertEquals(7, model.number(ModelProto.IR_VERSION));
        assertEquals("tflite-onnx", model.text(ModelProto.PRODUCER_NAME));
        assertEquals("1.2", model.text(ModelProto.PRODUCER_VERSION));
        assertEquals("what it is", model.text(ModelProto.DOC_STRING));
        Proto imported = model.message(ModelProto.OPSET_IMPORT);
        assertEquals(13, imported.number(OperatorSetIdProto.VERSION));
        assertFalse(imported.has(OperatorSetIdProto.DOMAIN));
        List<Proto> metadata = model.messages(ModelProto.METADATA_PROPS);
        assertEquals(
                List.of("author", "labels"),
                metadata.stream().map(m -> m.text(StringStringEntryProto.KEY)).toList());
        assertEquals("cat\ndog", metadata.get(1).text(StringStringEntryProto.VALUE));
        assertEquals("attributes", model.message(ModelProto.GRAPH).text(GraphProto.NAME));
    }

    @Test
    void fieldsStandInTheOrderOfTheirNumbers() throws ConversionException {
        Proto model = written(SampleModels.branches(), WriteOptions.DEFAULT.withProducerVersion("1"));
        Proto graph = model.message(ModelProto.GRAPH);
        for (Proto message :
                List.of(model, graph, graph.messages(GraphProto.NODE).get(1))) {
            assertEquals(message.order().stream().sorted().toList(), message.order());
        }
    }

    @Test
    void writesEveryKindOfAttribute() throws ConversionException {
        Proto graph = written(SampleModels.attributes()).message(ModelProto.GRAPH);
        Proto alpha = attribute(graph, "leaky", "alpha", AttributeProto.TYPE_FLOAT);
        assertEquals(0.25f, alpha.real(AttributeProto.F));
        Proto axis = attribute(graph, "soft", "axis", AttributeProto.TYPE_INT);
        assertEquals(-1, axis.number(AttributeProto.I));
        Proto perm = attribute(graph, "moved", "perm", AttributeProto.TYPE_INTS);
        assertEquals(List.of(2L, 0L, 1L), perm.all(AttributeProto.INTS));
        Proto mode = attribute(graph, "padded", "mode", AttributeProto.TYPE_STRING);
        assertEquals("edge", mode.text(AttributeProto.S));
        Proto floats = attribute(graph, "some floats", "value_floats", AttributeProto.TYPE_FLOATS);
        assertEquals(List.of(1.5f, -0f), floats.all(AttributeProto.FLOATS));
        Proto strings = attribute(graph, "some strings", "value_strings", AttributeProto.TYPE_STRINGS);
        assertEquals(List.of("a", "ü"), strings.texts(AttributeProto.STRINGS));
        Proto tensor = attribute(graph, "a tensor", "value", AttributeProto.TYPE_TENSOR)
                .message(AttributeProto.T);
        assertEquals(List.of(1L, 2L), tensor.all(TensorProto.DIMS));
        assertEquals(1, tensor.number(TensorProto.DATA_TYPE));
        assertFalse(tensor.has(TensorProto.NAME));
        assertEquals(8f, littleEndian(tensor).getFloat(4));
    }

    private static Proto attribute(Proto graph, String node, String name, int type) {
        Proto attribute = graph.named(GraphProto.NODE, NodeProto.NAME, node)
                .named(NodeProto.ATTRIBUTE, AttributeProto.NAME, name);
        assertEquals(type, attribute.number(AttributeProto.TYPE));
        return attribute;
    }

    @Test
    void writesShapesAsFarAsTheyAreKnown() throws ConversionException {
        Proto graph = written(SampleModels.attributes()).message(ModelProto.GRAPH);
        Proto x = type(graph, GraphProto.INPUT, "x");
        assertEquals(1, x.number(TypeProto.TENSOR_ELEM_TYPE));
        List<Proto> dims = x.message(TypeProto.TENSOR_SHAPE).messages(TensorShapeProto.DIM);
        assertEquals("batch", dims.get(0).text(TensorShapeProto.DIM_PARAM));
        assertEquals(3, dims.get(1).number(TensorShapeProto.DIM_VALUE));
        assertEquals(List.of(), dims.get(2).order());
        assertFalse(type(graph, GraphProto.INPUT, "free").has(TypeProto.TENSOR_SHAPE));
        assertFalse(type(graph, GraphProto.OUTPUT, "neg").has(TypeProto.TENSOR_SHAPE));
        List<String> inside = graph.messages(GraphProto.VALUE_INFO).stream()
                .map(v -> v.text(ValueInfoProto.NAME))
                .toList();
        assertEquals(List.of("leaky", "soft", "moved"), inside);

        Proto scalar = type(written(SampleModels.branches()).message(ModelProto.GRAPH), GraphProto.INPUT, "condition");
        assertTrue(scalar.has(TypeProto.TENSOR_SHAPE));
        assertEquals(List.of(), scalar.message(TypeProto.TENSOR_SHAPE).order());
    }

    private static Proto type(Proto graph, int field, String name) {
        return graph.named(field, ValueInfoProto.NAME, name)
                .message(ValueInfoProto.TYPE)
                .message(TypeProto.TENSOR_TYPE);
    }

    @Test
    void writesEachConstantOfNestedGraphsWhereItBelongs() throws ConversionException {
        Proto graph = written(SampleModels.branches()).message(ModelProto.GRAPH);
        assertEquals("graph", graph.text(GraphProto.NAME));
        assertEquals(List.of("outer", "large"), initializers(graph));
        Proto then =
                attribute(graph, "y", "then_branch", AttributeProto.TYPE_GRAPH).message(AttributeProto.G);
        Proto otherwise =
                attribute(graph, "y", "else_branch", AttributeProto.TYPE_GRAPH).message(AttributeProto.G);
        assertEquals(List.of("small"), initializers(then));
        assertEquals(List.of("small", "only"), initializers(otherwise));
        assertEquals("then", then.text(GraphProto.NAME));
        assertEquals(
                List.of("shifted", "small"),
                then.messages(GraphProto.NODE).get(0).texts(NodeProto.INPUT));
        assertEquals(1, then.messages(GraphProto.OUTPUT).size());
    }

    private static List<String> initializers(Proto graph) {
        return graph.messages(GraphProto.INITIALIZER).stream()
                .map(t -> t.text(TensorProto.NAME))
                .toList();
    }

    @Test
    void writesConstantsThatAreMadeOnTheWay() throws ConversionException {
        Proto model = written(SampleModels.constants());
        assertEquals(10, model.number(ModelProto.IR_VERSION));
        assertEquals(21, model.message(ModelProto.OPSET_IMPORT).number(OperatorSetIdProto.VERSION));
        Proto graph = model.message(ModelProto.GRAPH);

        Proto permuted = initializer(graph, "permuted");
        assertEquals(List.of(4L, 2L, 3L), permuted.all(TensorProto.DIMS));
        byte[] expected = {-12, -8, -4, 0, 4, 8, -11, -7, -3, 1, 5, 9, -10, -6, -2, 2, 6, 10, -9, -5, -1, 3, 7, 11};
        assertArrayEquals(expected, permuted.bytes(TensorProto.RAW_DATA));

        Proto dequantized = initializer(graph, "dequantized");
        assertEquals(List.of(3L, 4L, 2L), dequantized.all(TensorProto.DIMS));
        assertEquals(-6f, littleEndian(dequantized).getFloat(0));
        assertEquals(-2f, littleEndian(dequantized).getFloat(4));
        assertEquals(-5.5f, littleEndian(dequantized).getFloat(8));

        assertEquals(-12L, littleEndian(initializer(graph, "cast")).getLong(0));
        assertEquals(11L, littleEndian(initializer(graph, "cast")).getLong(23 * 8));

        Proto nibbles = initializer(graph, "nibbles");
        assertEquals(22, nibbles.number(TensorProto.DATA_TYPE));
        assertArrayEquals(new byte[] {0x78, 0x01}, nibbles.bytes(TensorProto.RAW_DATA));

        assertEquals(List.of(0L, 4L), initializer(graph, "empty").all(TensorProto.DIMS));
        assertEquals(0, initializer(graph, "empty").bytes(TensorProto.RAW_DATA).length);

        Proto words = initializer(graph, "words");
        assertFalse(words.has(TensorProto.RAW_DATA));
        assertEquals(3, words.all(TensorProto.STRING_DATA).size());
        assertArrayEquals(new byte[] {(byte) 0xff, 0}, (byte[])
                words.all(TensorProto.STRING_DATA).get(1));
    }

    private static Proto initializer(Proto graph, String name) {
        return graph.named(GraphProto.INITIALIZER, TensorProto.NAME, name);
    }

    private static ByteBuffer littleEndian(Proto tensor) {
        return ByteBuffer.wrap(tensor.bytes(TensorProto.RAW_DATA)).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void writesOtherDomainsAndOptionalInputs() throws ConversionException {
        Graph graph = new Graph(Dialect.ONNX, "domains");
        Value x = graph.input(SampleModels.floats("x", 2));
        Value most = graph.constant("most", Tensor.scalar(DataType.FLOAT32, 6));
        Value clipped =
                SampleModels.add(graph, "Clip", SampleModels.floats("c", 2), Attributes.NONE, x, Value.ABSENT, most);
        OpType gelu = new OpType(Dialect.ONNX, "com.microsoft", "Gelu");
        graph.setOutputs(
                graph.add(gelu, List.of(clipped), Attributes.NONE, List.of(SampleModels.floats("g", 2)), Origin.NONE));
        Proto model = written(SampleModels.model(graph));
        assertEquals(
                List.of("com.microsoft"),
                model.messages(ModelProto.OPSET_IMPORT).get(1).texts(OperatorSetIdProto.DOMAIN));
        List<Proto> nodes = model.message(ModelProto.GRAPH).messages(GraphProto.NODE);
        assertEquals(List.of("x", "", "most"), nodes.get(0).texts(NodeProto.INPUT));
        assertEquals("com.microsoft", nodes.get(1).text(NodeProto.DOMAIN));
        assertEquals("Gelu", nodes.get(1).text(NodeProto.OP_TYPE));
    }

    @Test
    void sameModelSameBytes() throws ConversionException, IOException {
        for (WriteOptions options : List.of(WriteOptions.DEFAULT, WriteOptions.DEFAULT.withOpset(22))) {
            byte[] bytes = writer.toBytes(SampleModels.branches(), options);
            assertArrayEquals(bytes, writer.toBytes(SampleModels.branches(), options));
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            writer.writeTo(SampleModels.branches(), out, options);
            assertArrayEquals(bytes, out.toByteArray());
        }
    }

    @Test
    void takesTheOpsetAskedForIfItFits() throws ConversionException {
        Proto model = written(SampleModels.attributes(), WriteOptions.DEFAULT.withOpset(17));
        assertEquals(17, model.message(ModelProto.OPSET_IMPORT).number(OperatorSetIdProto.VERSION));
        assertEquals(8, model.number(ModelProto.IR_VERSION));

        ConversionException low = assertThrows(
                ConversionException.class,
                () -> writer.toBytes(SampleModels.constants(), WriteOptions.DEFAULT.withOpset(20)));
        assertEquals(DiagnosticCode.OPSET_TOO_LOW, low.diagnostics().get(0).code());
        assertEquals("ask for opset 21", low.diagnostics().get(0).remedy());
        assertTrue(low.getMessage().contains("cannot be INT4"), low.getMessage());

        for (int wrong : new int[] {12, 99}) {
            ConversionException e = assertThrows(
                    ConversionException.class,
                    () -> writer.toBytes(SampleModels.attributes(), WriteOptions.DEFAULT.withOpset(wrong)));
            assertEquals(DiagnosticCode.BAD_OPTION, e.diagnostics().get(0).code());
        }
    }

    @Test
    void refusesOutputsThatNoNodeComputes() {
        Graph constant = new Graph(Dialect.ONNX, "constant");
        constant.setOutputs(List.of(constant.constant("c", Tensor.ofLongs(1))));
        Graph through = new Graph(Dialect.ONNX, "through");
        through.setOutputs(List.of(through.input(SampleModels.floats("x", 1))));
        Graph around = new Graph(Dialect.ONNX, "around");
        Value x = around.input(SampleModels.floats("x", 1));
        Value condition = around.input(ValueInfo.of("condition", DataType.BOOL, Shape.SCALAR));
        Graph branch = around.nested("branch of around");
        branch.setOutputs(List.of(x));
        Attributes both = Attributes.of(Key.ofGraph("then_branch"), branch).with(Key.ofGraph("else_branch"), branch);
        around.setOutputs(List.of(SampleModels.add(around, "If", SampleModels.floats("y", 1), both, condition)));
        for (Graph graph : List.of(constant, through, around)) {
            IllegalGraphException e = assertThrows(
                    IllegalGraphException.class, () -> writer.toBytes(SampleModels.model(graph), WriteOptions.DEFAULT));
            assertTrue(e.getMessage().contains(graph.name()), e.getMessage());
        }
    }

    @Test
    void refusesInvalidNodesAndOtherVocabularies() {
        Graph graph = new Graph(Dialect.ONNX, "invalid");
        Value x = graph.input(ValueInfo.of("x", DataType.INT8, Shape.of(1)));
        ValueInfo out = ValueInfo.of("y", DataType.INT8, Shape.of(1));
        graph.setOutputs(List.of(SampleModels.add(graph, "Sigmoid", out, Attributes.NONE, x)));
        IllegalGraphException e = assertThrows(
                IllegalGraphException.class, () -> writer.toBytes(SampleModels.model(graph), WriteOptions.DEFAULT));
        assertTrue(e.getMessage().contains("Sigmoid(x)"), e.getMessage());
        Graph tflite = new Graph(Dialect.TFLITE, "tflite");
        assertThrows(
                IllegalArgumentException.class, () -> writer.toBytes(SampleModels.model(tflite), WriteOptions.DEFAULT));
    }

    @Test
    void refusesInMemoryWhatExceedsTheLimit() {
        Model model = SampleModels.sum(Tensor.splat(DataType.FLOAT32, Shape.of(1 << 30), 1));
        ConversionException e =
                assertThrows(ConversionException.class, () -> writer.toBytes(model, WriteOptions.DEFAULT));
        assertEquals(DiagnosticCode.TOO_LARGE, e.diagnostics().get(0).code());
        assertThrows(
                IllegalArgumentException.class,
                () -> writer.toBytes(model, WriteOptions.DEFAULT.withExternalData(true)));
    }

    @Test
    void streamsWeightsInSmallPieces() throws IOException {
        byte[] raw = new byte[1 << 22];
        Tensor bytes = Tensor.of(DataType.INT8, Shape.of(1 << 11, 1 << 11), Bytes.of(raw, "test"));
        Tensor permuted = bytes.permuted(1, 0).cast(DataType.FLOAT32).reshaped(Shape.of(1 << 22));
        Tensor splat = Tensor.splat(DataType.FLOAT32, Shape.of(1 << 24), 1);
        Message message = new Message().put(1, permuted).put(2, splat).put(3, "end");
        AtomicLong total = new AtomicLong();
        AtomicLong largest = new AtomicLong();
        message.writeTo(new ByteSink(piece -> {
            largest.accumulateAndGet(piece.remaining(), Math::max);
            total.addAndGet(piece.remaining());
            piece.position(piece.limit());
        }));
        assertEquals(message.size(), total.get());
        assertTrue(total.get() > (80 << 20), "bytes: " + total);
        assertTrue(largest.get() <= 1 << 18, "largest piece: " + largest);
    }

    @Test
    void sizesAreThoseOfTheBytes() throws ConversionException {
        for (Model model : List.of(SampleModels.attributes(), SampleModels.branches(), SampleModels.constants())) {
            Message message = OnnxMessages.of(model, java.util.Map.of("", 21), "", Optional.empty());
            byte[] bytes = writer.toBytes(model, WriteOptions.DEFAULT.withOpset(21));
            assertEquals(message.size(), bytes.length);
        }
        assertEquals(
                "ü".getBytes(StandardCharsets.UTF_8).length + 2,
                new Message().put(1, "ü").size());
    }
}
