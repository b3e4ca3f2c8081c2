package dev.tfliteonnx.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
    @TempDir
    Path folder = Path.of("");

    private Path model = folder;

    @BeforeEach
    void writeModel() throws IOException {
        model = Samples.write(folder.resolve("in/model.tflite"), Samples.good());
    }

    private static void assertOnnx(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertTrue(bytes.length > 50 && bytes[0] == 8, file + " begins with the IR version");
        assertTrue(text.contains("Softmax") && text.contains("tflite-onnx"), file + " holds the operator");
    }

    @Test
    void writesBesideTheInputAndTells() throws IOException {
        Run run = Run.of("convert", model);
        assertEquals(0, run.code(), run.err());
        assertOnnx(folder.resolve("in/model.onnx"));
        assertEquals("", run.err());
        assertTrue(run.out().startsWith(model + " -> " + folder.resolve("in/model.onnx")), run.out());
        assertTrue(run.out().contains("operators   2 in, 2 nodes out"), run.out());
        assertFalse(run.out().contains("states"), run.out());
        assertTrue(run.out().contains("Transposes  0"), run.out());
        assertTrue(run.out().contains("opset       13"), run.out());
    }

    @Test
    void writesToTheFileOrFolderNamed() throws IOException {
        assertEquals(0, Run.of("convert", "-o", folder.resolve("a.onnx"), model).code());
        assertEquals(
                0,
                Run.of("convert", model, "--output", folder.resolve("new/deep")).code());
        assertOnnx(folder.resolve("a.onnx"));
        assertOnnx(folder.resolve("new/deep/model.onnx"));
        assertArrayEquals(
                Files.readAllBytes(folder.resolve("a.onnx")),
                Files.readAllBytes(folder.resolve("new/deep/model.onnx")));
    }

    @Test
    void searchesFoldersAndKeepsTheirShape() throws IOException {
        Samples.write(folder.resolve("in/sub/other.TFLITE"), Samples.quantized());
        Samples.write(folder.resolve("in/sub/readme.txt"), new byte[0]);
        Run run = Run.of("convert", folder.resolve("in"), "-o", folder.resolve("out"));
        assertEquals(0, run.code(), run.err());
        assertOnnx(folder.resolve("out/model.onnx"));
        assertTrue(Files.exists(folder.resolve("out/sub/other.onnx")));
        assertTrue(run.out().contains("2 of 2 converted"), run.out());
    }

    @Test
    void neverOverwritesUnlessForced() throws IOException {
        Path output = Files.writeString(folder.resolve("in/model.onnx"), "mine");
        Run refused = Run.of("convert", model);
        assertEquals(6, refused.code());
        assertTrue(refused.err().contains("TFO5001") && refused.err().contains("--force"), refused.err());
        assertEquals("mine", Files.readString(output));
        assertEquals(0, Run.of("convert", model, "--force").code());
        assertOnnx(output);
    }

    @Test
    void refusesTwoInputsThatWouldBecomeTheSameFile() throws IOException {
        Path twin = Samples.write(folder.resolve("twin/model.tflite"), Samples.good());
        Run run = Run.of("convert", model, twin, "-o", folder.resolve("out"));
        assertEquals(2, run.code());
        assertTrue(run.err().contains(model + " and " + twin + " would both become"), run.err());
        assertFalse(Files.exists(folder.resolve("out")));
    }

    @Test
    void convertsAFileNamedTwiceOnce() {
        Run run = Run.of("convert", model, model.getParent(), "-o", folder.resolve("out"));
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains(" -> "), run.out());
    }

    @Test
    void neverReplacesAnInput() throws IOException {
        Path odd = Samples.write(folder.resolve("odd.onnx"), Samples.good());
        Run run = Run.of("convert", odd, "--force");
        assertEquals(2, run.code());
        assertArrayEquals(Samples.good(), Files.readAllBytes(odd));
    }

    @Test
    void refusesAFileAsOutputOfSeveral() {
        assertEquals(
                2, Run.of("convert", folder, "-o", folder.resolve("x.onnx")).code());
        assertEquals(
                2,
                Run.of("convert", model, model, "-o", folder.resolve("x.onnx")).code());
        assertEquals(2, Run.of("convert", model, "-o", model).code());
    }

    @Test
    void refusesOptionsThatMakeNoSense() {
        assertEquals(2, Run.of("convert").code());
        assertEquals(2, Run.of("convert", model, "--quant", "int4").code());
        assertEquals(2, Run.of("convert", model, "--io", "int16").code());
        assertEquals(2, Run.of("convert", model, "--weights", "u4").code());
        assertEquals(2, Run.of("convert", model, "--fp16-weights", "drop").code());
        assertEquals(2, Run.of("convert", model, "--target", "cpu").code());
        assertEquals(
                2, Run.of("convert", model, "--quant", "qdq", "--dequantize").code());
        assertEquals(2, Run.of("convert", model, "--opset", "twelve").code());
        assertEquals(2, Run.of("convert", model, "--opset", "0").code());
        assertEquals(2, Run.of("convert", model, "--opset", "200").code());
        assertEquals(2, Run.of("convert", model, "--signature", "nobody").code());
        assertEquals(2, Run.of("convert", model, "--inputs-as-nchw", "nobody").code());
        assertEquals(2, Run.of("convert", model, "--outputs-as-nchw", "a,b").code());
        assertFalse(Files.exists(folder.resolve("in/model.onnx")));
    }

    @Test
    void namesInputsAfterTheSignatureUnlessToldOtherwise() throws IOException {
        Path named = folder.resolve("named.onnx");
        Path kept = folder.resolve("kept.onnx");
        assertEquals(
                0, Run.of("convert", model, "--signature", "serve", "-o", named).code());
        assertEquals(
                0, Run.of("convert", model, "--keep-tensor-names", "-o", kept).code());
        assertFalse(Files.readString(named, StandardCharsets.ISO_8859_1).contains("x_tensor"));
        assertTrue(Files.readString(kept, StandardCharsets.ISO_8859_1).contains("x_tensor"));
    }

    @Test
    void dropsQuantizationOnRequest() throws IOException {
        Path quantized = Samples.write(folder.resolve("q.tflite"), Samples.quantized());
        assertEquals(
                0,
                Run.of("convert", quantized, "-o", folder.resolve("a.onnx"), "--dequantize")
                        .code());
        assertEquals(
                0,
                Run.of("convert", quantized, "-o", folder.resolve("b.onnx"), "--quant", "float")
                        .code());
        assertEquals(
                0, Run.of("convert", quantized, "-o", folder.resolve("c.onnx")).code());
        assertArrayEquals(Files.readAllBytes(folder.resolve("a.onnx")), Files.readAllBytes(folder.resolve("b.onnx")));
        assertFalse(java.util.Arrays.equals(
                Files.readAllBytes(folder.resolve("a.onnx")), Files.readAllBytes(folder.resolve("c.onnx"))));
    }

    @Test
    void choosesTypesOfEdgesAndTargets() throws IOException {
        Path quantized = Samples.write(folder.resolve("q.tflite"), Samples.quantized());
        Path turned = folder.resolve("turned.onnx");
        Run run = Run.of("convert", quantized, "-o", turned, "--io", "uint8", "--target", "cpu-arm");
        assertEquals(0, run.code(), run.err());
        assertTrue(Files.readString(turned, StandardCharsets.ISO_8859_1).contains("tflite.quantization.x"));
        Run refused = Run.of("convert", quantized, "-o", turned, "--force", "--target", "coreml", "--quant", "qdq");
        assertEquals(2, refused.code());
        assertTrue(refused.err().contains("Core ML"), refused.err());
    }

    @Test
    void writesTheOpsetAskedFor() throws IOException {
        Run run = Run.of("convert", model, "--opset", "17");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("opset       17"), run.out());
    }

    @Test
    void writesWeightsBesideTheModelOnRequest() throws IOException {
        Path heavy = Samples.write(folder.resolve("heavy.tflite"), Samples.good(400));
        Run run = Run.of("convert", heavy, "--external-data", "--json");
        assertEquals(0, run.code(), run.err());
        Map<?, ?> file = files(run).get(0);
        assertTrue(file.get("written") instanceof List<?> written && written.size() == 2, run.out());
    }

    @Test
    void tellsWhatIsFedBackFromRunToRun() throws IOException {
        Path stateful = Samples.write(folder.resolve("s.tflite"), Samples.stateful());
        Run run = Run.of("convert", stateful);
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("states      1, fed back from one run to the next: "), run.out());
    }

    @Test
    void quietPrintsNothingWhenAllIsWell() {
        assertEquals(new Run(0, "", ""), Run.of("convert", model, "--quiet"));
    }

    @Test
    void tellsAsJson() throws IOException {
        Path bad = Samples.write(folder.resolve("in/bad.tflite"), Samples.custom("FlexUnicodeDecode", 2));
        Run run = Run.of("convert", model, bad, "--json");
        assertEquals(4, run.code());
        assertEquals("", run.err());
        Map<?, ?> good = files(run).get(0);
        assertEquals(model.toString(), good.get("input"));
        assertEquals(0.0, good.get("exit"));
        assertEquals(2.0, good.get("operators"));
        assertEquals((double) Samples.good().length, good.get("bytes_in"));
        assertEquals((double) Files.size(folder.resolve("in/model.onnx")), good.get("bytes_out"));
        Map<?, ?> refused = files(run).get(1);
        assertEquals(4.0, refused.get("exit"));
        assertFalse(refused.containsKey("output"));
        assertTrue(refused.get("diagnostics") instanceof List<?> list && list.size() == 2, run.out());
    }

    @SuppressWarnings("unchecked")
    private static List<Map<?, ?>> files(Run run) {
        return (List<Map<?, ?>>) java.util.Objects.requireNonNull(
                JsonReader.object(run.out().strip()).get("files"));
    }

    @Test
    void oneBadFileHoldsUpNoOtherAndDecidesTheExitCode() throws IOException {
        Path flex = Samples.write(folder.resolve("in/flex.tflite"), Samples.custom("FlexUnicodeDecode", 3));
        Path text = Samples.write(folder.resolve("in/text.tflite"), "hello".getBytes(StandardCharsets.US_ASCII));
        Run run = Run.of("convert", folder.resolve("in"));
        assertEquals(4, run.code());
        assertOnnx(folder.resolve("in/model.onnx"));
        assertFalse(Files.exists(folder.resolve("in/flex.onnx")) || Files.exists(folder.resolve("in/text.onnx")));
        assertTrue(run.out().contains("1 of 3 converted"), run.out());
        assertTrue(run.err().contains("TFO2007  CUSTOM FlexUnicodeDecode  in " + flex), run.err());
        assertTrue(run.err().contains("in " + text), run.err());
        assertTrue(run.fitsScreen(), run.err());
    }

    @Test
    void showsProgressToAPersonOnly() throws Exception {
        Samples.write(folder.resolve("in/second.tflite"), Samples.quantized());
        Run.Streams streams = new Run.Streams();
        String[] args = {"convert", folder.resolve("in").toString()};
        assertEquals(0, Main.run(args, streams.terminal(true)));
        assertTrue(streams.err().contains("1/2") && streams.err().contains("2/2"), streams.err());
    }

    @Test
    void tellsWhyNotAndPrintsGraphs() {
        Run run = Run.of("convert", model, "--force", "--why-not", "softmax", "--dump-after", "import,result");
        assertEquals(0, run.code(), run.err());
        assertTrue(run.out().contains("why not softmax: nothing else came near"), run.out());
        assertTrue(run.out().contains("after import:\ngraph main TFLITE"), run.out());
        assertTrue(run.out().contains("after result:\ngraph"), run.out());
        Run json = Run.of("convert", model, "--force", "--json", "--why-not", "softmax");
        assertTrue(json.out().contains("\"softmax\""), json.out());
    }

    @Test
    void rulesAndStagesThatDoNotExistAreErrors() {
        Run rule = Run.of("convert", model, "--force", "--why-not", "sofmax");
        assertTrue(rule.code() != 0 && rule.err().contains("there is no rule \"sofmax\""), rule.err());
        Run stage = Run.of("convert", model, "--force", "--dump-after", "nowhere");
        assertTrue(stage.code() != 0 && stage.err().contains("there is no stage \"nowhere\""), stage.err());
    }
}
