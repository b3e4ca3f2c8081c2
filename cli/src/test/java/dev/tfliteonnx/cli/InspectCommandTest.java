package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InspectCommandTest {
    @TempDir
    Path folder = Path.of("");

    private Path model(byte[] bytes) throws IOException {
        return Samples.write(folder.resolve("model.tflite"), bytes);
    }

    @Test
    void showsWhatAModelHolds() throws IOException {
        Run run = Run.of("inspect", model(Samples.good()));
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("in   x_tensor  float32 [1,4]"), run.out());
        assertTrue(run.out().contains("signature serve\n  in   x  float32 [1,4]"), run.out());
        assertTrue(run.out().contains("weights  16 B  (float32 16 B)"), run.out());
        assertTrue(run.out().contains("operators  2\n  1  ADD      handled  #0  sum"), run.out());
        assertTrue(run.out().contains("The model can be converted."), run.out());
    }

    @Test
    void showsModelsThatCannotBeConverted() throws IOException {
        Run run = Run.of("inspect", model(Samples.custom("FlexUnicodeDecode", 2)));
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("2  CUSTOM FlexUnicodeDecode  refused TFO2007  #0  layer_0"), run.out());
        assertTrue(run.out().contains("TFO2007  CUSTOM FlexUnicodeDecode\n  reason  "), run.out());
        assertTrue(run.out().contains("The model cannot be converted."), run.out());
    }

    @Test
    void judgesOperatorsAsTheConversionDoes() throws IOException {
        Run run = Run.of("inspect", model(Samples.customs("FlexFloor", "FlexUnicodeDecode")));
        assertTrue(run.out().contains("CUSTOM FlexFloor          handled"), run.out());
        assertTrue(run.out().contains("CUSTOM FlexUnicodeDecode  refused TFO2007"), run.out());
        assertTrue(run.out().contains("The model cannot be converted."), run.out());
    }

    @Test
    void showsThemAsJson() throws IOException {
        Map<?, ?> good = JsonReader.object(
                Run.of("inspect", model(Samples.good()), "--json").out().strip());
        assertEquals(true, good.get("converts"));
        assertEquals((double) Samples.good().length, good.get("bytes"));
        assertEquals(Map.of("float32", 16.0), good.get("weight_bytes"));
        assertTrue(good.get("signatures") instanceof List<?> l && l.size() == 1);
        Map<?, ?> quantized = JsonReader.object(
                Run.of("inspect", model(Samples.quantized()), "--json").out().strip());
        assertTrue(
                quantized.toString().contains("quantization={scales=[0.5], zero_points=[0.0]"), quantized.toString());
        Map<?, ?> flex = JsonReader.object(Run.of("inspect", model(Samples.custom("FlexUnicodeDecode", 2)), "--json")
                .out()
                .strip());
        assertEquals(false, flex.get("converts"));
        assertTrue(flex.get("diagnostics") instanceof List<?> l && l.size() == 2);
    }

    @Test
    void showsWhatRunsAsIntegerKernels() throws IOException {
        Run moved = Run.of("inspect", model(Samples.quantized()), "--fusion");
        assertEquals(0, moved.code(), moved.err());
        assertTrue(moved.out().contains("1 of 1 quantized node (100 %) run as integer kernels"), moved.out());
        Run real = Run.of("inspect", model(Samples.good()), "--fusion", "--target", "cpu-arm", "--json");
        Map<?, ?> json = JsonReader.object(real.out().strip());
        assertEquals(0.0, json.get("nodes"));
        assertEquals(List.of(), json.get("exceptions"));
    }

    @Test
    void refusesWhatIsNoModel() throws IOException {
        Run run = Run.of("inspect", model(new byte[100]));
        assertEquals(3, run.code());
        assertTrue(run.err().startsWith("error TFO1001"), run.err());
        assertEquals(6, Run.of("inspect", folder.resolve("nowhere")).code());
        assertEquals(2, Run.of("inspect").code());
        assertEquals(2, Run.of("inspect", "a", "b").code());
    }
}
