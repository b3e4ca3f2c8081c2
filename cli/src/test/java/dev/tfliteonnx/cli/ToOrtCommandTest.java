package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.testmodels.TensorRef;
import dev.tfliteonnx.testmodels.TensorSpec;
import dev.tfliteonnx.testmodels.TfliteBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ToOrtCommandTest {
    @TempDir
    Path folder = Path.of("");

    private Path tflite = Path.of("");

    @BeforeEach
    void model() throws IOException {
        tflite = Samples.write(folder.resolve("in").resolve("model.tflite"), Samples.good());
    }

    private Path in(String name) {
        return folder.resolve("in").resolve(name);
    }

    private static Graph read(Path file) throws ConversionException {
        return OrtReader.read(file).model().main();
    }

    @Test
    void writesBothStylesAndTheirConfigurations() throws IOException, ConversionException {
        Run run = Run.of("to-ort", tflite);
        assertEquals(0, run.code(), run.err());
        assertEquals("x", read(in("model.ort")).inputs().get(0).name());
        assertEquals(2, read(in("model.with_runtime_opt.ort")).size());
        String config = Files.readString(in("model.required_operators.config"));
        assertTrue(config.endsWith("\nai.onnx;13;Add,Softmax\n"), config);
        assertTrue(Files.exists(in("model.required_operators.with_runtime_opt.config")));
        assertTrue(run.out().contains("Converted 1/1 models successfully."), run.out());
    }

    @Test
    void takesTheFlagsOfThePythonTool() throws IOException {
        Path out = folder.resolve("out");
        Run run = Run.of(
                "to-ort",
                "--output_dir",
                out,
                "--optimization_style",
                "Fixed",
                "--enable_type_reduction",
                "--save_optimized_onnx_model",
                "--allow_conversion_failures",
                "--target_platform",
                "arm",
                tflite);
        assertEquals(0, run.code(), run.err());
        assertTrue(Files.exists(out.resolve("model.ort")));
        assertFalse(Files.exists(out.resolve("model.with_runtime_opt.ort")));
        assertTrue(Files.size(out.resolve("model.optimized.onnx")) > 0);
        String config = Files.readString(out.resolve("model.required_operators_and_types.config"));
        assertTrue(config.contains("Softmax{\"inputs\": {\"0\": [\"float\"]}}"), config);
    }

    @Test
    void stylesStandBehindOneAnother() {
        Run run = Run.of("to-ort", tflite, "--optimization_style", "Runtime", "Fixed");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().indexOf("with_runtime_opt") < run.out().indexOf("model.ort"), run.out());
        assertEquals(
                2, Run.of("to-ort", tflite, "--optimization_style", "Sometimes").code());
    }

    @Test
    void levelsStandInTheNames() {
        Run run = Run.of("to-ort", tflite, "--optimization-level", "basic", "--optimization-style", "Fixed");
        assertEquals(0, run.code(), run.err());
        assertTrue(Files.exists(in("model.basic.ort")));
        assertTrue(Files.exists(in("model.required_operators.basic.config")));
        assertEquals(2, Run.of("to-ort", tflite, "--optimization-level", "most").code());
    }

    @Test
    void leavesOutWhatItIsTold() throws IOException, ConversionException {
        TfliteBuilder m = TfliteBuilder.model();
        TensorRef x = m.input("x", DataType.FLOAT32, 1, 4);
        TensorSpec like = TensorSpec.of(DataType.FLOAT32, 1, 4);
        TensorRef gate = m.op("LOGISTIC", like.named("gate"), x);
        m.outputs(m.op("MUL", Attributes.NONE, like.named("y"), x, gate));
        Path file = Samples.write(in("gate.tflite"), m.build());
        assertEquals(0, Run.of("to-ort", file, "--optimization-style", "Fixed").code());
        assertEquals(1, read(in("gate.ort")).size());
        Run run = Run.of("to-ort", file, "--optimization-style", "Fixed", "--force", "--skip", "cleanup, quick-gelu");
        assertEquals(0, run.code(), run.err());
        assertEquals(2, read(in("gate.ort")).size());
    }

    @Test
    void searchesFoldersAndKeepsThem() throws IOException {
        Samples.write(in("deep").resolve("er.tflite"), Samples.quantized());
        Files.write(in("deep").resolve("old.optimized.onnx"), new byte[3]);
        Path out = folder.resolve("out");
        Run run = Run.of("to-ort", folder.resolve("in"), "--output-dir", out, "--optimization-style", "Fixed");
        assertEquals(0, run.code(), run.err());
        assertTrue(Files.exists(out.resolve("model.ort")));
        assertTrue(Files.exists(out.resolve("deep").resolve("er.ort")));
        assertTrue(Files.exists(out.resolve("required_operators.config")));
        assertTrue(run.out().contains("Converted 2/2 models successfully."), run.out());
    }

    @Test
    void goesOnAfterFailuresIfAllowed() throws IOException {
        Samples.write(in("broken.tflite"), new byte[100]);
        Path root = folder.resolve("in");
        Run stopped = Run.of("to-ort", root, "--optimization-style", "Fixed");
        assertEquals(3, stopped.code());
        assertFalse(Files.exists(in("required_operators.config")));
        Run run = Run.of("to-ort", root, "--optimization-style", "Fixed", "--allow-conversion-failures");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("Converted 1/2 models successfully."), run.out());
        assertTrue(run.err().contains("broken.tflite"), run.err());
        assertTrue(Files.exists(in("required_operators.config")));
    }

    @Test
    void overwritesOnlyIfForced() throws IOException {
        assertEquals(
                0, Run.of("to-ort", tflite, "--optimization-style", "Fixed").code());
        byte[] first = Files.readAllBytes(in("model.ort"));
        assertEquals(
                6, Run.of("to-ort", tflite, "--optimization-style", "Fixed").code());
        Run forced = Run.of("to-ort", tflite, "--optimization-style", "Fixed", "--force");
        assertEquals(0, forced.code(), forced.err());
        assertEquals(List.of(first.length), List.of(Files.readAllBytes(in("model.ort")).length));
    }

    @Test
    void saysWhatReplacesOptionsOfOlderVersions() {
        Run run = Run.of(
                "to-ort",
                tflite,
                "--use_nnapi",
                "--nnapi_partitioning_stop_ops",
                "Reshape",
                "--optimization-style=Fixed");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().contains("--use-nnapi: replaced by --optimization-style Runtime"), run.err());
        assertTrue(run.err().contains("ep.nnapi.partitioning_stop_ops to Reshape"), run.err());
    }

    @Test
    void namesWhatIsMissing() {
        assertEquals(6, Run.of("to-ort", in("nowhere.tflite")).code());
        Run empty = Run.of("to-ort", folder.resolve("in"), "--custom-op-library", in("none.so"));
        assertEquals(2, empty.code());
        assertTrue(empty.err().contains("no library of custom operators at"), empty.err());
        Run engine = Run.of("to-ort", tflite, "--engine", "python");
        assertEquals(2, engine.code());
        assertTrue(engine.err().contains("java or onnxruntime, not python"), engine.err());
        assertEquals(2, Run.of("to-ort").code());
        assertEquals(2, Run.of("to-ort", tflite, tflite).code());
    }

    @Test
    void libraryOfCustomOperatorsIsForTheNativeEngine() throws IOException {
        Files.write(in("ops.so"), new byte[1]);
        Run run = Run.of("to-ort", tflite, "--custom-op-library", in("ops.so"), "--optimization-style", "Fixed");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.err().contains("--custom-op-library: not loaded"), run.err());
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        Run loaded = Run.of("to-ort", tflite, "--custom-op-library", in("ops.so"), "--engine", "onnxruntime");
        assertEquals(3, loaded.code(), loaded.err());
        assertTrue(loaded.err().contains("ops.so"), loaded.err());
    }

    @Test
    void nativeEngineWritesWhatOnnxRuntimeWrites() throws IOException, ConversionException {
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        Run run = Run.of("to-ort", tflite, "--engine", "onnxruntime", "--save-optimized-onnx-model");
        assertEquals(0, run.code(), run.err());
        assertEquals("x", read(in("model.ort")).inputs().get(0).name());
        assertEquals(2, read(in("model.with_runtime_opt.ort")).size());
        assertTrue(Files.size(in("model.optimized.onnx")) > 0);
        String ours = Files.readString(in("model.required_operators.config"));
        assertEquals(6, Run.of("to-ort", tflite, "--engine", "onnxruntime").code());
        assertEquals(0, Run.of("to-ort", tflite, "--force").code());
        assertEquals(ours, Files.readString(in("model.required_operators.config")));
    }

    @Test
    void nativeEngineIsNamedWhereItIsMissing() {
        assumeFalse(Engines.hasOnnxRuntime(), "ONNX Runtime is on this class path");
        Run run = Run.of("to-ort", tflite, "--engine", "onnxruntime");
        assertEquals(2, run.code());
        assertTrue(run.err().contains("com.microsoft.onnxruntime:onnxruntime"), run.err());
    }

    @Test
    void convertGoesStraightToOrt() throws ConversionException {
        Run run = Run.of("convert", tflite, "-o", folder.resolve("straight.ort"));
        assertEquals(0, run.code(), run.err());
        assertEquals(2, read(folder.resolve("straight.ort")).size());
    }

    @Test
    void inspectShowsGraphs() throws ConversionException {
        Path onnx = folder.resolve("model.onnx");
        assertEquals(0, Run.of("convert", tflite, "-o", onnx).code());
        assertEquals(0, Run.of("to-ort", onnx, "--optimization-style", "Fixed").code());
        Run text = Run.of("inspect", folder.resolve("model.ort"));
        assertEquals(0, text.code(), text.err());
        assertTrue(text.out().contains("format  ONNX Runtime"), text.out());
        assertTrue(text.out().contains("opsets  ai.onnx 1"), text.out());
        assertTrue(text.out().contains("  in   x  float32 [1,4]"), text.out());
        assertTrue(text.out().contains("operators  2\n  1  Add"), text.out());
        Map<?, ?> json =
                JsonReader.object(Run.of("inspect", onnx, "--json").out().strip());
        assertEquals("onnx", json.get("format"));
        assertEquals(Map.of("Add", 1.0, "Softmax", 1.0), json.get("operators"));
        assertEquals(Map.of("float32", 16.0), json.get("weight_bytes"));
        assertEquals(6, Run.of("inspect", folder.resolve("nowhere.onnx")).code());
    }
}
