package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the bytes of a TFLite file, operator by operator.
 *
 * <pre>{@code
 * TfliteBuilder m = TfliteBuilder.model();
 * TensorRef x = m.input("x", DataType.FLOAT32, 1, 4);
 * TensorRef y = m.op("SOFTMAX", Attributes.of(Tfl.BETA, 1f), TensorSpec.of(DataType.FLOAT32, 1, 4).named("y"), x);
 * m.outputs(y);
 * byte[] bytes = m.build();
 * }</pre>
 *
 * <p>Nothing is inferred and nothing but the names of operators and options is checked: shapes, types and quantization
 * are those the caller states. The same calls give the same bytes.
 */
public final class TfliteBuilder {
    /** Which fields of an operator code are filled. */
    public enum OpcodeStyle {
        /** Both, as every file since schema revision 3a does. */
        BOTH,
        /** Only the signed byte, as files from before did; for operators up to number 127. */
        ONLY_BYTE
    }

    /** A signature: names for inputs and outputs of a subgraph. */
    record SignatureSpec(
            String key, GraphBuilder graph, Map<String, TensorRef> inputs, Map<String, TensorRef> outputs) {}

    /** A run of bytes of another file. */
    record ExternalSpec(int id, String file, long offset, long length, String packing) {}

    private final List<GraphBuilder> graphs = new ArrayList<>();
    private final List<SignatureSpec> signatures = new ArrayList<>();
    private final List<ExternalSpec> externals = new ArrayList<>();
    private final Map<String, byte[]> metadata = new LinkedHashMap<>();
    private String description = "";
    private int version = 3;
    private OpcodeStyle opcodeStyle = OpcodeStyle.BOTH;

    private TfliteBuilder() {
        graphs.add(new GraphBuilder(0, "main"));
    }

    /** A model with an empty main graph. */
    public static TfliteBuilder model() {
        return new TfliteBuilder();
    }

    /** The main graph, to which all methods here that add something add it. */
    public GraphBuilder main() {
        return graphs.get(0);
    }

    /** Adds a subgraph. */
    public GraphBuilder graph(String name) {
        GraphBuilder graph = new GraphBuilder(graphs.size(), name);
        graphs.add(graph);
        return graph;
    }

    /** Adds an input of the main graph. */
    public TensorRef input(String name, DataType type, int... shape) {
        return main().input(name, type, shape);
    }

    /** Adds an input of the main graph. */
    public TensorRef input(TensorSpec spec) {
        return main().input(spec);
    }

    /** Adds a tensor of any kind to the main graph. */
    public TensorRef tensor(TensorSpec spec) {
        return main().tensor(spec);
    }

    /** Adds a constant to the main graph. */
    public TensorRef constant(String name, Tensor data) {
        return main().constant(name, data);
    }

    /** Adds a quantized constant to the main graph. */
    public TensorRef constant(String name, Tensor data, QuantParams quant) {
        return tensor(TensorSpec.of(data).named(name).quantized(quant));
    }

    /** Adds a vector of int32 to the main graph. */
    public TensorRef ints(String name, int... values) {
        return main().ints(name, values);
    }

    /** Adds an operator to the main graph and gives its outputs. */
    public List<TensorRef> add(OpSpec spec) {
        return main().add(spec);
    }

    /** Adds a builtin operator with one output to the main graph, and gives the output. */
    public TensorRef op(String op, Attributes options, TensorSpec output, TensorRef... operands) {
        return main().op(op, options, output, operands);
    }

    /** Adds a builtin operator without an options table to the main graph, and gives its output. */
    public TensorRef op(String op, TensorSpec output, TensorRef... operands) {
        return main().op(op, output, operands);
    }

    /** Makes tensors outputs of the main graph. */
    public TfliteBuilder outputs(TensorRef... refs) {
        main().outputs(refs);
        return this;
    }

    /** Adds a signature. The names stand in the file in the order of the maps. */
    public TfliteBuilder signature(
            String key, GraphBuilder graph, Map<String, TensorRef> inputs, Map<String, TensorRef> outputs) {
        signatures.add(new SignatureSpec(key, graph, new LinkedHashMap<>(inputs), new LinkedHashMap<>(outputs)));
        return this;
    }

    /** Adds a metadata entry with its buffer. */
    public TfliteBuilder metadata(String name, byte[] content) {
        metadata.put(name, content.clone());
        return this;
    }

    /** Sets the description. */
    public TfliteBuilder description(String text) {
        description = text;
        return this;
    }

    /** Sets the version of the schema; 3 unless set. */
    public TfliteBuilder version(int number) {
        version = number;
        return this;
    }

    /** Sets which fields of operator codes are filled. */
    public TfliteBuilder opcodes(OpcodeStyle style) {
        opcodeStyle = style;
        return this;
    }

    /** Adds a run of bytes of another file and gives its id, which is not 0. */
    public int externalBuffer(String file, long offset, long length, String packing) {
        int id = externals.size() + 1;
        externals.add(new ExternalSpec(id, file, offset, length, packing));
        return id;
    }

    /** The bytes of the file. */
    public byte[] build() {
        return new FlatbufferEncoder(this).encode();
    }

    /** Writes the file; large constants that stand behind the FlatBuffer are streamed. */
    public void write(WritableByteChannel out) throws IOException {
        new FlatbufferEncoder(this).encodeTo(out);
    }

    List<GraphBuilder> graphs() {
        return graphs;
    }

    List<SignatureSpec> signatures() {
        return signatures;
    }

    List<ExternalSpec> externals() {
        return externals;
    }

    Map<String, byte[]> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    String description() {
        return description;
    }

    int version() {
        return version;
    }

    OpcodeStyle opcodeStyle() {
        return opcodeStyle;
    }
}
