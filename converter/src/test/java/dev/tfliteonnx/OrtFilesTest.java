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
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Real models written as {@code .ort} compute in ONNX Runtime, bit for bit, what the same models written as {@code .onnx}
 * do when it does not optimize them. The smallest files are tried, one of each size, as many as the property {@code
 * ort.files} says.
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
        List<Path> files = Corpus.entries(folder).stream()
                .filter(Corpus.Entry::runs)
                .map(Corpus.Entry::path)
                .filter(Files::isRegularFile)
                .sorted(Comparator.comparingLong(OrtFilesTest::size).thenComparing(Comparator.naturalOrder()))
                .toList();
        List<String> lost = new ArrayList<>();
        Set<Long> sizes = new LinkedHashSet<>();
        int compared = 0;
        for (Path file : files) {
            if (compared < wanted && sizes.add(size(file))) {
                compared += compare(folder, file, lost);
            }
        }
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
        byte[] ort = new OrtWriter(true).toBytes(model, WriteOptions.DEFAULT);
        assertArrayEquals(ort, new OrtWriter(true).toBytes(model, WriteOptions.DEFAULT), "a second writing differs");
        List<Tensor> inputs;
        List<Tensor> expected;
        byte[] onnx = new dev.tfliteonnx.exporter.onnx.OnnxWriter().toBytes(model, WriteOptions.DEFAULT);
        try (Engine engine = AS_WRITTEN.open(onnx)) {
            inputs = new CorpusInputs(folder).make(engine.inputs(), 0);
            expected = engine.run(inputs);
        } catch (EngineException e) {
            return 0;
        }
        try (Engine engine = AS_WRITTEN.open(ort)) {
            List<Tensor> actual = engine.run(inputs);
            for (int i = 0; i < expected.size(); i++) {
                if (!same(expected.get(i), actual.get(i))) {
                    lost.add(file.getFileName() + ": output " + i + " differs");
                }
            }
        } catch (EngineException e) {
            lost.add(file.getFileName() + ": " + e.getMessage());
        }
        return 1;
    }

    private static boolean same(Tensor a, Tensor b) throws IOException {
        if (a.type() != b.type() || !a.shape().equals(b.shape())) {
            return false;
        }
        if (a.type() == DataType.STRING) {
            return java.util.Arrays.deepEquals(
                    a.toStrings().toArray(), b.toStrings().toArray());
        }
        return java.util.Arrays.equals(bytes(a), bytes(b));
    }

    private static byte[] bytes(Tensor tensor) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        tensor.writeTo(Channels.newChannel(out));
        return out.toByteArray();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
