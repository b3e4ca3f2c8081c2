package dev.tfliteonnx.importer.tflite;

import static dev.tfliteonnx.importer.tflite.TinyFile.ints;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.tflite.BlockwiseQuantization;
import dev.tfliteonnx.formats.tflite.DimensionMetadata;
import dev.tfliteonnx.formats.tflite.Int32Vector;
import dev.tfliteonnx.formats.tflite.MultiAxisQuantization;
import dev.tfliteonnx.formats.tflite.SparsityParameters;
import dev.tfliteonnx.formats.tflite.TensorType;
import dev.tfliteonnx.formats.tflite.Uint8Vector;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Data, quantization and sparsity of constants: each file gives one constant out. */
class ConstantsTest {
    private final TinyFile file = new TinyFile();

    private Value value(Consumer<TinyFile.Spec> spec) throws ConversionException {
        int c = file.tensor("c", spec);
        file.graph("g", ints(), ints(c));
        return TfliteReader.read(file.file(), "tiny.tflite", Optional.empty())
                .model()
                .main()
                .outputs()
                .get(0);
    }

    private Tensor constant(Consumer<TinyFile.Spec> spec) throws ConversionException {
        return value(spec).constant().orElseThrow();
    }

    private Diagnostic refused(DiagnosticCode code, Consumer<TinyFile.Spec> spec) {
        ConversionException e = assertThrows(ConversionException.class, () -> value(spec));
        Diagnostic first = e.diagnostics().get(0);
        assertEquals(code, first.code(), e::getMessage);
        assertTrue(first.where().tensors().contains("c"), e::getMessage);
        return first;
    }

    private static byte[] int32s(int... values) {
        ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        out.asIntBuffer().put(values);
        return out.array();
    }

    private static byte[] floats(float... values) {
        ByteBuffer out = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        out.asFloatBuffer().put(values);
        return out.array();
    }

    private static byte[] joined(byte[] a, byte[] b) {
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).array();
    }

    @Test
    void longerBuffersAreCutAndShorterRefused() throws ConversionException {
        int buffer = file.buffer(int32s(1, 2, 3));
        Tensor tensor = constant(t -> {
            t.type = TensorType.INT32;
            t.shape = ints(2);
            t.buffer = buffer;
        });
        assertArrayEquals(new long[] {1, 2}, tensor.toLongs());
        Diagnostic d = new ConstantsTest().shortBuffer();
        assertEquals("tensor number 0: its data cannot be read: 4 bytes are too few for INT32[2]", d.reason());
    }

    private Diagnostic shortBuffer() {
        int buffer = file.buffer(int32s(1));
        return refused(DiagnosticCode.INVALID_MODEL, t -> {
            t.type = TensorType.INT32;
            t.shape = ints(2);
            t.buffer = buffer;
        });
    }

    @Test
    void readsFourBitElements() throws ConversionException {
        int buffer = file.buffer((byte) 0xf1, (byte) 0x08);
        Tensor tensor = constant(t -> {
            t.type = TensorType.INT4;
            t.shape = ints(3);
            t.buffer = buffer;
        });
        assertArrayEquals(new long[] {1, -1, -8}, tensor.toLongs());
    }

    @Test
    void refusesUnknownTypesAndBuffers() {
        refused(DiagnosticCode.INVALID_MODEL, t -> t.type = 99);
        new ConstantsTest().refused(DiagnosticCode.BROKEN_FILE, t -> t.buffer = 44);
    }

    @Test
    void dataMayStandBehindTheFlatBuffer() throws ConversionException {
        int buffer = file.bufferAt(4, 4);
        Tensor tensor = constant(t -> {
            t.type = TensorType.UINT8;
            t.shape = ints(4);
            t.buffer = buffer;
        });
        assertArrayEquals(new long[] {'T', 'F', 'L', '3'}, tensor.toLongs());
    }

    @Test
    void offsetsMayNotLeaveTheFileNorWrap() {
        long[][] places = {{1 << 20, 4}, {4, 1 << 20}, {-8, 16}, {Long.MAX_VALUE, Long.MAX_VALUE}, {4, -1}};
        for (long[] place : places) {
            ConstantsTest test = new ConstantsTest();
            int buffer = test.file.bufferAt(place[0], place[1]);
            test.refused(DiagnosticCode.BROKEN_FILE, t -> t.buffer = buffer);
        }
    }

    @Test
    void offsetsOfZeroAndOneAreNone() throws ConversionException {
        int buffer = file.bufferAt(1, 400);
        int x = file.tensor("x", t -> {
            t.shape = ints(1);
            t.buffer = buffer;
        });
        file.graph("g", ints(x), ints(x));
        assertFalse(TfliteReader.read(file.file(), "t", Optional.empty())
                .model()
                .main()
                .outputs()
                .get(0)
                .isConstant());
    }

    @Test
    void decodesStrings() throws ConversionException {
        byte[] text = "ABC".getBytes(StandardCharsets.US_ASCII);
        int buffer = file.buffer(joined(int32s(3, 20, 22, 22, 23), text));
        Tensor tensor = constant(t -> {
            t.type = TensorType.STRING;
            t.shape = ints(3);
            t.buffer = buffer;
        });
        assertEquals(3, tensor.toStrings().size());
        assertEquals("AB", new String(tensor.toStrings().get(0), StandardCharsets.US_ASCII));
        assertEquals(0, tensor.toStrings().get(1).length);
        assertEquals("C", new String(tensor.toStrings().get(2), StandardCharsets.US_ASCII));
    }

    @Test
    void refusesBrokenStrings() {
        byte[][] broken = {
            int32s(1),
            int32s(-1, 8),
            int32s(Integer.MAX_VALUE, 8, 8),
            int32s(1, 4, 12),
            int32s(1, 12, 13),
            int32s(2, 16, 12, 16),
            int32s(0, 8)
        };
        for (byte[] bytes : broken) {
            ConstantsTest test = new ConstantsTest();
            int buffer = test.file.buffer(bytes);
            test.refused(DiagnosticCode.INVALID_MODEL, t -> {
                t.type = TensorType.STRING;
                t.shape = ints(1);
                t.buffer = buffer;
            });
        }
    }

    private Consumer<TinyFile.Spec> int8(int quant, int... shape) {
        int elements = 1;
        for (int size : shape) {
            elements *= size;
        }
        int buffer = file.buffer(new byte[elements]);
        return t -> {
            t.type = TensorType.INT8;
            t.shape = shape;
            t.buffer = buffer;
            t.quant = quant;
        };
    }

    @Test
    void readsQuantizationOfTensorsAndAxes() throws ConversionException {
        int whole = file.quant(new float[] {0.5f}, new long[] {-1}, 0);
        assertEquals(
                QuantParams.perTensor(0.5f, -1),
                value(int8(whole, 2, 3)).quant().orElseThrow());
        ConstantsTest axis = new ConstantsTest();
        int perAxis = axis.file.quant(new float[] {1, 2, 3}, new long[] {0, 0, 0}, 1);
        assertEquals(
                QuantParams.perAxis(new float[] {1, 2, 3}, new long[3], 1),
                axis.value(axis.int8(perAxis, 2, 3)).quant().orElseThrow());
    }

    @Test
    void aVectorHasOneAxisWhicheverIsNamed() throws ConversionException {
        int quant = file.quant(new float[] {1, 2, 3}, new long[3], 3);
        assertEquals(0, value(int8(quant, 3)).quant().orElseThrow().axis());
    }

    @Test
    void scalesOfZeroAndFloatsAreNotQuantized() throws ConversionException {
        int zero = file.quant(new float[] {0}, new long[] {0}, 0);
        assertTrue(value(int8(zero, 2)).quant().isEmpty());
        ConstantsTest floats = new ConstantsTest();
        int quant = floats.file.quant(new float[] {1}, new long[] {0}, 0);
        int buffer = floats.file.buffer(new byte[4]);
        assertTrue(floats.value(t -> {
                    t.shape = ints(1);
                    t.quant = quant;
                    t.buffer = buffer;
                })
                .quant()
                .isEmpty());
    }

    @Test
    void refusesQuantizationThatDoesNotFit() {
        float[][] scales = {{1, 2}, {1, 2}, {Float.NaN}, {-1}, {1, 2, 3}};
        long[][] zeroPoints = {{0, 0}, {0}, {0}, {0}, {0, 0, 0}};
        int[] axes = {1, 0, 0, 0, 2};
        for (int i = 0; i < axes.length; i++) {
            ConstantsTest test = new ConstantsTest();
            int quant = test.file.quant(scales[i], zeroPoints[i], axes[i]);
            test.refused(DiagnosticCode.INVALID_MODEL, test.int8(quant, 2, 3));
        }
    }

    private int scales(byte[] bytes, int... shape) {
        int buffer = file.buffer(bytes);
        return file.tensor("s" + bytes.length, t -> {
            t.shape = shape;
            t.buffer = buffer;
        });
    }

    @Test
    void readsBlocksAlongTheLastAxis() throws ConversionException {
        int scales = scales(floats(1, 2, 3, 4), 2, 2);
        int zeroBuffer = file.buffer((byte) 0, (byte) 1, (byte) 2, (byte) 3);
        int zeroPoints = file.tensor("z", t -> {
            t.type = TensorType.INT8;
            t.shape = ints(2, 2);
            t.buffer = zeroBuffer;
        });
        int details = BlockwiseQuantization.createBlockwiseQuantization(file.fbb, scales, zeroPoints, 4);
        QuantParams quant =
                value(int8(file.quantDetails((byte) 2, details), 2, 8)).quant().orElseThrow();
        assertEquals(QuantParams.blockwise(new float[] {1, 2, 3, 4}, new long[] {0, 1, 2, 3}, 1, 4), quant);
    }

    @Test
    void blocksWithoutZeroPointsAreSymmetric() throws ConversionException {
        for (int none : ints(-1, 0)) {
            ConstantsTest test = new ConstantsTest();
            int scales = test.scales(floats(1, 2), 2);
            int details = BlockwiseQuantization.createBlockwiseQuantization(test.file.fbb, scales, none, 4);
            QuantParams quant = test.value(test.int8(test.file.quantDetails((byte) 2, details), 8))
                    .quant()
                    .orElseThrow();
            assertTrue(quant.isSymmetric());
            assertEquals(4, quant.blockSize());
        }
    }

    @Test
    void refusesBlocksThatDoNotFit() {
        int[][] cases = {{0, -1, 3}, {0, -1, 8}, {9, -1, 4}, {0, 9, 4}, {0, -1, 0}, {0, -1, -4}};
        for (int[] c : cases) {
            ConstantsTest test = new ConstantsTest();
            test.scales(floats(1, 2), 2);
            int details = BlockwiseQuantization.createBlockwiseQuantization(test.file.fbb, c[0], c[1], c[2]);
            test.refused(DiagnosticCode.INVALID_MODEL, test.int8(test.file.quantDetails((byte) 2, details), 8));
        }
    }

    @Test
    void oneOfManyAxesIsPlainAndSeveralAreRefused() throws ConversionException {
        int scales = scales(floats(1, 2, 3), 3);
        int one = MultiAxisQuantization.createQuantizedDimensionsVector(file.fbb, ints(1));
        int details = MultiAxisQuantization.createMultiAxisQuantization(file.fbb, scales, -1, 0, one);
        QuantParams quant =
                value(int8(file.quantDetails((byte) 3, details), 2, 3)).quant().orElseThrow();
        assertEquals(QuantParams.perAxis(new float[] {1, 2, 3}, new long[3], 1), quant);

        ConstantsTest test = new ConstantsTest();
        int two = MultiAxisQuantization.createQuantizedDimensionsVector(test.file.fbb, ints(0, 1));
        int more = MultiAxisQuantization.createMultiAxisQuantization(test.file.fbb, 0, -1, 0, two);
        test.refused(DiagnosticCode.UNSUPPORTED_OPTION, test.int8(test.file.quantDetails((byte) 3, more), 2, 3));
    }

    private int denseLevel(int size) {
        return DimensionMetadata.createDimensionMetadata(file.fbb, (byte) 0, size, (byte) 0, 0, (byte) 0, 0);
    }

    private int sparseLevel(int[] segments, byte... indices) {
        int s = Int32Vector.createInt32Vector(file.fbb, Int32Vector.createValuesVector(file.fbb, segments));
        int i = Uint8Vector.createUint8Vector(file.fbb, Uint8Vector.createValuesVector(file.fbb, indices));
        return DimensionMetadata.createDimensionMetadata(file.fbb, (byte) 1, 0, (byte) 1, s, (byte) 3, i);
    }

    private Consumer<TinyFile.Spec> sparse(int[] order, int[] blocks, int[] levels, byte[] values, int... shape) {
        int o = SparsityParameters.createTraversalOrderVector(file.fbb, order);
        int b = SparsityParameters.createBlockMapVector(file.fbb, blocks);
        int l = SparsityParameters.createDimMetadataVector(file.fbb, levels);
        int sparsity = SparsityParameters.createSparsityParameters(file.fbb, o, b, l);
        int buffer = file.buffer(values);
        return t -> {
            t.type = TensorType.INT8;
            t.shape = shape;
            t.buffer = buffer;
            t.sparsity = sparsity;
        };
    }

    @Test
    void expandsSparseRows() throws ConversionException {
        int[] levels = {denseLevel(3), sparseLevel(ints(0, 2, 2, 3), (byte) 0, (byte) 3, (byte) 1)};
        Tensor tensor = constant(sparse(ints(0, 1), ints(), levels, new byte[] {5, 6, 7}, 3, 4));
        assertArrayEquals(new long[] {5, 0, 0, 6, 0, 0, 0, 0, 0, 7, 0, 0}, tensor.toLongs());
    }

    @Test
    void expandsSparseBlocks() throws ConversionException {
        // 2 x 4 in blocks of 1 x 2: row 0 holds its second block, row 1 its first
        int[] levels = {denseLevel(2), sparseLevel(ints(0, 1, 2), (byte) 1, (byte) 0), denseLevel(2)};
        Tensor tensor = constant(sparse(ints(0, 1, 2), ints(1), levels, new byte[] {1, 2, 3, 4}, 2, 4));
        assertArrayEquals(new long[] {0, 0, 1, 2, 3, 4, 0, 0}, tensor.toLongs());
    }

    @Test
    void expandsInAnotherOrderOfAxes() throws ConversionException {
        int[] levels = {denseLevel(3), sparseLevel(ints(0, 1, 1, 2), (byte) 1, (byte) 0)};
        Tensor tensor = constant(sparse(ints(1, 0), ints(), levels, new byte[] {8, 9}, 2, 3));
        assertArrayEquals(new long[] {0, 0, 9, 8, 0, 0}, tensor.toLongs());
    }

    @Test
    void refusesSparsityThatDoesNotFit() {
        byte[] three = {1, 2, 3};
        byte[] indices = {0, 3, 1};
        int[][] segments = {{0, 2, 2}, {0, 2, 1, 3}, {1, 2, 2, 3}, {0, 2, 2, 4}, {0, 1, 2, 3}};
        int[][] orders = {{0, 1}, {0, 1}, {0, 1}, {0, 1}, {1, 1}};
        for (int i = 0; i < orders.length; i++) {
            ConstantsTest test = new ConstantsTest();
            int[] levels = {test.denseLevel(3), test.sparseLevel(segments[i], indices)};
            test.refused(DiagnosticCode.INVALID_MODEL, test.sparse(orders[i], ints(), levels, three, 3, 4));
        }
        ConstantsTest few = new ConstantsTest();
        int[] levels = {few.denseLevel(3), few.sparseLevel(ints(0, 2, 2, 3), indices)};
        few.refused(DiagnosticCode.INVALID_MODEL, few.sparse(ints(0, 1), ints(), levels, new byte[2], 3, 4));
        ConstantsTest outside = new ConstantsTest();
        int[] wide = {outside.denseLevel(3), outside.sparseLevel(ints(0, 2, 2, 3), indices)};
        outside.refused(DiagnosticCode.INVALID_MODEL, outside.sparse(ints(0, 1), ints(), wide, three, 3, 3));
    }

    @Test
    void refusesToExpandALittleToALot() {
        int huge = 1 << 28;
        int[] levels = {sparseLevel(ints(0, 1), (byte) 0)};
        refused(DiagnosticCode.INVALID_MODEL, sparse(ints(0), ints(), levels, new byte[] {1}, huge));
    }
}
