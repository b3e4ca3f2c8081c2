package dev.tfliteonnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The node tests of ONNX, as Debian's package libonnx-testdata has them. */
final class NodeTests {
    private static final Path DATA = Path.of("/usr/share/libonnx-testdata/data/node");
    private static final double RELATIVE = 1e-3;
    private static final double ABSOLUTE = 1e-7;
    private static final int TENSOR_VALUES = 3;

    /** Element types of inputs that ONNX Runtime's Java binding does not take. */
    private static final Set<DataType> NOT_HELD = Set.of(DataType.UINT16, DataType.UINT32, DataType.UINT64);

    private NodeTests() {}

    /**
     * A test. What the engine's interface cannot hold is inside the model: inputs of such types are constants, and
     * sequences that come out are taken apart.
     *
     * @param model the model, with no input or output but tensors of types that the engine takes
     * @param isWhole whether this is the model of the file as it is
     * @param inputs what it is given
     * @param outputs what it should compute
     */
    record Case(Model model, boolean isWhole, List<Tensor> inputs, List<Tensor> outputs) {}

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
        Model model = OnnxReader.read(folder.resolve("model.onnx")).model();
        Graph graph = model.main();
        List<List<Tensor>> given = data(folder, "input_", graph.inputs());
        List<List<Tensor>> wanted = data(folder, "output_", graph.outputs());
        boolean isWhole = true;
        List<Tensor> inputs = new ArrayList<>();
        List<Value> values = List.copyOf(graph.inputs());
        for (int i = 0; i < given.size(); i++) {
            if (isHeld(values.get(i))) {
                inputs.add(given.get(i).get(0));
            } else {
                put(given.get(i), values.get(i), graph);
                isWhole = false;
            }
        }
        List<Tensor> outputs = new ArrayList<>();
        List<Value> results = new ArrayList<>();
        for (int i = 0; i < wanted.size(); i++) {
            Value out = graph.outputs().get(i);
            outputs.addAll(wanted.get(i));
            if (out.containers().isEmpty()) {
                results.add(out);
            } else {
                outputs.add(Tensor.ofIntegers(
                        DataType.INT64, Shape.SCALAR, wanted.get(i).size()));
                takeApart(out, wanted.get(i).size(), graph, results);
                isWhole = false;
            }
        }
        graph.setOutputs(results);
        return new Case(model, isWhole, inputs, outputs);
    }

    private static boolean isHeld(Value input) {
        return input.containers().isEmpty() && !NOT_HELD.contains(input.type());
    }

    /** Lets the graph compute an input itself. */
    private static void put(List<Tensor> elements, Value input, Graph graph) {
        Edit edit = graph.edit("test");
        List<Value> constants = new ArrayList<>();
        for (Tensor element : elements) {
            constants.add(graph.constant(input.name() + "/element", element));
        }
        if (input.containers().isEmpty()) {
            edit.replace(input, constants.get(0));
        } else {
            boolean empty = constants.isEmpty();
            Attributes type =
                    Attributes.of(Key.ofInt("dtype"), (long) input.type().onnxCode());
            ValueInfo info = new ValueInfo(
                    input.name() + "/made", input.type(), input.shape(), Optional.empty(), input.containers());
            edit.replace(
                    input,
                    edit.add(
                                    OpType.onnx(empty ? "SequenceEmpty" : "SequenceConstruct"),
                                    constants,
                                    empty ? type : Attributes.NONE,
                                    List.of(info),
                                    Origin.NONE)
                            .get(0));
        }
        edit.apply();
        graph.removeInput(input);
    }

    private static void takeApart(Value sequence, int count, Graph graph, List<Value> results) {
        for (int i = 0; i <= count; i++) {
            boolean isElement = i < count;
            Value place = graph.constant("place", Tensor.ofIntegers(DataType.INT64, Shape.SCALAR, i));
            ValueInfo info = isElement
                    ? ValueInfo.of(sequence.name() + "/at", sequence.type(), Shape.UNKNOWN)
                    : ValueInfo.of(sequence.name() + "/length", DataType.INT64, Shape.SCALAR);
            results.addAll(graph.add(
                    OpType.onnx(isElement ? "SequenceAt" : "SequenceLength"),
                    isElement ? List.of(sequence, place) : List.of(sequence),
                    Attributes.NONE,
                    List.of(info),
                    Origin.NONE));
        }
    }

    /** The tensors of each input or output: one, or the elements of a sequence. */
    private static List<List<Tensor>> data(Path folder, String prefix, List<Value> values)
            throws IOException, ConversionException {
        List<List<Tensor>> all = new ArrayList<>();
        Path data = folder.resolve("test_data_set_0");
        for (int i = 0; Files.exists(data.resolve(prefix + i + ".pb")); i++) {
            byte[] file = Files.readAllBytes(data.resolve(prefix + i + ".pb"));
            List<Tensor> tensors = new ArrayList<>();
            for (byte[] message : values.get(i).containers().isEmpty() ? List.of(file) : elements(file)) {
                Tensor tensor = OnnxReader.tensor(Bytes.of(message, prefix + i), prefix + i);
                DataType wanted = values.get(i).type();
                // the data files give bfloat16 as its bits, because NumPy has no such type
                boolean bits = tensor.type() == DataType.UINT16 && wanted == DataType.BFLOAT16;
                tensors.add(bits ? Tensor.of(wanted, tensor.shape(), bytes(tensor)) : tensor);
            }
            all.add(tensors);
        }
        return all;
    }

    /** The tensors of a {@code SequenceProto}. */
    private static List<byte[]> elements(byte[] sequence) throws IOException {
        List<byte[]> elements = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(sequence);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == TENSOR_VALUES) {
                elements.add(in.readByteArray());
            } else {
                in.skipField(tag);
            }
        }
        return elements;
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
