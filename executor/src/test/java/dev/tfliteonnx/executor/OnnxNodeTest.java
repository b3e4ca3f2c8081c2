package dev.tfliteonnx.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Container;
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
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The node tests of ONNX, as Debian's package libonnx-testdata has them: each has a model of one operator, or the nodes
 * that it is defined by, inputs, and the outputs that the specification's reference gives for them.
 */
class OnnxNodeTest {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");
    private static final double RELATIVE = 1e-3;
    private static final double ABSOLUTE = 1e-7;

    /** Tests that are not run, by how their names start, and why. */
    private static final Map<String, String> LEFT_OUT = Map.of(
            "test_adagrad", "training",
            "test_adam", "training",
            "test_momentum", "training",
            "test_nesterov_momentum", "training",
            "test_bernoulli", "random",
            "test_training_dropout", "random",
            "test_strnormalizer", "text",
            "test_tfidfvectorizer", "text");

    /** Tests that run although their names start like some that do not: they drop nothing. */
    private static final Set<String> RUN =
            Set.of("test_training_dropout_zero_ratio", "test_training_dropout_zero_ratio_mask");

    /** How many tests of the 932 in version 1.12.0 of the package are left out. */
    private static final int MOST_LEFT_OUT = 30;

    /** What became of some of the tests. */
    private static final class Count {
        private int passed;
        private int failed;
        private final Map<String, Integer> leftOut = new TreeMap<>();

        void add(Optional<String> leftOutBecause, boolean passes) {
            if (leftOutBecause.isPresent()) {
                leftOut.merge(leftOutBecause.get(), 1, Integer::sum);
            } else if (passes) {
                passed++;
            } else {
                failed++;
            }
        }

        int leftOut() {
            return leftOut.values().stream().mapToInt(Integer::intValue).sum();
        }

        @Override
        public String toString() {
            return passed + " passed, " + failed + " failed, " + leftOut() + " left out " + leftOut;
        }
    }

    @Test
    void everyNodeTestThatIsNotLeftOutPasses() throws IOException, ConversionException {
        assumeTrue(Files.isDirectory(DATA), "libonnx-testdata is not installed: node tests skipped");
        Map<String, String> failed = new TreeMap<>();
        Count all = new Count();
        Count single = new Count();
        for (Path folder : folders()) {
            String name = folder.getFileName().toString();
            Optional<String> why = leftOut(name);
            Graph graph = OnnxReader.read(folder.resolve("model.onnx")).model().main();
            String wrong = why.isPresent() ? "" : run(graph, folder.resolve("test_data_set_0"));
            if (!wrong.isEmpty()) {
                failed.put(name, wrong);
            }
            all.add(why, wrong.isEmpty());
            if (graph.size() == 1) {
                single.add(why, wrong.isEmpty());
            }
        }
        System.out.println("ONNX node tests: " + all);
        System.out.println("of these, tests of a single node: " + single);
        assertEquals(Map.of(), failed);
        assertTrue(all.leftOut() <= MOST_LEFT_OUT, all + "");
        assertTrue(single.passed > 0, "none passed");
    }

    private static Optional<String> leftOut(String name) {
        return RUN.contains(name)
                ? Optional.empty()
                : LEFT_OUT.entrySet().stream()
                        .filter(e -> name.startsWith(e.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst();
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> list = Files.list(DATA)) {
            return list.sorted().toList();
        }
    }

    /** Empty if the test passes, else what is wrong. */
    private static String run(Graph graph, Path data) throws IOException, ConversionException {
        graph.verify();
        List<Array> inputs = arrays(data, "input_", graph.inputs());
        for (int i = 0; i < inputs.size(); i++) {
            inputs.set(i, typed(inputs.get(i), graph.inputs().get(i).type()));
        }
        List<Array> expected = arrays(data, "output_", graph.outputs());
        List<Array> actual;
        try {
            actual = Executor.of(graph).run(inputs, Optional.empty());
        } catch (NoKernelException | NodeFailedException e) {
            return String.valueOf(e.getMessage());
        }
        return differences(expected, actual);
    }

    /** What the data files hold; a value may be a list of tensors, or missing. */
    private static List<Array> arrays(Path data, String prefix, List<Value> values)
            throws IOException, ConversionException {
        List<Array> arrays = new ArrayList<>();
        for (int i = 0; Files.exists(data.resolve(prefix + i + ".pb")); i++) {
            byte[] bytes = Files.readAllBytes(data.resolve(prefix + i + ".pb"));
            List<Container> containers = values.get(i).containers();
            arrays.add(
                    containers.isEmpty()
                            ? OnnxTestData.array(bytes)
                            : containers.get(0) instanceof Container.Sequence
                                    ? OnnxTestData.sequence(bytes)
                                    : OnnxTestData.maybe(bytes));
        }
        return arrays;
    }

    /** The data files give bfloat16 as its bits, because NumPy has no such type. */
    private static Array typed(Array array, DataType wanted) {
        boolean areBits = array.type() == DataType.UINT16 && wanted == DataType.BFLOAT16;
        return areBits ? Array.of(bits(array.toTensor(), wanted)) : array;
    }

    private static Tensor bits(Tensor tensor, DataType type) {
        ByteBuffer from = tensor.load();
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        return Tensor.of(type, tensor.shape(), Bytes.of(bytes, "bits"));
    }

    private static String differences(List<Array> expected, List<Array> actual) {
        if (actual.size() != expected.size()) {
            return actual.size() + " values instead of " + expected.size();
        }
        for (int i = 0; i < actual.size(); i++) {
            String difference = difference(expected.get(i), actual.get(i));
            if (!difference.isEmpty()) {
                return "value " + i + ": " + difference;
            }
        }
        return "";
    }

    private static String difference(Array expected, Array actual) {
        if (expected.isSequence() && actual.isSequence()) {
            return differences(expected.sequence(), actual.sequence());
        }
        if (expected.type() == DataType.UNKNOWN || actual.type() == DataType.UNKNOWN) {
            return expected.isMissing() && actual.isMissing() ? "" : actual + " instead of " + expected;
        }
        return difference(expected.toTensor(), actual.toTensor());
    }

    private static String difference(Tensor expected, Tensor actual) {
        // the package's own comparison takes the bits of bfloat16 for numbers, and its data were cut, not rounded
        boolean areBits = expected.type() == DataType.UINT16 && actual.type() == DataType.BFLOAT16;
        Tensor own = areBits ? bits(actual, DataType.UINT16) : actual;
        if (expected.type() != own.type() || !expected.shape().equals(own.shape())) {
            return actual.type() + "" + actual.shape() + " instead of " + expected.type() + expected.shape();
        }
        if (expected.type() == DataType.STRING) {
            return texts(expected).equals(texts(actual)) ? "" : texts(actual) + " instead of " + texts(expected);
        }
        ByteBuffer e = expected.load().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer a = own.load().order(ByteOrder.LITTLE_ENDIAN);
        boolean tolerant = expected.type().isFloat() || areBits;
        for (long i = 0; i < expected.elementCount(); i++) {
            double x = Elements.real(e, expected.type());
            double y = Elements.real(a, own.type());
            boolean close = tolerant ? Math.abs(x - y) <= ABSOLUTE + RELATIVE * Math.abs(x) : x == y;
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
