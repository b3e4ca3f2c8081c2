package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.DiagnosticCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildConfigCommandTest {
    @TempDir
    Path folder = Path.of("");

    private Path config(String name, String lines) throws IOException {
        return Files.writeString(folder.resolve(name), lines);
    }

    @Test
    void mergesConfigurationsAndModels() throws IOException {
        Path model = Samples.write(folder.resolve("model.tflite"), Samples.good());
        assertEquals(0, Run.of("to-ort", "--optimization-style", "Fixed", model).code());
        Path ort = folder.resolve("model.ort");
        Path other = config("a.config", "# - a.ort\nai.onnx;13;Cast{\"inputs\": {\"0\": [\"bool\"]}}\n");
        Path merged = folder.resolve("all.config");
        Run run = Run.of("build-config", ort, other, "-o", merged, "--enable-type-reduction");
        assertEquals(0, run.code(), run.err());
        String text = Files.readString(merged);
        assertTrue(text.contains("# - " + ort + "\n# - a.ort\n"), text);
        assertTrue(text.contains("Cast{\"inputs\": {\"0\": [\"bool\"]}}"), text);
        assertTrue(text.contains("Softmax{\"inputs\": {\"0\": [\"float\"]}}"), text);
        assertEquals(
                ExitCode.of(DiagnosticCode.OUTPUT_EXISTS).number(),
                Run.of("build-config", ort, "-o", merged).code());
    }

    @Test
    void saysWhatABuildNeeds() throws IOException {
        Run run = Run.of("build-config", config("a.config", "# - a.ort\ncom.microsoft;1;FusedConv\n"));
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("operators of com.microsoft (1): FusedConv"), run.out());
        assertTrue(run.out().contains("--disable_ml_ops"), run.out());
    }

    @Test
    void brokenConfigurationsAreRefused() throws IOException {
        Run run = Run.of("build-config", config("a.config", "Conv\n"));
        assertTrue(run.err().contains("a.config") && run.err().contains("Conv"), run.err());
        assertTrue(run.code() > 0 && run.code() != ExitCode.INTERNAL.number(), "exit code " + run.code());
        assertEquals(ExitCode.USAGE.number(), Run.of("build-config").code());
    }
}
