package dev.tfliteonnx.checker.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

class NpyTest {
    @Test
    void whatIsWrittenIsRead() throws IOException {
        List<Tensor> tensors = List.of(
                Tensor.ofFloats(Shape.of(2, 3), 1, -2, 3.5f, Float.NaN, 0, Float.MAX_VALUE),
                Tensor.ofIntegers(DataType.INT8, Shape.of(4), -128, 127, 0, 1),
                Tensor.ofIntegers(DataType.UINT16, Shape.SCALAR, 65535),
                Tensor.ofIntegers(DataType.INT64, Shape.of(1, 0, 2)),
                Tensor.ofIntegers(DataType.BOOL, Shape.of(2), 1, 0));
        for (Tensor tensor : tensors) {
            byte[] file = Npy.write(tensor);
            Tensor back = Npy.read(file);
            assertEquals(tensor.type(), back.type());
            assertEquals(tensor.shape(), back.shape());
            assertEquals(tensor.load(), back.load());
        }
    }

    @Test
    void theHeaderIsThatOfNumPyAndAligned() throws IOException {
        byte[] file = Npy.write(Tensor.ofFloats(Shape.of(3), 1, 2, 3));
        String header = new String(file, 10, file.length - 12 - 10, StandardCharsets.ISO_8859_1);
        assertEquals("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", header.strip());
        assertEquals(0, (file.length - 12) % 64);
        assertEquals('\n', header.charAt(header.length() - 1));
    }

    @Test
    void columnOrderAndBigEndianNumbersAreTurned() throws IOException {
        // the columns of [[1, 2, 3], [4, 5, 6]] one after another, each number with its high byte first
        byte[] columns =
                file("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }", 0, 1, 0, 4, 0, 2, 0, 5, 0, 3, 0, 6);
        Tensor tensor = Npy.read(columns);
        assertEquals(Shape.of(2, 3), tensor.shape());
        assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6}, tensor.toLongs());
    }

    @Test
    void brokenFilesAreRefused() throws IOException {
        byte[] good = Npy.write(Tensor.ofFloats(Shape.of(3), 1, 2, 3));
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(IOException.class, () -> Npy.read(cut), "of " + length + " bytes");
        }
        byte[] text = file("{'descr': '<U5', 'fortran_order': False, 'shape': (1,), }");
        assertThrows(IOException.class, () -> Npy.read(text));
        byte[] huge = file("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999,), }");
        assertThrows(IOException.class, () -> Npy.read(huge));
    }

    @Test
    void anArchiveGivesItsArraysByName() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("a.npy"));
            zip.write(Npy.write(Tensor.ofLongs(7)));
            zip.putNextEntry(new ZipEntry("readme.txt"));
            zip.putNextEntry(new ZipEntry("b.npy"));
            zip.write(Npy.write(Tensor.ofLongs(8, 9)));
        }
        Map<String, Tensor> arrays = TensorFiles.readNpz(bytes.toByteArray());
        assertEquals(List.of("a", "b"), List.copyOf(arrays.keySet()));
        assertArrayEquals(new long[] {8, 9}, arrays.get("b").toLongs());
    }

    private static byte[] file(String header, int... elements) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        for (int element : elements) {
            out.write(element);
        }
        return out.toByteArray();
    }
}
