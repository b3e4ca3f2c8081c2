package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.executor.Executor;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.exporter.onnx.OnnxWriter;
import dev.tfliteonnx.exporter.ort.OrtWriter;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.importer.ort.OrtReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.testmodels.RealModel;
import dev.tfliteonnx.testmodels.RealModels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What is written as {@code .ort} and read again computes, written as {@code .onnx}, what the model itself does. Files
 * that are cut off or have bits flipped are read, or refused by a diagnostic; nothing else happens. The number of changes
 * to each file is the property {@code ort.flips}, the seed is {@code test.seed}.
 */
class OrtReaderTest {
    @Test
    void whatIsReadFromOrtComputesTheSameAsOnnx() throws ConversionException {
        List<String> lost = new ArrayList<>();
        for (RealModel real : RealModels.all()) {
            Model model = converted(real);
            Model read = read(ort(model));
            read.main().verify();
            byte[] onnx = new OnnxWriter().toBytes(read, WriteOptions.DEFAULT);
            Model again = OnnxReader.read(Bytes.of(onnx, "onnx"), "onnx", Optional.empty())
                    .model();
            List<Tensor> inputs = real.runs().get(0).inputs();
            List<Tensor> expected = Executor.of(model.main()).run(inputs);
            List<Tensor> actual = Executor.of(again.main()).run(inputs);
            assertEquals(expected.size(), actual.size(), real.name());
            for (int i = 0; i < expected.size(); i++) {
                if (!same(expected.get(i), actual.get(i))) {
                    lost.add(real.name() + ": output " + i);
                }
            }
        }
        assertEquals(List.of(), lost);
    }

    @Test
    void whatIsReadIsWrittenAsItWas() throws ConversionException {
        for (RealModel real : RealModels.all()) {
            byte[] first = ort(converted(real));
            byte[] second = ort(read(first));
            assertArrayEquals(second, ort(read(second)), real.name());
        }
    }

    @Test
    void changedFilesAreReadOrRefused() throws ConversionException {
        long seed = Long.getLong("test.seed", 20_261_121L);
        int flips = Integer.getInteger("ort.flips", 200);
        Random random = new Random(seed);
        int refused = 0;
        for (RealModel real : RealModels.all()) {
            byte[] file = ort(converted(real));
            // weights come last, and changes to them change nothing else
            int head = Math.min(file.length, 1 << 14);
            for (int i = 0; i < flips; i++) {
                byte[] changed = file.clone();
                for (int bits = 1 + random.nextInt(3); bits > 0; bits--) {
                    changed[random.nextInt(head)] ^= (byte) (1 << random.nextInt(8));
                }
                refused += isRefused(changed) ? 1 : 0;
                refused += isRefused(Arrays.copyOf(file, random.nextInt(file.length))) ? 1 : 0;
            }
        }
        assertTrue(refused > 0, "no change was refused, seed " + seed);
    }

    @Test
    void otherFilesAreNoModels() {
        ConversionException e = assertThrows(ConversionException.class, () -> read(new byte[64]));
        assertEquals(DiagnosticCode.NOT_A_MODEL, e.diagnostics().get(0).code());
        assertThrows(ConversionException.class, () -> read(new byte[0]));
    }

    private static boolean same(Tensor a, Tensor b) {
        return a.type() == b.type() && a.shape().equals(b.shape()) && a.load().equals(b.load());
    }

    private static boolean isRefused(byte[] file) {
        try {
            read(file);
            return false;
        } catch (ConversionException e) {
            return true;
        }
    }

    private static Model converted(RealModel real) throws ConversionException {
        return Converter.convert(real.bytes(), real.name(), ConversionOptions.DEFAULT)
                .model();
    }

    private static byte[] ort(Model model) throws ConversionException {
        return new OrtWriter(true).toBytes(model, WriteOptions.DEFAULT);
    }

    private static Model read(byte[] file) throws ConversionException {
        return OrtReader.read(Bytes.of(file, "model"), "model").model();
    }
}
