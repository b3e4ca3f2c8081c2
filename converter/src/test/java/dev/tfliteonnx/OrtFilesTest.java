package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.engines.Engine;
import dev.tfliteonnx.engines.EngineException;
import dev.tfliteonnx.engines.Engines;
import dev.tfliteonnx.engines.OnnxRuntimeOptions;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Real models written as {@code .ort}, and these read and written as {@code .onnx} again, compute in ONNX Runtime, bit for
 * bit, what the same models written as {@code .onnx} do when it does not optimize them. The smallest files are tried, one
 * of each size, as many as the property {@code ort.files} says.
 */
class OrtFilesTest {
    private static final OnnxRuntimeOptions AS_WRITTEN =
            OnnxRuntimeOptions.exact().withLevel(OnnxRuntimeOptions.Level.NONE);

    @Test
    void realModelsComputeTheSameFromOrtAsFromOnnx() throws IOException, ConversionException {
        Path folder = Corpus.folder().orElse(null);
        assumeTrue(folder != null, "no corpus of models beside the checkout");
        assumeTrue(Engines.hasOnnxRuntime(), "no ONNX Runtime for this platform");
        int wanted = Integer.getInteger("ort.files", 12);
        List<String> lost = new ArrayList<>();
        int compared = 0;
        for (Path file : Corpus.distinctFiles(folder)) {
            if (compared < wanted) {
                compared += compare(folder, file, lost);
            }
        }
        System.out.println("real models: " + compared + " from .onnx to .ort to .onnx, " + lost.size() + " lost");
        assertEquals(List.of(), lost, compared + " files compared");
        assertTrue(compared > 0, "no file could be converted");
    }

    /** How many files were compared: 1, or 0 where there is no conversion or ONNX Runtime refuses the {@code .onnx}. */
    private static int compare(Path folder, Path file, List<String> lost) throws IOException, ConversionException {
        Model model;
        try {
            model = Converter.convert(file, ConversionOptions.DEFAULT).model();
        } catch (ConversionException e) {
            return 0;
        }
        byte[] onnx = new OnnxWriter().toBytes(model, WriteOptions.DEFAULT);
        List<Tensor> inputs;
        List<Tensor> expected;
        try (Engine engine = AS_WRITTEN.open(onnx)) {
            inputs = new CorpusInputs(folder).make(engine.inputs(), 0);
            expected = engine.run(inputs);
        } catch (EngineException e) {
            return 0;
        }
        byte[] ort = new OrtWriter(true).toBytes(model, WriteOptions.DEFAULT);
        assertArrayEquals(ort, new OrtWriter(true).toBytes(model, WriteOptions.DEFAULT), "a second writing differs");
        Model read = OnnxReader.read(Bytes.of(onnx, "onnx"), "onnx", Optional.empty())
                .model();
        byte[] ofOnnx = new OrtWriter(true).toBytes(read, WriteOptions.DEFAULT);
        Model again = OrtReader.read(Bytes.of(ofOnnx, "ort"), "ort").model();
        byte[] back = new OnnxWriter().toBytes(again, WriteOptions.DEFAULT);
        Map<String, byte[]> files = Map.of(".ort", ort, ".ort of .onnx", ofOnnx, ".onnx of .ort", back);
        files.forEach((kind, bytes) -> run(bytes, inputs, expected)
                .ifPresent(why -> lost.add(file.getFileName() + " as " + kind + ": " + why)));
        return 1;
    }

    /** What is wrong with what a file computes. */
    private static Optional<String> run(byte[] file, List<Tensor> inputs, List<Tensor> expected) {
        try (Engine engine = AS_WRITTEN.open(file)) {
            List<Tensor> actual = engine.run(inputs);
            for (int i = 0; i < expected.size(); i++) {
                if (!NodeTests.isEqual(expected.get(i), actual.get(i))) {
                    return Optional.of("output " + i + " differs");
                }
            }
            return Optional.empty();
        } catch (EngineException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }
}
