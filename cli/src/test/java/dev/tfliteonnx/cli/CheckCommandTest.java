package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.tflite.TfliteReader;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    @TempDir
    Path folder;

    private String model = "";

    @BeforeEach
    void write() throws IOException {
        Path file = folder.resolve("shapes.tflite");
        Files.write(file, DemoModel.load().bytes().toArray());
        model = file.toString();
    }

    @Test
    void aConversionIsCheckedInPlainJava() {
        Run run = Run.of("check", model, "--engine", "java", "--runs", "2");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("the reference executor against the reference executor, 2 runs"), run.out());
        assertTrue(run.out().contains("check passed"), run.out());
    }

    @Test
    void theRightConversionPassesAndAnotherFails() throws IOException, ConversionException {
        Path right = folder.resolve("shapes.onnx");
        assertEquals(0, Run.of("convert", model, "-o", right).code());
        Run same = Run.of("check", model, right, "--engine", "java");
        assertEquals(0, same.code(), same.err() + same.out());

        Path spoilt = folder.resolve("spoilt.tflite");
        Files.write(spoilt, withOtherWeights(Files.readAllBytes(Path.of(model))));
        Path wrong = folder.resolve("spoilt.onnx");
        assertEquals(0, Run.of("convert", spoilt, "-o", wrong).code());
        Run other = Run.of("check", model, wrong, "--engine", "java");
        assertEquals(5, other.code(), other.err() + other.out());
        assertTrue(other.out().contains("check FAILED"), other.out());
    }

    /** The file with the signs of its largest constant turned. */
    private byte[] withOtherWeights(byte[] file) throws ConversionException {
        Tensor largest = TfliteReader.read(Path.of(model)).model().main().constants().stream()
                .map(v -> v.constant().orElseThrow())
                .max(Comparator.comparingLong(Tensor::byteSize))
                .orElseThrow();
        byte[] weights = new byte[(int) largest.byteSize()];
        largest.load().get(weights);
        int at = indexOf(file, weights);
        assertTrue(at > 0);
        for (int i = at; i < at + weights.length; i++) {
            file[i] = (byte) -file[i];
        }
        return file;
    }

    private static int indexOf(byte[] whole, byte[] part) {
        for (int at = 0; at + part.length <= whole.length; at++) {
            if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }

    @Test
    void theWalkAlongTheTensorsNamesOperators() {
        Run run = Run.of("check", model, "--engine", "java", "--per-tensor", "--dequantize");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("CONV_2D #"), run.out());
        assertTrue(run.out().contains("tensors that both sides name"), run.out());
    }

    @Test
    void badOptionsAreUsageErrors() {
        assertEquals(2, Run.of("check").code());
        assertEquals(2, Run.of("check", model, "--runs", "0").code());
        assertEquals(2, Run.of("check", model, "--engine", "tpu").code());
        Run run = Run.of("check", model, "--input", "nothing=x.npy");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("no input \"nothing\""), run.err());
    }

    @Test
    void aModelIsRunAndItsOutputsAreWritten() throws IOException {
        Path out = folder.resolve("out");
        Run run = Run.of("run", model, "--engine", "java", "--output", out.toString());
        assertEquals(0, run.code(), run.err());
        try (var files = Files.list(out)) {
            assertEquals(1, files.filter(f -> f.toString().endsWith(".npy")).count());
        }
    }

    @Test
    void aProfileTellsTimesAndRanges() {
        Run run = Run.of("run", model, "--profile");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("CONV_2D"), run.out());
        assertTrue(run.out().contains("greatest") && run.out().contains("share"), run.out());
    }

    @Test
    void tensorsThatOnlyBecameUnsignedArePaired() throws IOException {
        Path quantized = Samples.write(folder.resolve("sums.tflite"), Samples.sums());
        Run run = Run.of("check", quantized, "--engine", "java", "--per-tensor");
        assertEquals(0, run.code(), run.err() + run.out());
        assertTrue(run.out().contains("none of them differs"), run.out());
        assertTrue(run.out().contains("ADD #0"), run.out());
        assertTrue(run.out().contains("ADD #1"), run.out());
    }
}
