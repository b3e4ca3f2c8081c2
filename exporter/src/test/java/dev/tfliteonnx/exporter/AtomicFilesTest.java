package dev.tfliteonnx.exporter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.exporter.AtomicFiles.Content;
import dev.tfliteonnx.exporter.AtomicFiles.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {
    @TempDir
    Path folder;

    private static Content text(String text) {
        return out -> out.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void assertFiles(String... names) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<String> found =
                    files.map(f -> f.getFileName().toString()).sorted().toList();
            assertEquals(List.of(names), found);
        }
    }

    private static DiagnosticCode code(ConversionException e) {
        return e.diagnostics().get(0).code();
    }

    @Test
    void writesSeveralFiles() throws IOException, ConversionException {
        Path a = folder.resolve("a");
        Path b = folder.resolve("b");
        AtomicFiles.write(List.of(new Output(a, text("1")), new Output(b, text("2"))), false);
        assertFiles("a", "b");
        assertEquals("1", Files.readString(a));
        assertEquals("2", Files.readString(b));
        AtomicFiles.write(List.of(new Output(a, text("3")), new Output(b, text("4"))), true);
        assertFiles("a", "b");
        assertEquals("3", Files.readString(a));
        assertEquals("4", Files.readString(b));
    }

    @Test
    void overwritesOnlyWhenForced() throws IOException {
        Path a = Files.writeString(folder.resolve("a"), "old");
        Path b = folder.resolve("b");
        ConversionException e = assertThrows(
                ConversionException.class,
                () -> AtomicFiles.write(List.of(new Output(b, text("new")), new Output(a, text("new"))), false));
        assertEquals(DiagnosticCode.OUTPUT_EXISTS, code(e));
        assertEquals("old", Files.readString(a));
        assertFiles("a");
    }

    @Test
    void leavesNothingWhenContentFails() throws IOException {
        Path a = Files.writeString(folder.resolve("a"), "old");
        Path b = folder.resolve("b");
        Content half = out -> {
            text("half").writeTo(out);
            throw new IOException("no room");
        };
        ConversionException e = assertThrows(
                ConversionException.class,
                () -> AtomicFiles.write(List.of(new Output(a, text("new")), new Output(b, half)), true));
        assertEquals(DiagnosticCode.OUTPUT_FAILED, code(e));
        assertTrue(e.getMessage().contains("no room"), e.getMessage());
        Content broken = out -> {
            text("half").writeTo(out);
            throw new IllegalStateException("bug");
        };
        assertThrows(IllegalStateException.class, () -> AtomicFiles.write(List.of(new Output(a, broken)), true));
        assertEquals("old", Files.readString(a));
        assertFiles("a");
    }

    @Test
    void restoresWhatTookItsPlaceBeforeAFailure() throws IOException {
        Path a = Files.writeString(folder.resolve("a"), "old");
        Path b = folder.resolve("b");
        Path c = folder.resolve("c");
        // while c is written a folder appears in its place, which is noticed only after a and b were placed
        Content blocksItself = out -> {
            text("new").writeTo(out);
            Files.createDirectory(c);
        };
        ConversionException e = assertThrows(
                ConversionException.class,
                () -> AtomicFiles.write(
                        List.of(new Output(a, text("new")), new Output(b, text("new")), new Output(c, blocksItself)),
                        true));
        assertEquals(DiagnosticCode.OUTPUT_FAILED, code(e));
        assertEquals("old", Files.readString(a));
        assertFiles("a", "c");
    }

    @Test
    void noticesAFileThatAppearsMeanwhile() throws IOException {
        Path a = folder.resolve("a");
        Content meanwhile = out -> Files.writeString(a, "other");
        ConversionException e = assertThrows(
                ConversionException.class, () -> AtomicFiles.write(List.of(new Output(a, meanwhile)), false));
        assertEquals(DiagnosticCode.OUTPUT_EXISTS, code(e));
        assertEquals("other", Files.readString(a));
        assertFiles("a");
    }

    @Test
    void refusesPlacesThatCannotBeWritten() throws IOException {
        Path here = Files.createDirectory(folder.resolve("here"));
        Path file = Files.writeString(folder.resolve("file"), "");
        for (Path to : List.of(folder.resolve("none/a"), here, file.resolve("a"))) {
            ConversionException e = assertThrows(
                    ConversionException.class, () -> AtomicFiles.write(List.of(new Output(to, text(""))), true));
            assertEquals(DiagnosticCode.OUTPUT_FAILED, code(e), to.toString());
        }
        assertFiles("file", "here");
    }
}
