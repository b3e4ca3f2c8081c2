package dev.tfliteonnx.testmodels;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.exporter.tflite.ConstantBytes;
import dev.tfliteonnx.exporter.tflite.OptionsEncoder;
import dev.tfliteonnx.exporter.tflite.Vectors;
import dev.tfliteonnx.formats.tflite.Buffer;
import dev.tfliteonnx.formats.tflite.ExternalBuffer;
import dev.tfliteonnx.formats.tflite.ExternalBufferGroup;
import dev.tfliteonnx.formats.tflite.Metadata;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.Operator;
import dev.tfliteonnx.formats.tflite.OperatorCode;
import dev.tfliteonnx.formats.tflite.SignatureDef;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.formats.tflite.TensorMap;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.tfl.BuiltinOp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Turns what a {@link TfliteBuilder} gathered into the bytes of a file. */
final class FlatbufferEncoder {
    private static final int ALIGNMENT = 16;
    /** Constants of more bytes are written as they are read; strings and sparse ones are smaller. */
    private static final long LARGE = 1 << 20;

    /** What operators share in the table of operator codes. */
    private record Opcode(BuiltinOp op, String custom, int version) {
        static Opcode of(OpSpec spec) {
            return new Opcode(spec.op(), spec.customCode(), spec.version());
        }
    }

    private final TfliteBuilder model;
    private FlatBufferBuilder fb = new FlatBufferBuilder(4096);
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Tensor> behind = new ArrayList<>();
    private long behindStart;
    private long behindSize;

    FlatbufferEncoder(TfliteBuilder model) {
        this.model = model;
    }

    byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            encodeTo(Channels.newChannel(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Writes the file; what stands behind the FlatBuffer is never in memory as a whole. */
    void encodeTo(WritableByteChannel out) throws IOException {
        // offsets of bytes behind the FlatBuffer depend on its length, which they do not change
        byte[] table = encode(ALIGNMENT);
        if (behind.isEmpty()) {
            write(out, table);
            return;
        }
        byte[] placed = encode(Math.toIntExact(aligned(table.length)));
        write(out, placed);
        write(out, new byte[(int) (aligned(placed.length) - placed.length)]);
        for (Tensor tensor : behind) {
            tensor.writeTo(out);
            write(out, new byte[(int) (aligned(tensor.byteSize()) - tensor.byteSize())]);
        }
    }

    private static void write(WritableByteChannel out, byte[] bytes) throws IOException {
        for (ByteBuffer left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
            out.write(left);
        }
    }

    private static long aligned(long length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private byte[] encode(int start) {
        behindStart = start;
        behind.clear();
        behindSize = 0;
        buffers.clear();
        fb = new FlatBufferBuilder(4096);
        buffers.add(emptyBuffer());
        List<Opcode> opcodes = opcodes();
        int[] graphs = model.graphs().stream().mapToInt(g -> graph(g, opcodes)).toArray();
        int[] metadata = model.metadata().entrySet().stream()
                .mapToInt(e -> metadata(e.getKey(), e.getValue()))
                .toArray();
        int[] signatures = model.signatures().stream().mapToInt(this::signature).toArray();
        List<String> files = model.externals().stream()
                .map(TfliteBuilder.ExternalSpec::file)
                .distinct()
                .toList();
        int groupVector = tables(files.stream().mapToInt(this::group).toArray());
        int externalVector = tables(
                model.externals().stream().mapToInt(e -> external(e, files)).toArray());
        int opcodeVector = tables(opcodes.stream().mapToInt(this::opcode).toArray());
        int graphVector = tables(graphs);
        int bufferVector = tables(buffers.stream().mapToInt(Integer::intValue).toArray());
        int metadataVector = tables(metadata);
        int signatureVector = tables(signatures);
        int description = text(model.description());
        Model.startModel(fb);
        Model.addVersion(fb, model.version());
        Model.addOperatorCodes(fb, opcodeVector);
        Model.addSubgraphs(fb, graphVector);
        Model.addDescription(fb, description);
        Model.addBuffers(fb, bufferVector);
        Model.addMetadata(fb, metadataVector);
        Model.addSignatureDefs(fb, signatureVector);
        Model.addExternalBufferGroups(fb, groupVector);
        Model.addExternalBuffers(fb, externalVector);
        Model.finishModelBuffer(fb, Model.endModel(fb));
        return fb.sizedByteArray();
    }

    private int tables(int[] offsets) {
        return offsets.length == 0 ? 0 : fb.createVectorOfTables(offsets);
    }

    private int text(String text) {
        return text.isEmpty() ? 0 : fb.createString(text);
    }

    private List<Opcode> opcodes() {
        LinkedHashSet<Opcode> codes = new LinkedHashSet<>();
        model.graphs().forEach(g -> g.ops().forEach(op -> codes.add(Opcode.of(op))));
        return List.copyOf(codes);
    }

    private int opcode(Opcode code) {
        int custom = text(code.custom());
        int number = code.op().code();
        OperatorCode.startOperatorCode(fb);
        OperatorCode.addDeprecatedBuiltinCode(fb, (byte) Math.min(number, 127));
        OperatorCode.addCustomCode(fb, custom);
        OperatorCode.addVersion(fb, code.version());
        if (model.opcodeStyle() == TfliteBuilder.OpcodeStyle.BOTH) {
            OperatorCode.addBuiltinCode(fb, number);
        }
        return OperatorCode.endOperatorCode(fb);
    }

    private int graph(GraphBuilder graph, List<Opcode> opcodes) {
        TensorEncoder encoder = new TensorEncoder(fb);
        int[] tensors = graph.tensors().stream()
                .map(TensorRef::spec)
                .mapToInt(spec -> encoder.encode(spec, buffer(spec)))
                .toArray();
        int[] ops =
                graph.placedOps().stream().mapToInt(op -> operator(op, opcodes)).toArray();
        int tensorVector = fb.createVectorOfTables(tensors);
        int opVector = fb.createVectorOfTables(ops);
        int inputs = indices(graph.inputs());
        int outputs = indices(graph.outputs());
        int name = text(graph.name());
        SubGraph.startSubGraph(fb);
        SubGraph.addTensors(fb, tensorVector);
        SubGraph.addInputs(fb, inputs);
        SubGraph.addOutputs(fb, outputs);
        SubGraph.addOperators(fb, opVector);
        SubGraph.addName(fb, name);
        return SubGraph.endSubGraph(fb);
    }

    private int indices(List<TensorRef> refs) {
        return Vectors.ints(fb, refs.stream().mapToInt(TensorRef::index).toArray());
    }

    private int operator(GraphBuilder.PlacedOp placed, List<Opcode> opcodes) {
        OpSpec spec = placed.spec();
        int options =
                spec.options().map(o -> OptionsEncoder.encode(fb, spec.op(), o)).orElse(0);
        byte[] custom = spec.customOptions().toArray();
        boolean isBehind = spec.areCustomOptionsBehind();
        int customVector = custom.length == 0 || isBehind ? 0 : bytes(custom);
        long customOffset = isBehind ? putBehind(stored(custom)) : 0;
        int inputs = indices(spec.inputs());
        int outputs = indices(placed.outputs());
        int intermediates = spec.intermediates().isEmpty() ? 0 : indices(spec.intermediates());
        int mutating = spec.mutating().isEmpty() ? 0 : booleans(spec.mutating());
        Operator.startOperator(fb);
        Operator.addOpcodeIndex(fb, opcodes.indexOf(Opcode.of(spec)));
        Operator.addInputs(fb, inputs);
        Operator.addOutputs(fb, outputs);
        if (options != 0 && spec.op().union() == BuiltinOp.Union.OPTIONS) {
            Operator.addBuiltinOptionsType(fb, (byte) spec.op().optionsType());
            Operator.addBuiltinOptions(fb, options);
        } else if (options != 0) {
            Operator.addBuiltinOptions2Type(fb, (byte) spec.op().optionsType());
            Operator.addBuiltinOptions2(fb, options);
        }
        Operator.addCustomOptions(fb, customVector);
        Operator.addMutatingVariableInputs(fb, mutating);
        Operator.addIntermediates(fb, intermediates);
        if (isBehind) {
            Operator.addLargeCustomOptionsOffset(fb, customOffset);
            Operator.addLargeCustomOptionsSize(fb, custom.length);
        }
        return Operator.endOperator(fb);
    }

    private int booleans(List<Boolean> values) {
        byte[] array = new byte[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = (byte) (values.get(i) ? 1 : 0);
        }
        return Vectors.bytes(fb, array, 1);
    }

    private int buffer(TensorSpec spec) {
        if (spec.data().isEmpty() || spec.place() == TensorSpec.Place.OTHER_FILE) {
            return 0;
        }
        Tensor data = spec.data().orElseThrow();
        if (spec.place() == TensorSpec.Place.BEHIND) {
            Tensor bytes = data.byteSize() > LARGE ? data : stored(ConstantBytes.of(data));
            long offset = putBehind(bytes);
            Buffer.startBuffer(fb);
            Buffer.addOffset(fb, offset);
            Buffer.addSize(fb, bytes.byteSize());
            buffers.add(Buffer.endBuffer(fb));
            return buffers.size() - 1;
        }
        return inlineBuffer(ConstantBytes.of(data));
    }

    private int inlineBuffer(byte[] bytes) {
        int data = bytes(bytes);
        Buffer.startBuffer(fb);
        Buffer.addData(fb, data);
        buffers.add(Buffer.endBuffer(fb));
        return buffers.size() - 1;
    }

    private int emptyBuffer() {
        Buffer.startBuffer(fb);
        return Buffer.endBuffer(fb);
    }

    private int bytes(byte[] bytes) {
        return Vectors.bytes(fb, bytes, ALIGNMENT);
    }

    private static Tensor stored(byte[] bytes) {
        return Tensor.of(DataType.UINT8, Shape.of(bytes.length), Bytes.of(bytes, "stored"));
    }

    private long putBehind(Tensor bytes) {
        long offset = behindStart + behindSize;
        behind.add(bytes);
        behindSize += aligned(bytes.byteSize());
        return offset;
    }

    private int metadata(String name, byte[] content) {
        int buffer = inlineBuffer(content);
        int text = fb.createString(name);
        Metadata.startMetadata(fb);
        Metadata.addName(fb, text);
        Metadata.addBuffer(fb, buffer);
        return Metadata.endMetadata(fb);
    }

    private int signature(TfliteBuilder.SignatureSpec spec) {
        int inputs = tables(maps(spec.inputs()));
        int outputs = tables(maps(spec.outputs()));
        int key = fb.createString(spec.key());
        SignatureDef.startSignatureDef(fb);
        SignatureDef.addInputs(fb, inputs);
        SignatureDef.addOutputs(fb, outputs);
        SignatureDef.addSignatureKey(fb, key);
        SignatureDef.addSubgraphIndex(fb, spec.graph().index());
        return SignatureDef.endSignatureDef(fb);
    }

    private int[] maps(Map<String, TensorRef> names) {
        return names.entrySet().stream()
                .mapToInt(e -> {
                    int name = fb.createString(e.getKey());
                    TensorMap.startTensorMap(fb);
                    TensorMap.addName(fb, name);
                    TensorMap.addTensorIndex(fb, e.getValue().index());
                    return TensorMap.endTensorMap(fb);
                })
                .toArray();
    }

    private int group(String file) {
        int name = fb.createString(file);
        ExternalBufferGroup.startExternalBufferGroup(fb);
        ExternalBufferGroup.addName(fb, name);
        return ExternalBufferGroup.endExternalBufferGroup(fb);
    }

    private int external(TfliteBuilder.ExternalSpec spec, List<String> files) {
        int packing = text(spec.packing());
        ExternalBuffer.startExternalBuffer(fb);
        ExternalBuffer.addId(fb, spec.id());
        ExternalBuffer.addGroup(fb, files.indexOf(spec.file()));
        ExternalBuffer.addOffset(fb, spec.offset());
        ExternalBuffer.addLength(fb, spec.length());
        ExternalBuffer.addPacking(fb, packing);
        return ExternalBuffer.endExternalBuffer(fb);
    }
}
