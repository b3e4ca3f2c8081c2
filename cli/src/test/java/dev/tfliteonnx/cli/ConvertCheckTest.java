package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.checker.CheckResult;
import dev.tfliteonnx.checker.OutputCheck;
import dev.tfliteonnx.engines.Comparison;
import dev.tfliteonnx.engines.Tolerance;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code convert --check}. */
class ConvertCheckTest {
    @TempDir
    Path folder;

    @Test
    void whatHoldsIsWrittenAndTold() throws IOException {
        Path model = Samples.write(folder.resolve("a.tflite"), Samples.good());
        Path out = folder.resolve("a.onnx");
        Run run = Run.of("convert", model, "-o", out, "--check");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("check passed"), run.out());
        assertTrue(Files.exists(out));
        Run json = Run.of("convert", model, "-o", out, "--check", "--json", "--force");
        assertTrue(json.out().replaceAll("\\s", "").contains("\"check\":{\"holds\":true"), json.out());
    }

    @Test
    void severalAreCheckedEachByItself() throws IOException {
        Samples.write(folder.resolve("in/a.tflite"), Samples.good());
        Samples.write(folder.resolve("in/b.tflite"), Samples.quantized());
        Run run = Run.of("convert", folder.resolve("in"), "-o", folder.resolve("out"), "--check");
        assertEquals(0, run.code(), run.err());
        assertEquals(2, run.out().lines().filter(l -> l.contains("ok, checked")).count(), run.out());
    }

    @Test
    void nothingIsWrittenOfWhatCannotBeRun() throws IOException {
        Path model = Samples.write(folder.resolve("c.tflite"), Samples.custom("Nowhere", 1));
        Path out = folder.resolve("c.onnx");
        assertEquals(0, Run.of("convert", model, "-o", out, "--keep-custom-ops").code());
        Files.delete(out);
        Run run = Run.of("convert", model, "-o", out, "--keep-custom-ops", "--check");
        assertEquals(2, run.code(), run.out() + run.err());
        assertTrue(run.err().contains("TFO4003"), run.err());
        assertFalse(Files.exists(out));
    }

    @Test
    void whatDiffersIsShownAndFails() {
        Comparison far = Comparison.of(floats(1, 2), floats(1, 3), Tolerance.EXACT);
        OutputCheck output = new OutputCheck("y", "y", far, OptionalDouble.empty(), OutputCheck.Verdict.DIFFERENT);
        Job job = new Job(folder.resolve("d.tflite"), folder.resolve("d.onnx"));
        Outcome outcome = Outcome.differs(job, new CheckResult("TFLite", "ONNX Runtime", 3, List.of(output)), 1);
        assertEquals(5, outcome.exit().number());
        Run.Streams streams = new Run.Streams();
        new ConvertReport(streams.terminal(), WriteOptions.DEFAULT, false).print(List.of(outcome));
        assertTrue(streams.err().contains("check FAILED"), streams.err());
        assertTrue(streams.err().contains("nothing is written"), streams.err());
        assertTrue(ConvertReport.json(List.of(outcome), WriteOptions.DEFAULT)
                .replaceAll("\\s", "")
                .contains("\"holds\":false"));
    }

    private static Tensor floats(float... values) {
        return Tensor.ofFloats(Shape.of(values.length), values);
    }
}
