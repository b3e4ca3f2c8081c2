package dev.tfliteonnx.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The node tests of ONNX, as Debian's package libonnx-testdata has them: each has a model of one operator, inputs, and the
 * outputs that the specification's reference gives for them.
 */
class OnnxNodeTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");
    private static final double RELATIVE = 1e-3;
    private static final double ABSOLUTE = 1e-7;

    /** Tests that are not run, by how their names start, and why. */
    private static final Map<String, String> LEFT_OUT = Map.ofEntries(
            Map.entry("test_adagrad", "trains"),
            Map.entry("test_adam", "trains"),
            Map.entry("test_momentum", "trains"),
            Map.entry("test_nesterov_momentum", "trains"),
            Map.entry("test_bernoulli", "random"),
            Map.entry("test_training_dropout", "random, but for ratio 0"),
            Map.entry("test_identity_opt", "no optional values"),
            Map.entry("test_if_opt", "no optional values"),
            Map.entry("test_loop16_seq_none", "no optional values"),
            Map.entry("test_optional", "no optional values"),
            Map.entry("test_identity_sequence", "no sequences"),
            Map.entry("test_if_seq", "no sequences"),
            Map.entry("test_loop13_seq", "no sequences"),
            Map.entry("test_sequence", "no sequences"),
            Map.entry("test_scan_sum", "Scan of opset 8, which has a batch axis"),
            Map.entry("test_cast_FLOAT_to_BFLOAT16", "the data is cut off, where the specification rounds"),
            Map.entry("test_castlike_BFLOAT16_to_FLOAT", "the second input is [1] in the data, [3,4] in the model"),
            Map.entry("test_castlike_FLOAT_to_BFLOAT16", "the second input is [1] in the data, [3,4] in the model"),
            Map.entry("test_strnormalizer", "no text operators"),
            Map.entry("test_tfidfvectorizer", "no text operators"));

    /** Tests that run although their names start like some that do not. */
    private static final Set<String> RUN =
            Set.of("test_training_dropout_zero_ratio", "test_training_dropout_zero_ratio_mask");

    /** How many tests of the 932 in version 1.12.0 of the package are left out. */
    private static final int MOST_LEFT_OUT = 60;

    @Test
    void everyNodeTestThatIsNotLeftOutPasses() throws IOException {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed: node tests skipped");
        Map<String, String> failed = new TreeMap<>();
        int passed = 0;
        int leftOut = 0;
        for (Path folder : folders()) {
            String name = folder.getFileName().toString();
            if (!RUN.contains(name) && LEFT_OUT.keySet().stream().anyMatch(name::startsWith)) {
                leftOut++;
                continue;
            }
            String why = run(folder);
            if (why.isEmpty()) {
                passed++;
            } else {
                failed.put(name, why);
            }
        }
        System.out.println(
                "ONNX node tests: " + passed + " passed, " + failed.size() + " failed, " + leftOut + " left out");
        assertEquals(Map.of(), failed);
        assertTrue(leftOut <= MOST_LEFT_OUT, leftOut + " left out");
        assertTrue(passed > 0, "none passed");
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> list = Files.list(DATA)) {
            return list.sorted().toList();
        }
    }

    /** Empty if the test passes, else what is wrong. */
    private static String run(Path folder) throws IOException {
        Graph graph = OnnxTestReader.model(Files.readAllBytes(folder.resolve("model.onnx")));
        graph.verify();
        List<Tensor> inputs = tensors(folder, "input_", graph.inputs());
        List<Tensor> expected = tensors(folder, "output_", graph.outputs());
        List<Tensor> actual;
        try {
            actual = Executor.of(graph).run(inputs);
        } catch (NoKernelException | NodeFailedException e) {
            return String.valueOf(e.getMessage());
        }
        if (actual.size() != expected.size()) {
            return actual.size() + " outputs instead of " + expected.size();
        }
        for (int i = 0; i < actual.size(); i++) {
            String difference = difference(expected.get(i), actual.get(i));
            if (!difference.isEmpty()) {
                return "output " + i + ": " + difference;
            }
        }
        return "";
    }

    private static List<Tensor> tensors(Path folder, String prefix, List<Value> values) throws IOException {
        List<Tensor> tensors = new ArrayList<>();
        Path data = folder.resolve("test_data_set_0");
        for (int i = 0; Files.exists(data.resolve(prefix + i + ".pb")); i++) {
            Tensor tensor = OnnxTestReader.tensor(Files.readAllBytes(data.resolve(prefix + i + ".pb")));
            DataType wanted = values.get(i).type();
            // the data files give bfloat16 as its bits, because NumPy has no such type
            boolean bits = tensor.type() == DataType.UINT16 && wanted == DataType.BFLOAT16;
            tensors.add(bits ? Tensor.of(wanted, tensor.shape(), bytes(tensor)) : tensor);
        }
        return tensors;
    }

    private static Bytes bytes(Tensor tensor) {
        ByteBuffer from = tensor.load();
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        return Bytes.of(bytes, "bits");
    }

    private static String difference(Tensor expected, Tensor actual) {
        if (expected.type() != actual.type() || !expected.shape().equals(actual.shape())) {
            return actual.type() + "" + actual.shape() + " instead of " + expected.type() + expected.shape();
        }
        if (expected.type() == DataType.STRING) {
            return texts(expected).equals(texts(actual)) ? "" : texts(actual) + " instead of " + texts(expected);
        }
        ByteBuffer e = expected.load().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer a = actual.load().order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < expected.elementCount(); i++) {
            double x = Elements.real(e, expected.type());
            double y = Elements.real(a, actual.type());
            boolean close = expected.type().isFloat() ? Math.abs(x - y) <= ABSOLUTE + RELATIVE * Math.abs(x) : x == y;
            if (!close && Double.compare(x, y) != 0) {
                return y + " instead of " + x + " at " + i;
            }
        }
        return "";
    }

    private static List<String> texts(Tensor tensor) {
        return tensor.toStrings().stream()
                .map(s -> new String(s, StandardCharsets.UTF_8))
                .toList();
    }
}
