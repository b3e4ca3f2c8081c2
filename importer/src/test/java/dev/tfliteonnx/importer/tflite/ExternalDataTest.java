package dev.tfliteonnx.importer.tflite;

import static dev.tfliteonnx.importer.tflite.TinyFile.ints;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.tflite.TensorType;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights in a file beside the model, which must lie in its folder. */
class ExternalDataTest {
    private static final long ID = 0x8000_0001L;

    @TempDir
    Path root;

    private static byte[] model(String weights, long offset, long length, String packing) {
        TinyFile file = new TinyFile();
        int c = file.tensor("c", t -> {
            t.type = TensorType.INT8;
            t.shape = ints(3);
            t.external = ID;
        });
        return file.external(ID, weights, offset, length, packing)
                .graph("g", ints(), ints(c))
                .bytes();
    }

    private Tensor read(byte[] model) throws ConversionException, IOException {
        Path folder = Files.createDirectories(root.resolve("model"));
        Path path = Files.write(folder.resolve("m.tflite"), model);
        return TfliteReader.read(path)
                .model()
                .main()
                .outputs()
                .get(0)
                .constant()
                .orElseThrow();
    }

    private void refused(DiagnosticCode code, String weights, String reason) {
        refused(code, model(weights, 1, 3, ""), reason);
    }

    private void refused(DiagnosticCode code, byte[] model, String reason) {
        ConversionException e = assertThrows(ConversionException.class, () -> read(model));
        assertEquals(code, e.diagnostics().get(0).code());
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    private Path put(String name) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        return Files.write(path, new byte[] {9, 1, 2, 3, 9});
    }

    @Test
    void readsFromTheModelsFolderAndBelow() throws ConversionException, IOException {
        put("model/w.bin");
        put("model/sub/w.bin");
        assertArrayEquals(new long[] {1, 2, 3}, read(model("w.bin", 1, 3, "")).toLongs());
        assertArrayEquals(
                new long[] {1, 2, 3}, read(model("sub/w.bin", 1, 3, "")).toLongs());
    }

    @Test
    void staysInsideTheFolder() throws IOException {
        Path outside = put("secret.bin");
        refused(DiagnosticCode.MISSING_DATA, "../secret.bin", "outside of the model's folder");
        refused(DiagnosticCode.MISSING_DATA, "x/../../secret.bin", "outside of the model's folder");
        refused(DiagnosticCode.MISSING_DATA, outside.toString(), "not named by a relative path");
        refused(DiagnosticCode.MISSING_DATA, "", "not named by a relative path");
        refused(DiagnosticCode.MISSING_DATA, ".", "not a regular file");
        refused(DiagnosticCode.MISSING_DATA, "none.bin", "cannot be found");
        refused(DiagnosticCode.MISSING_DATA, "a\0b", "not a path");
    }

    @Test
    void followsNoLinkOutOfTheFolder() throws IOException {
        Path outside = put("secret.bin");
        put("elsewhere/w.bin");
        Path folder = Files.createDirectories(root.resolve("model"));
        try {
            Files.createSymbolicLink(folder.resolve("link.bin"), outside);
            Files.createSymbolicLink(folder.resolve("dir"), root.resolve("elsewhere"));
        } catch (UnsupportedOperationException | IOException e) {
            assumeTrue(false, "links cannot be made here");
        }
        refused(DiagnosticCode.MISSING_DATA, "link.bin", "a link leads outside");
        refused(DiagnosticCode.MISSING_DATA, "dir/w.bin", "a link leads outside");
    }

    @Test
    void staysInsideTheWeights() throws IOException {
        put("model/w.bin");
        refused(DiagnosticCode.BROKEN_FILE, model("w.bin", 3, 3, ""), "there are 5");
        refused(DiagnosticCode.BROKEN_FILE, model("w.bin", -1, 3, ""), "there are 5");
        refused(DiagnosticCode.BROKEN_FILE, model("w.bin", 1, -3, ""), "there are 5");
        refused(DiagnosticCode.INVALID_MODEL, model("w.bin", 1, 2, ""), "too few");
        refused(DiagnosticCode.UNSUPPORTED_OPTION, model("w.bin", 1, 3, "tiles"), "tiles");
    }

    @Test
    void bytesWithoutAFolderHaveNothingBeside() {
        byte[] model = model("w.bin", 1, 3, "");
        ConversionException e = assertThrows(
                ConversionException.class, () -> TfliteReader.read(Bytes.of(model, ""), "m", Optional.empty()));
        assertEquals(DiagnosticCode.MISSING_DATA, e.diagnostics().get(0).code());
        assertEquals("m", e.diagnostics().get(0).where().file());
    }
}
