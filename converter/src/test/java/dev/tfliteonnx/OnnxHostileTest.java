package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.ir.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Files that are cut off or have bits flipped are read, or refused by a diagnostic; nothing else happens. The number of
 * changes to each file is the property {@code onnx.flips}, the seed is {@code test.seed}.
 */
class OnnxHostileTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");
    private static final List<String> MODELS = List.of(
            "test_if_seq",
            "test_loop11",
            "test_scan9_sum",
            "test_optional_get_element_sequence",
            "test_lstm_with_peepholes",
            "test_conv_with_strides_and_asymmetric_padding",
            "test_constant",
            "test_softmax_axis_0_expanded",
            "test_strnormalizer_export_monday_casesensintive_lower",
            "test_resize_upsample_sizes_nearest");

    @Test
    void changedFilesAreReadOrRefused() throws Exception {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed: hostile files skipped");
        long seed = Long.getLong("test.seed", 20_261_121L);
        int flips = Integer.getInteger("onnx.flips", 60);
        Random random = new Random(seed);
        int refused = 0;
        for (byte[] file : files()) {
            for (int i = 0; i < flips; i++) {
                byte[] changed = file.clone();
                for (int bits = 1 + random.nextInt(3); bits > 0; bits--) {
                    changed[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
                }
                refused += isRefused(changed) ? 1 : 0;
                refused += isRefused(Arrays.copyOf(file, random.nextInt(file.length))) ? 1 : 0;
            }
        }
        assertTrue(refused > 0, "no change was refused, seed " + seed);
    }

    @Test
    void lengthsThatAreOnlyDeclaredAreNotBelieved() {
        // a graph of an initializer of 2^40 float elements, of which none is there
        byte[] tensor = {0x08, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x20, 0x10, 0x01};
        byte[] file = new byte[4 + tensor.length];
        file[0] = 0x3a;
        file[1] = (byte) (2 + tensor.length);
        file[2] = 0x2a;
        file[3] = (byte) tensor.length;
        System.arraycopy(tensor, 0, file, 4, tensor.length);
        ConversionException e = assertThrows(
                ConversionException.class, () -> OnnxReader.read(Bytes.of(file, "f"), "f", Optional.empty()));
        assertFalse(e.diagnostics().isEmpty());
    }

    private static boolean isRefused(byte[] file) {
        try {
            OnnxReader.read(Bytes.of(file, "changed"), "changed", Optional.empty());
            return false;
        } catch (ConversionException e) {
            return true;
        }
    }

    private static List<byte[]> files() throws Exception {
        List<byte[]> files = new ArrayList<>();
        for (String name : MODELS) {
            files.add(new OnnxWriter()
                    .toBytes(
                            OnnxReader.read(DATA.resolve(name).resolve("model.onnx"))
                                    .model(),
                            WriteOptions.DEFAULT));
        }
        return files;
    }
}
