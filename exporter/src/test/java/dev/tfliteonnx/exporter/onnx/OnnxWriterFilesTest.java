package dev.tfliteonnx.exporter.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxWriterFilesTest {
    private final OnnxWriter writer = new OnnxWriter();

    @TempDir
    Path folder;

    private long files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }

    @Test
    void writesTheBytesItGivesInMemory() throws IOException, ConversionException {
        Path to = folder.resolve("m.onnx");
        assertEquals(List.of(to), writer.write(SampleModels.constants(), to, WriteOptions.DEFAULT));
        assertArrayEquals(writer.toBytes(SampleModels.constants(), WriteOptions.DEFAULT), Files.readAllBytes(to));
        assertEquals(1, files());
    }

    @Test
    void leavesNoFileWhenWeightsCannotBeMade() throws IOException {
        Path to = folder.resolve("m.onnx");
        Model model = failing();
        assertThrows(IllegalStateException.class, () -> writer.write(model, to, WriteOptions.DEFAULT));
        assertThrows(
                IllegalStateException.class,
                () -> writer.write(model, to, WriteOptions.DEFAULT.withExternalData(true)));
        assertEquals(0, files());
    }

    @Test
    void keepsTheOldFileWhenWeightsCannotBeMade() throws IOException {
        Path to = Files.writeString(folder.resolve("m.onnx"), "old");
        WriteOptions force = WriteOptions.DEFAULT.withForce(true);
        assertThrows(IllegalStateException.class, () -> writer.write(failing(), to, force));
        assertEquals("old", Files.readString(to));
        assertEquals(1, files());
    }

    private static Model failing() {
        Shape shape = Shape.of(1 << 16);
        Tensor fine = Tensor.splat(DataType.FLOAT32, shape, 1);
        Tensor broken = Tensor.computed(DataType.FLOAT32, shape, "test", () -> {
            throw new IllegalStateException("cannot be made");
        });
        return SampleModels.sums(List.of(fine, broken));
    }

    @Test
    void refusesToOverwriteEitherFile() throws IOException, ConversionException {
        Path to = folder.resolve("m.onnx");
        Model model = SampleModels.sum(Tensor.splat(DataType.FLOAT32, Shape.of(1 << 10), 1));
        WriteOptions external = WriteOptions.DEFAULT.withExternalData(true);
        Path data = Files.writeString(folder.resolve("m.onnx.data"), "old");
        ConversionException e = assertThrows(ConversionException.class, () -> writer.write(model, to, external));
        assertEquals(DiagnosticCode.OUTPUT_EXISTS, e.diagnostics().get(0).code());
        assertEquals(data.toString(), e.diagnostics().get(0).where().file());
        assertEquals(1, files());
        assertEquals(List.of(data, to), writer.write(model, to, external.withForce(true)));
        assertEquals(4096, Files.size(data));
    }
}
