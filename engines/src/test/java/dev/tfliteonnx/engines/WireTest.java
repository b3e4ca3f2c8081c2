package dev.tfliteonnx.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WireTest {
    private static <T> byte[] written(T value, Wire.Writer<T> writer) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        writer.write(value, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static <T> T read(byte[] bytes, Wire.Reader<T> reader) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        T value = reader.read(in);
        assertEquals(-1, in.read());
        return value;
    }

    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RESOURCE", "VARIANT", "UNKNOWN", "FLOAT8_E4M3FN", "FLOAT8_E5M2"})
    void tensors(DataType type) throws IOException {
        TensorSpec spec = new TensorSpec("x", type, Shape.of(3, 1, 5), Optional.empty());
        Tensor tensor = SeededInputs.of(1).make(List.of(spec)).get(0);
        Tensor back = read(written(tensor, Wire::writeTensor), Wire::readTensor);
        assertEquals(type, back.type());
        assertEquals(tensor.shape(), back.shape());
        assertTrue(Comparison.of(back, tensor, Tolerance.EXACT).ok());
    }

    @Test
    void specs() throws IOException {
        Shape open = Shape.ofDims(List.of(Dim.unknown(), Dim.of(4), new Dim.Named("n")));
        QuantParams quant = QuantParams.perAxis(new float[] {0.5f, 2}, new long[] {3, -4}, 1);
        for (TensorSpec spec : List.of(
                new TensorSpec("größe", DataType.INT8, open, Optional.of(quant)),
                new TensorSpec("", DataType.BOOL, Shape.SCALAR, Optional.empty()))) {
            assertEquals(spec, read(written(spec, Wire::writeSpec), Wire::readSpec));
        }
    }

    @Test
    void options() throws IOException {
        for (EngineOptions options : List.of(
                TfliteOptions.of(Kernels.REFERENCE)
                        .withThreads(3)
                        .withSignature("serve")
                        .preservingAllTensors(),
                OnnxRuntimeOptions.exact()
                        .withConfig("a", "b")
                        .withLevel(OnnxRuntimeOptions.Level.NONE)
                        .savingOptimized(Path.of("x.ort")))) {
            assertEquals(options, read(written(options, Wire::writeOptions), Wire::readOptions));
        }
    }

    @Test
    void cutShort() throws IOException {
        byte[] bytes = written("text", Wire::writeText);
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        assertThrows(EOFException.class, () -> read(cut, Wire::readText));
    }
}
