package dev.tfliteonnx.exporter.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.exporter.AtomicFiles;
import dev.tfliteonnx.exporter.ModelWriter;
import dev.tfliteonnx.exporter.WriteOptions;
import dev.tfliteonnx.formats.tflite.Buffer;
import dev.tfliteonnx.formats.tflite.OperatorCode;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.BuiltinOps;
import dev.tfliteonnx.tfl.Tfl;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes graphs of the TFLite vocabulary as a {@code .tflite} file below 2 GiB, for models that are small or cut out of
 * others. Signatures, metadata and sparsity are not kept; what a reader made dense stays so. Source: {@code tflite.fbs}.
 */
public final class TfliteWriter implements ModelWriter {
    static final int ALIGNMENT = 16;
    private static final int SCHEMA = 3;
    private static final int MOST_BYTE = 127;

    /** The pseudo operator whose result is what a variable tensor holds. */
    static final String VARIABLE_TENSOR = "VARIABLE_TENSOR";

    /** What operators share in the table of operator codes. */
    record Code(BuiltinOp op, String custom, int version) {
        static Code of(Node node) {
            OpType type = node.op();
            boolean isCustom = type.domain().equals(OpType.CUSTOM);
            BuiltinOp op = BuiltinOps.of(isCustom ? "CUSTOM" : type.name())
                    .orElseThrow(() -> new IllegalArgumentException("TFLite has no operator " + type));
            int version = Math.toIntExact(node.attributes().get(Tfl.VERSION_OF_OP, 1L));
            return new Code(op, isCustom ? type.name() : "", version);
        }
    }

    @Override
    public List<Path> write(Model model, Path to, WriteOptions options) throws ConversionException {
        byte[] bytes = toBytes(model);
        AtomicFiles.write(
                List.of(new AtomicFiles.Output(to, out -> {
                    ByteBuffer rest = ByteBuffer.wrap(bytes);
                    while (rest.hasRemaining()) {
                        out.write(rest);
                    }
                })),
                options.force());
        return List.of(to);
    }

    /**
     * The bytes of the file.
     *
     * @throws IllegalArgumentException if a graph has an operator or type that TFLite has not
     */
    public byte[] toBytes(Model model) {
        return new Encoder(model).encode();
    }

    /** One file under construction. */
    private static final class Encoder {
        private final Model model;
        private final FlatBufferBuilder fb = new FlatBufferBuilder(4096);
        private final List<Integer> buffers = new ArrayList<>();
        private final Map<Tensor, Integer> bufferOf = new HashMap<>();

        Encoder(Model model) {
            this.model = model;
        }

        byte[] encode() {
            Buffer.startBuffer(fb);
            buffers.add(Buffer.endBuffer(fb));
            Set<Code> distinct = new LinkedHashSet<>();
            for (Graph graph : model.graphs()) {
                operators(graph).forEach(node -> distinct.add(Code.of(node)));
            }
            List<Code> codes = List.copyOf(distinct);
            int[] graphs =
                    model.graphs().stream().mapToInt(g -> graph(g, codes)).toArray();
            int codeVector =
                    fb.createVectorOfTables(codes.stream().mapToInt(this::code).toArray());
            int graphVector = fb.createVectorOfTables(graphs);
            int bufferVector = fb.createVectorOfTables(
                    buffers.stream().mapToInt(Integer::intValue).toArray());
            int description = fb.createString(model.description());
            dev.tfliteonnx.formats.tflite.Model.startModel(fb);
            dev.tfliteonnx.formats.tflite.Model.addVersion(fb, SCHEMA);
            dev.tfliteonnx.formats.tflite.Model.addOperatorCodes(fb, codeVector);
            dev.tfliteonnx.formats.tflite.Model.addSubgraphs(fb, graphVector);
            dev.tfliteonnx.formats.tflite.Model.addDescription(fb, description);
            dev.tfliteonnx.formats.tflite.Model.addBuffers(fb, bufferVector);
            dev.tfliteonnx.formats.tflite.Model.finishModelBuffer(fb, dev.tfliteonnx.formats.tflite.Model.endModel(fb));
            return fb.sizedByteArray();
        }

        private int code(Code code) {
            int custom = code.custom().isEmpty() ? 0 : fb.createString(code.custom());
            OperatorCode.startOperatorCode(fb);
            OperatorCode.addDeprecatedBuiltinCode(fb, (byte) Math.min(code.op().code(), MOST_BYTE));
            OperatorCode.addCustomCode(fb, custom);
            OperatorCode.addVersion(fb, code.version());
            OperatorCode.addBuiltinCode(fb, code.op().code());
            return OperatorCode.endOperatorCode(fb);
        }

        private int graph(Graph graph, List<Code> codes) {
            TensorTable tensors = new TensorTable(fb, this::buffer);
            graph.inputs().forEach(v -> tensors.add(v, false));
            for (Node node : graph.nodes()) {
                boolean isVariable = node.is(VARIABLE_TENSOR);
                node.inputs().stream().filter(Value::isPresent).forEach(v -> tensors.add(v, false));
                node.outputs().forEach(v -> tensors.add(v, isVariable));
            }
            graph.outputs().forEach(v -> tensors.add(v, false));
            OperatorEncoder encoder = new OperatorEncoder(fb, tensors, codes);
            int[] operators =
                    operators(graph).stream().mapToInt(encoder::encode).toArray();
            int tensorVector = fb.createVectorOfTables(tensors.offsets());
            int operatorVector = fb.createVectorOfTables(operators);
            int inputs = tensors.indices(graph.inputs());
            int outputs = tensors.indices(graph.outputs());
            int name = fb.createString(graph.name());
            SubGraph.startSubGraph(fb);
            SubGraph.addTensors(fb, tensorVector);
            SubGraph.addInputs(fb, inputs);
            SubGraph.addOutputs(fb, outputs);
            SubGraph.addOperators(fb, operatorVector);
            SubGraph.addName(fb, name);
            return SubGraph.endSubGraph(fb);
        }

        private static List<Node> operators(Graph graph) {
            return graph.nodes().stream().filter(n -> !n.is(VARIABLE_TENSOR)).toList();
        }

        /** The number of the buffer of a constant, which several tensors may share. */
        private int buffer(Tensor tensor) {
            return bufferOf.computeIfAbsent(tensor, t -> {
                int data = Vectors.bytes(fb, ConstantBytes.of(t), ALIGNMENT);
                Buffer.startBuffer(fb);
                Buffer.addData(fb, data);
                buffers.add(Buffer.endBuffer(fb));
                return buffers.size() - 1;
            });
        }
    }
}
