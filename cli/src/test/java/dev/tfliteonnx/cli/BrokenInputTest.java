package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.testmodels.Broken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be converted gives one screen with code, reason and remedy, and no file. */
class BrokenInputTest {
    @TempDir
    Path folder = Path.of("");

    private Run convert(byte[] bytes) throws IOException {
        Path file = Samples.write(folder.resolve("model.tflite"), bytes);
        return Run.of("convert", file);
    }

    private void assertRefused(Run run, int exit, String code) throws IOException {
        assertEquals(exit, run.code(), run.err());
        assertEquals("", run.out());
        assertTrue(run.err().startsWith("error " + code + "  "), run.err());
        assertTrue(run.err().contains("\n  reason  "), run.err());
        assertTrue(run.err().stripTrailing().endsWith("see: tflite-onnx explain " + code), run.err());
        assertTrue(run.fitsScreen(), run.err());
        try (Stream<Path> files = Files.walk(folder)) {
            assertTrue(files.filter(Files::isRegularFile)
                    .map(Path::toString)
                    .noneMatch(f -> f.endsWith(".onnx") || f.endsWith(".tmp")));
        }
    }

    @Test
    void truncatedFile() throws IOException {
        byte[] good = Samples.good();
        assertRefused(convert(Arrays.copyOf(good, good.length / 2)), 3, "TFO1002");
    }

    @Test
    void flippedOffset() throws IOException {
        byte[] flipped = Broken.overwritten(Samples.good(), 3, (byte) 0x7f).bytes();
        assertRefused(convert(flipped), 3, "TFO1002");
    }

    @Test
    void textFile() throws IOException {
        String page = "<!DOCTYPE html><html><body>404: not found</body></html>";
        Run run = convert(page.getBytes(StandardCharsets.US_ASCII));
        assertRefused(run, 3, "TFO1001");
        assertTrue(run.err().contains("\n  remedy  "), run.err());
    }

    @Test
    void emptyFile() throws IOException {
        assertRefused(convert(new byte[0]), 3, "TFO1001");
    }

    @Test
    void missingFile() throws IOException {
        Run run = Run.of("convert", folder.resolve("nowhere.tflite"));
        assertRefused(run, 6, "TFO5003");
        assertTrue(run.err().contains("nowhere.tflite") && run.err().contains("\n  remedy  "), run.err());
    }

    @Test
    void folderWithoutModels() throws IOException {
        Files.createDirectories(folder.resolve("saved_model/variables"));
        Files.writeString(folder.resolve("saved_model/saved_model.pb"), "");
        Run run = Run.of("convert", folder.resolve("saved_model"));
        assertRefused(run, 3, "TFO1001");
        assertTrue(run.err().contains("\n  remedy  name the model file itself"), run.err());
    }

    @Test
    void flexOperator() throws IOException {
        Run run = convert(Samples.custom("FlexUnicodeDecode", 6));
        assertRefused(run, 4, "TFO2007");
        assertTrue(run.err().contains("CUSTOM FlexUnicodeDecode  #0  \"layer_0\""), run.err());
        assertTrue(run.err().contains("\n  remedy  "), run.err());
        assertTrue(
                run.err()
                        .contains(
                                "also    5 more of the same kind: #1 \"layer_1\", #2 \"layer_2\", #3 \"layer_3\", ..."),
                run.err());
    }

    @Test
    void modelCompiledForTheEdgeTpu() throws IOException {
        Run run = convert(Samples.custom("edgetpu-custom-op", 1));
        assertRefused(run, 4, "TFO2008");
        assertTrue(run.err().contains("_edgetpu"), run.err());
    }

    @Test
    void manyProblemsStayOnOneScreen() throws IOException {
        Run run = convert(Samples.manyCustoms(100));
        assertRefused(run, 4, "TFO2006");
        assertTrue(run.err().lines().anyMatch(l -> l.matches("and \\d\\d more kinds")), run.err());
    }

    @Test
    void namesCannotSteerTheTerminal() throws IOException {
        Run run = convert(Samples.custom("evil\u001b[2Jop\u202e", 1));
        assertEquals(4, run.code());
        assertTrue(run.err().contains("evil?[2Jop?"), run.err());
        assertTrue(run.err().indexOf('\u001b') < 0);
    }

    @Test
    void outputFolderThatIsAFile() throws IOException {
        Path model = Samples.write(folder.resolve("model.tflite"), Samples.good());
        Path file = Files.writeString(folder.resolve("file"), "");
        Run run = Run.of("convert", model, "-o", file.resolve("below/x.onnx"));
        assertRefused(run, 6, "TFO5002");
    }
}
