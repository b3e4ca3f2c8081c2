package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The node tests of ONNX, as Debian's package libonnx-testdata has them. */
final class NodeTests {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");
    private static final double RELATIVE = 1e-3;
    private static final double ABSOLUTE = 1e-7;

    private NodeTests() {}

    /**
     * A test.
     *
     * @param file the model's file
     * @param model the model as read from it
     * @param inputs what it is given
     * @param outputs what it should compute
     */
    record Case(Path file, Model model, List<Tensor> inputs, List<Tensor> outputs) {}

    static boolean areThere() {
        return Files.isDirectory(DATA);
    }

    static Path folder(String name) {
        return DATA.resolve(name);
    }

    static List<Path> folders() throws IOException {
        try (Stream<Path> list = Files.list(DATA)) {
            return list.sorted().toList();
        }
    }

    /** Reads the model of a test with its first set of data. */
    static Case read(Path folder) throws IOException, ConversionException {
        Path file = folder.resolve("model.onnx");
        Model model = OnnxReader.read(file).model();
        return new Case(
                file,
                model,
                tensors(folder, "input_", model.main().inputs()),
                tensors(folder, "output_", model.main().outputs()));
    }

    private static List<Tensor> tensors(Path folder, String prefix, List<Value> values)
            throws IOException, ConversionException {
        List<Tensor> tensors = new ArrayList<>();
        Path data = folder.resolve("test_data_set_0");
        for (int i = 0; Files.exists(data.resolve(prefix + i + ".pb")); i++) {
            String name = prefix + i + ".pb";
            Tensor tensor = OnnxReader.tensor(Bytes.of(Files.readAllBytes(data.resolve(name)), name), name);
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

    /** What is wrong with what was computed, if anything. */
    static Optional<String> difference(List<Tensor> expected, List<Tensor> actual) {
        if (expected.size() != actual.size()) {
            return Optional.of(actual.size() + " outputs instead of " + expected.size());
        }
        for (int i = 0; i < expected.size(); i++) {
            Optional<String> found = difference(expected.get(i), actual.get(i));
            if (found.isPresent()) {
                return Optional.of("output " + i + ": " + found.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> difference(Tensor expected, Tensor actual) {
        if (expected.type() != actual.type() || !expected.shape().equals(actual.shape())) {
            return Optional.of(actual + " instead of " + expected);
        }
        if (expected.type() == DataType.STRING) {
            return isEqual(expected, actual) ? Optional.empty() : Optional.of("other strings");
        }
        ByteBuffer e = expected.load().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer a = actual.load().order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < expected.elementCount(); i++) {
            double x = Elements.real(e, expected.type());
            double y = Elements.real(a, actual.type());
            boolean close = expected.type().isFloat() ? Math.abs(x - y) <= ABSOLUTE + RELATIVE * Math.abs(x) : x == y;
            if (!close && Double.compare(x, y) != 0) {
                return Optional.of(y + " instead of " + x + " at " + i);
            }
        }
        return Optional.empty();
    }

    /** Whether two tensors have the same type, shape and bits. */
    static boolean isEqual(Tensor a, Tensor b) {
        if (a.type() != b.type() || !a.shape().equals(b.shape())) {
            return false;
        }
        return a.type() == DataType.STRING
                ? Arrays.deepEquals(a.toStrings().toArray(), b.toStrings().toArray())
                : a.load().equals(b.load());
    }
}
