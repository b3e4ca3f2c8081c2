package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.importer.Import;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads an {@code .onnx} file into a graph of ONNX operators in the forms that the file has them, with the versions of its
 * operator sets beside it. Weights stay where they are, in the mapped file or in files beside it. Functions of the model
 * are put in the place of their calls, {@code Constant} nodes become constants, sparse initializers dense ones. An input
 * that has a value in the file is a constant, too, but for one that the metadata call a state. Operators
 * of unknown domains are taken as they are; a type that neither the file nor a schema tells is
 * {@link dev.tfliteonnx.ir.DataType#UNKNOWN}.
 *
 * <p>Whatever the bytes are, there is a model or a {@link ConversionException}.
 *
 * <p>Source: {@code onnx/onnx.proto} and {@code docs/IR.md} of ONNX.
 */
public final class OnnxReader {
    private OnnxReader() {}

    /**
     * Reads a file. Weights in files beside it are looked for in its folder and below.
     *
     * @throws ConversionException if the file cannot be read, is no model or is broken
     */
    public static Import read(Path path) throws ConversionException {
        ModelFile file = ModelFile.map(path);
        return read(
                file.bytes(),
                file.name(),
                Optional.ofNullable(path.toAbsolutePath().getParent()));
    }

    /**
     * Reads bytes.
     *
     * @param name what messages call them
     * @param folder where weights in other files may lie; without it they are missing
     * @throws ConversionException if the bytes are no model or a broken one
     */
    public static Import read(Bytes bytes, String name, Optional<Path> folder) throws ConversionException {
        ProtoMessage in = ProtoMessage.of(bytes, name);
        Functions functions = new Functions();
        Map<String, Integer> opsets = new HashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        String description = "";
        @Nullable ProtoMessage graph = null;
        while (in.next()) {
            switch (in.field()) {
                case 6 -> description = in.text();
                case 7 -> graph = in.message();
                case 8 -> opset(in.message(), opsets);
                case 14 -> in.message().putPair(metadata);
                case 25 -> functions.add(in.message());
                default -> {}
            }
        }
        if (graph == null) {
            throw new ConversionException(
                    DiagnosticCode.NOT_A_MODEL,
                    Where.file(name),
                    "it holds no graph where an ONNX model has one",
                    "check that it is an .onnx file and fetch it again");
        }
        opsets.putIfAbsent("", 1);
        GraphMessages graphs = new GraphMessages(
                new TensorMessages(folder), functions, opsets, input -> metadata.containsKey(Model.STATE + input));
        Graph main = new Graph(Dialect.ONNX, GraphMessages.name(graph.again()));
        graphs.main(graph, main);
        Model model = new Model(List.of(main), List.of(), description, metadata, opsets);
        return new Import(model, notes(graphs, name));
    }

    /**
     * A tensor that stands alone in a file, a {@code TensorProto} as the data of conformance tests are.
     *
     * @throws ConversionException if the bytes are no tensor
     */
    public static Tensor tensor(Bytes bytes, String name) throws ConversionException {
        return new TensorMessages(Optional.empty())
                .tensor(ProtoMessage.of(bytes, name))
                .tensor();
    }

    private static List<Diagnostic> notes(GraphMessages graphs, String name) {
        List<Diagnostic> notes = new ArrayList<>();
        for (String input : graphs.overridden()) {
            notes.add(new Diagnostic(
                    DiagnosticCode.IGNORED,
                    Where.tensor(input).in(name),
                    "the input has a value in the file; it is a constant now",
                    ""));
        }
        return notes;
    }

    /** Adds the version of an operator set, an {@code OperatorSetIdProto}. */
    static void opset(ProtoMessage in, Map<String, Integer> into) throws ConversionException {
        String domain = "";
        long version = 0;
        while (in.next()) {
            if (in.field() == 1) {
                domain = NodeMessages.domain(in.text());
            } else if (in.field() == 2) {
                version = in.integer();
            }
        }
        if (version < 0 || version > Integer.MAX_VALUE) {
            throw in.invalid("the operator set \"" + domain + "\" has the version " + version);
        }
        into.put(domain, (int) version);
    }
}
