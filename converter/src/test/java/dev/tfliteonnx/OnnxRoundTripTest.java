package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.ir.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every model of the node tests of ONNX is read, written, read and written again: what is written the second time must be
 * what was written the first time, byte for byte.
 */
class OnnxRoundTripTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");

    @Test
    void whatIsWrittenReadsAsItWas() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed: round trips skipped");
        Map<String, String> lost = new TreeMap<>();
        int passed = 0;
        for (Path folder : folders()) {
            String why = trip(folder.resolve("model.onnx"));
            if (why.isEmpty()) {
                passed++;
            } else {
                lost.put(String.valueOf(folder.getFileName()), why);
            }
        }
        System.out.println("ONNX round trips: " + passed + " passed, " + lost.size() + " lost");
        assertEquals(Map.of(), lost);
        assertTrue(passed > 0, "none passed");
    }

    private static String trip(Path file) {
        try {
            byte[] first = written(OnnxReader.read(file).model());
            byte[] second = written(OnnxReader.read(Bytes.of(first, "first"), "first", Optional.empty())
                    .model());
            return java.util.Arrays.equals(first, second) ? "" : "the second time something else is written";
        } catch (ConversionException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static byte[] written(dev.tfliteonnx.ir.Model model) throws ConversionException {
        return new OnnxWriter().toBytes(model, WriteOptions.DEFAULT);
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> list = Files.list(DATA)) {
            return new ArrayList<>(list.sorted().toList());
        }
    }
}
