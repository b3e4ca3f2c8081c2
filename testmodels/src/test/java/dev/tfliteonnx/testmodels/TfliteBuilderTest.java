package dev.tfliteonnx.testmodels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.formats.tflite.BlockwiseQuantization;
import dev.tfliteonnx.formats.tflite.Buffer;
import dev.tfliteonnx.formats.tflite.BuiltinOperator;
import dev.tfliteonnx.formats.tflite.BuiltinOptions;
import dev.tfliteonnx.formats.tflite.BuiltinOptions2;
import dev.tfliteonnx.formats.tflite.Conv2DOptions;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.Operator;
import dev.tfliteonnx.formats.tflite.OperatorCode;
import dev.tfliteonnx.formats.tflite.QuantizationDetails;
import dev.tfliteonnx.formats.tflite.SparsityParameters;
import dev.tfliteonnx.formats.tflite.StableHLOCompositeOptions;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.formats.tflite.Uint8Vector;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TfliteBuilderTest {
    private static Model read(TfliteBuilder builder) {
        return Model.getRootAsModel(ByteBuffer.wrap(builder.build()));
    }

    private static byte[] data(Model model, int buffer) {
        ByteBuffer bytes = model.buffers(buffer).dataAsByteBuffer();
        byte[] out = new byte[bytes.remaining()];
        bytes.get(out);
        return out;
    }

    @Test
    void writesOptionsOperandsAndConstants() {
        TfliteBuilder m = TfliteBuilder.model().description("words");
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 4, 4, 1);
        TensorRef w = m.constant("w", Tensor.ofFloats(Shape.of(1, 1, 1, 1), 2.5f));
        Attributes options = Attributes.of(Tfl.PADDING, Padding.VALID)
                .with(Tfl.STRIDE_H, 2L)
                .with(Tfl.STRIDE_W, 3L)
                .with(Tfl.FUSED_ACTIVATION_FUNCTION, Activation.RELU6);
        TensorSpec output = TensorSpec.of(DataType.FLOAT32, 1, 2, 2, 1).named("y");
        TensorRef y = m.op("CONV_2D", options, output, x, w, TensorRef.ABSENT);
        m.outputs(y);

        Model model = read(m);
        assertEquals(3, model.version());
        assertEquals("words", model.description());
        SubGraph graph = model.subgraphs(0);
        Operator op = graph.operators(0);
        assertArrayEquals(new int[] {0, 1, -1}, new int[] {op.inputs(0), op.inputs(1), op.inputs(2)});
        assertEquals(BuiltinOptions.Conv2DOptions, op.builtinOptionsType());
        Conv2DOptions conv = (Conv2DOptions) op.builtinOptions(new Conv2DOptions());
        assertEquals(1, conv.padding());
        assertEquals(2, conv.strideH());
        assertEquals(3, conv.strideW());
        assertEquals(1, conv.dilationHFactor());
        assertEquals(3, conv.fusedActivationFunction());
        assertEquals("w", graph.tensors(1).name());
        assertEquals(0, graph.tensors(0).buffer());
        assertArrayEquals(new byte[] {0, 0, 0x20, 0x40}, data(model, (int)
                graph.tensors(1).buffer()));
        assertEquals(0, model.buffers(0).dataLength());
    }

    @Test
    void alignsConstantsTo16() {
        TfliteBuilder m = TfliteBuilder.model();
        for (int n = 1; n < 20; n++) {
            m.constant("", Tensor.ofIntegers(DataType.INT8, Shape.of(n), new long[n]));
        }
        Model model = read(m);
        ByteBuffer whole = ByteBuffer.wrap(m.build());
        for (int i = 1; i < model.buffersLength(); i++) {
            Buffer buffer = Model.getRootAsModel(whole).buffers(i);
            assertEquals(0, buffer.dataAsByteBuffer().position() % 16);
            assertEquals(i, buffer.dataLength());
        }
    }

    @Test
    void fillsBothFieldsOfAnOperatorCode() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 2);
        TensorRef y = m.op("TANH", x.spec().named("y"), x);
        TensorRef z = m.op("GELU", Attributes.NONE, x.spec().named("z"), y);
        m.add(OpSpec.custom("Mine")
                .version(7)
                .customOptions(new byte[] {1, 2, 3})
                .inputs(z)
                .outputs(x.spec()));
        m.op("TANH", x.spec(), z);

        Model model = read(m);
        assertEquals(3, model.operatorCodesLength());
        OperatorCode gelu = model.operatorCodes(1);
        assertEquals(127, gelu.deprecatedBuiltinCode());
        assertEquals(BuiltinOperator.GELU, gelu.builtinCode());
        OperatorCode mine = model.operatorCodes(2);
        assertEquals(BuiltinOperator.CUSTOM, mine.builtinCode());
        assertEquals("Mine", mine.customCode());
        assertEquals(7, mine.version());
        assertEquals(3, model.subgraphs(0).operators(2).customOptionsLength());
        assertEquals(BuiltinOptions.NONE, model.subgraphs(0).operators(0).builtinOptionsType());

        Model old = read(m.opcodes(TfliteBuilder.OpcodeStyle.ONLY_BYTE));
        assertEquals(28, old.operatorCodes(0).deprecatedBuiltinCode());
        assertEquals(0, old.operatorCodes(0).builtinCode());
    }

    @Test
    void writesOptionsOfTheSecondUnionAndSubgraphs() {
        TfliteBuilder m = TfliteBuilder.model();
        GraphBuilder body = m.graph("body");
        TensorRef a = body.input("a", DataType.FLOAT32, 1);
        body.outputs(a);
        TensorRef x = m.input("x", DataType.FLOAT32, 1);
        Attributes options = Attributes.of(Tfl.NAME, "some.name").with(Tfl.DECOMPOSITION_SUBGRAPH_INDEX, 1L);
        TensorRef y = m.op("STABLEHLO_COMPOSITE", options, x.spec().named("y"), x);
        m.outputs(y).signature("serve", m.main(), Map.of("in", x), Map.of("out", y));

        Model model = read(m);
        Operator op = model.subgraphs(0).operators(0);
        assertEquals(BuiltinOptions2.StableHLOCompositeOptions, op.builtinOptions2Type());
        StableHLOCompositeOptions table =
                (StableHLOCompositeOptions) op.builtinOptions2(new StableHLOCompositeOptions());
        assertEquals("some.name", table.name());
        assertEquals(1, table.decompositionSubgraphIndex());
        assertEquals("body", model.subgraphs(1).name());
        assertEquals("serve", model.signatureDefs(0).signatureKey());
        assertEquals("out", model.signatureDefs(0).outputs(0).name());
        assertEquals(1, model.signatureDefs(0).outputs(0).tensorIndex());
    }

    @Test
    void writesEveryKindOfQuantization() {
        TfliteBuilder m = TfliteBuilder.model();
        QuantParams perAxis = QuantParams.perAxis(new float[] {0.5f, 0.25f}, new long[] {0, 0}, 1);
        m.constant("w", Tensor.ofIntegers(DataType.INT4, Shape.of(1, 2), -8, 7), perAxis);
        TensorRef scales = m.constant("s", Tensor.splat(DataType.FLOAT16, Shape.of(1, 1), 0.5));
        m.tensor(TensorSpec.of(Tensor.ofIntegers(DataType.INT4, Shape.of(1, 32), new long[32]))
                .blockwise(scales, TensorRef.ABSENT, 32, 0));
        m.tensor(TensorSpec.of(DataType.INT8, 3).quantized(0.5, -3));

        Model model = read(m);
        SubGraph graph = model.subgraphs(0);
        assertEquals(1, graph.tensors(0).quantization().quantizedDimension());
        assertEquals(0.25f, graph.tensors(0).quantization().scale(1));
        assertArrayEquals(new byte[] {0x78}, data(model, (int) graph.tensors(0).buffer()));
        assertEquals(
                QuantizationDetails.BlockwiseQuantization,
                graph.tensors(2).quantization().detailsType());
        BlockwiseQuantization blocks =
                (BlockwiseQuantization) graph.tensors(2).quantization().details(new BlockwiseQuantization());
        assertEquals(1, blocks.scales());
        assertEquals(-1, blocks.zeroPoints());
        assertEquals(32, blocks.blockSize());
        assertEquals(-3, graph.tensors(3).quantization().zeroPoint(0));
    }

    @Test
    void putsBytesBehindTheFlatBuffer() {
        TfliteBuilder m = TfliteBuilder.model().metadata("buffer_location", new byte[] {1});
        TensorRef x = m.input("x", DataType.FLOAT32, 2);
        TensorRef w = m.tensor(TensorSpec.of(Tensor.ofFloats(Shape.of(2), 1, 2)).behind());
        m.op("ADD", Attributes.NONE, x.spec().named("y"), x, w);
        m.add(OpSpec.custom("Big")
                .customOptions(new byte[] {9, 8})
                .customOptionsBehind()
                .inputs(x)
                .outputs(x.spec()));

        byte[] file = m.build();
        Model model = Model.getRootAsModel(ByteBuffer.wrap(file));
        Buffer buffer =
                model.buffers((int) model.subgraphs(0).tensors(w.index()).buffer());
        assertEquals(8, buffer.size());
        assertEquals(0, buffer.offset() % 16);
        int at = Math.toIntExact(buffer.offset());
        assertArrayEquals(new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, 0x40}, Arrays.copyOfRange(file, at, at + 8));
        Operator big = model.subgraphs(0).operators(1);
        assertEquals(2, big.largeCustomOptionsSize());
        assertEquals(9, file[Math.toIntExact(big.largeCustomOptionsOffset())]);
        assertEquals("buffer_location", model.metadata(0).name());
    }

    @Test
    void namesOtherFiles() {
        TfliteBuilder m = TfliteBuilder.model();
        m.externalBuffer("a.bin", 0, 4, "");
        int id = m.externalBuffer("b.bin", 64, 8, "");
        m.tensor(TensorSpec.of(DataType.FLOAT32, 2).external(id));
        Model model = read(m);
        assertEquals(id, model.subgraphs(0).tensors(0).externalBuffer());
        assertEquals(id, model.externalBuffers(1).id());
        assertEquals(64, model.externalBuffers(1).offset());
        assertEquals(
                "b.bin",
                model.externalBufferGroups((int) model.externalBuffers(1).group())
                        .name());
    }

    @Test
    void writesStringsSparsityAndTheRestOfATensor() {
        TfliteBuilder m = TfliteBuilder.model();
        List<byte[]> texts = List.of("AB".getBytes(StandardCharsets.UTF_8), new byte[0]);
        m.constant("t", Tensor.ofStrings(Shape.of(2), texts));
        Sparsity sparsity = new Sparsity(
                Ints.of(0, 1),
                Ints.of(),
                List.of(
                        new Sparsity.Dense(2),
                        new Sparsity.Compressed(Ints.of(0, 1, 2), Ints.of(1, 0), Sparsity.Width.UINT8)));
        Tensor stored = Tensor.ofFloats(Shape.of(2), 1, 2);
        m.tensor(TensorSpec.of(DataType.FLOAT32, 2, 2).data(stored).sparse(sparsity));
        m.tensor(TensorSpec.of(DataType.FLOAT32, 1, 2)
                .signature(-1, 2)
                .variable()
                .unranked());

        Model model = read(m);
        SubGraph graph = model.subgraphs(0);
        byte[] strings = {2, 0, 0, 0, 16, 0, 0, 0, 18, 0, 0, 0, 18, 0, 0, 0, 'A', 'B'};
        assertArrayEquals(strings, data(model, (int) graph.tensors(0).buffer()));
        SparsityParameters read = graph.tensors(1).sparsity();
        assertEquals(2, read.dimMetadata(0).denseSize());
        Uint8Vector indices = (Uint8Vector) read.dimMetadata(1).arrayIndices(new Uint8Vector());
        assertEquals(1, indices.values(0));
        assertEquals(0, indices.values(1));
        assertEquals(-1, graph.tensors(2).shapeSignature(0));
        assertTrue(graph.tensors(2).isVariable());
        assertFalse(graph.tensors(2).hasRank());
    }

    @Test
    void refusesOptionsThatTheOperatorLacks() {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1);
        m.op("SOFTMAX", Attributes.of(Tfl.ALPHA, 1f), x.spec(), x);
        assertThrows(IllegalArgumentException.class, m::build);
        assertThrows(IllegalArgumentException.class, () -> OpSpec.of("CONV2D"));
    }

    @Test
    void breaksFilesInWaysThatAreNamed() {
        byte[] file = TfliteBuilder.model().build();
        List<Broken> cut = Broken.truncations(file, 5);
        assertEquals(5, cut.size());
        assertEquals(0, cut.get(0).bytes().length);
        Broken flipped = Broken.bitFlips(file, 1, SeededValues.fixed(3)).get(0);
        assertEquals(1, Long.bitCount(difference(file, flipped.bytes())));
        assertFalse(Model.ModelBufferHasIdentifier(
                ByteBuffer.wrap(Broken.identifier(file).bytes())));
        assertEquals(9, Broken.words(file, 9, SeededValues.fixed(3)).size());
    }

    private static long difference(byte[] a, byte[] b) {
        long bits = 0;
        for (int i = 0; i < a.length; i++) {
            bits |= (a[i] ^ b[i]) & 0xff;
        }
        return bits;
    }
}
