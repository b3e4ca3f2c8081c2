package dev.tfliteonnx.importer.tflite;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.ir.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForeignTest {
    @TempDir
    Path folder;

    private static Diagnostic refused(String start) {
        byte[] bytes = start.getBytes(StandardCharsets.ISO_8859_1);
        Diagnostic d = assertThrows(
                        ConversionException.class,
                        () -> TfliteReader.read(Bytes.of(bytes, ""), "x.tflite", Optional.empty()))
                .diagnostics()
                .get(0);
        assertEquals(DiagnosticCode.NOT_A_MODEL, d.code());
        assertEquals("x.tflite", d.where().file());
        return d;
    }

    @ParameterizedTest
    @CsvSource({
        "'PK\u0003\u0004rest', zip archive",
        "'LITERTLM\u0001\u0000', LiteRT-LM bundle",
        "'version https://git-lfs.github.com/spec/v1\noid sha256:00', Git LFS pointer",
        "'  <!DOCTYPE html><html>', web page",
        "'<html lang=en>', web page",
        "'\u0008\u0008\u0012\u0007pytorch', ONNX model",
        "' \u0000\u0000\u0000ORTM', ONNX Runtime model",
        "'\u001f\u008b\u0008\u0000', gzip",
        "'\u001c\u0000\u0000\u0000TFL2', old version",
        "'{\"error\": \"not found\"}', text"
    })
    void saysWhatItIs(String start, String what) {
        Diagnostic d = refused(start);
        assertTrue(d.reason().contains(what), d::reason);
        assertFalse(d.remedy().isEmpty());
    }

    @Test
    void saysWhatIsMissing() {
        assertEquals("it is empty", refused("").reason());
        assertEquals("it is only 3 bytes long", refused("\u0001\u0002\u0003").reason());
        assertEquals(
                "it lacks the letters TFL3 at byte 4",
                refused("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008").reason());
    }

    @Test
    void foldersAndMissingFilesAreTold() throws IOException {
        Diagnostic isFolder = assertThrows(ConversionException.class, () -> TfliteReader.read(folder))
                .diagnostics()
                .get(0);
        assertEquals(DiagnosticCode.NOT_A_MODEL, isFolder.code());
        assertEquals("it is a folder", isFolder.reason());
        Diagnostic isMissing = assertThrows(
                        ConversionException.class, () -> TfliteReader.read(folder.resolve("none.tflite")))
                .diagnostics()
                .get(0);
        assertEquals(DiagnosticCode.INPUT_FAILED, isMissing.code());
        Path empty = Files.createFile(folder.resolve("empty.tflite"));
        Diagnostic isEmpty = assertThrows(ConversionException.class, () -> TfliteReader.read(empty))
                .diagnostics()
                .get(0);
        assertEquals("it is empty", isEmpty.reason());
    }

    @Test
    void readsAFileFromDisk() throws IOException, ConversionException {
        Path path = Files.write(folder.resolve("relu.tflite"), TinyFile.relu().bytes());
        Import read = TfliteReader.read(path);
        assertEquals(1, read.model().main().size());
        assertTrue(read.warnings().isEmpty());
    }
}
