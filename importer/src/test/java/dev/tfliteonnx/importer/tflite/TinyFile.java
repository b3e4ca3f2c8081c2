package dev.tfliteonnx.importer.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.formats.tflite.Buffer;
import dev.tfliteonnx.formats.tflite.ExternalBuffer;
import dev.tfliteonnx.formats.tflite.ExternalBufferGroup;
import dev.tfliteonnx.formats.tflite.Metadata;
import dev.tfliteonnx.formats.tflite.Model;
import dev.tfliteonnx.formats.tflite.Operator;
import dev.tfliteonnx.formats.tflite.OperatorCode;
import dev.tfliteonnx.formats.tflite.QuantizationParameters;
import dev.tfliteonnx.formats.tflite.SignatureDef;
import dev.tfliteonnx.formats.tflite.SubGraph;
import dev.tfliteonnx.formats.tflite.Tensor;
import dev.tfliteonnx.formats.tflite.TensorMap;
import dev.tfliteonnx.formats.tflite.TensorType;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.tfl.BuiltinOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes small TFLite files, well-formed or not, field by field. The methods that add a table give its number. */
final class TinyFile {
    final FlatBufferBuilder fbb = new FlatBufferBuilder();
    private final List<Integer> buffers = new ArrayList<>();
    private final List<Integer> tensors = new ArrayList<>();
    private final List<Integer> codes = new ArrayList<>();
    private final List<Integer> operators = new ArrayList<>();
    private final List<Integer> subgraphs = new ArrayList<>();
    private final List<Integer> metadata = new ArrayList<>();
    private final List<Integer> signatures = new ArrayList<>();
    private final List<Integer> groups = new ArrayList<>();
    private final List<Integer> externals = new ArrayList<>();

    /** The fields of a tensor. */
    static final class Spec {
        String name = "";
        byte type = TensorType.FLOAT32;
        int[] shape = {};
        int[] signature = {};
        long buffer;
        int quant;
        boolean variable;
        int sparsity;
        boolean hasRank;
        long external;
    }

    TinyFile() {
        buffers.add(Buffer.createBuffer(fbb, 0, 0, 0));
    }

    int buffer(byte... data) {
        int vector = Buffer.createDataVector(fbb, data);
        buffers.add(Buffer.createBuffer(fbb, vector, 0, 0));
        return buffers.size() - 1;
    }

    int bufferAt(long offset, long size) {
        buffers.add(Buffer.createBuffer(fbb, 0, offset, size));
        return buffers.size() - 1;
    }

    int tensor(String name, int... shape) {
        return tensor(name, t -> t.shape = shape);
    }

    int tensor(String name, Consumer<Spec> more) {
        Spec spec = new Spec();
        spec.name = name;
        more.accept(spec);
        int shape = Tensor.createShapeVector(fbb, spec.shape);
        int signature = spec.signature.length == 0 ? 0 : Tensor.createShapeSignatureVector(fbb, spec.signature);
        int text = spec.name.isEmpty() ? 0 : fbb.createString(spec.name);
        tensors.add(Tensor.createTensor(
                fbb,
                shape,
                spec.type,
                spec.buffer,
                text,
                spec.quant,
                spec.variable,
                spec.sparsity,
                signature,
                spec.hasRank,
                0,
                spec.external));
        return tensors.size() - 1;
    }

    int quant(float[] scales, long[] zeroPoints, int axis) {
        int s = QuantizationParameters.createScaleVector(fbb, scales);
        int z = QuantizationParameters.createZeroPointVector(fbb, zeroPoints);
        return QuantizationParameters.createQuantizationParameters(fbb, 0, 0, s, z, (byte) 0, 0, axis);
    }

    int quantDetails(byte type, int details) {
        return QuantizationParameters.createQuantizationParameters(fbb, 0, 0, 0, 0, type, details, 0);
    }

    int code(String op) {
        return code(BuiltinOps.of(op).orElseThrow().code());
    }

    int code(int number) {
        codes.add(OperatorCode.createOperatorCode(fbb, (byte) Math.min(number, 127), 0, 1, number));
        return codes.size() - 1;
    }

    int rawCode(byte deprecated, int builtin, String custom) {
        int text = custom.isEmpty() ? 0 : fbb.createString(custom);
        codes.add(OperatorCode.createOperatorCode(fbb, deprecated, text, 1, builtin));
        return codes.size() - 1;
    }

    TinyFile op(int code, int[] in, int[] out) {
        return op(code, in, out, 0, 0);
    }

    TinyFile op(int code, int[] in, int[] out, int optionsType, int options) {
        int i = Operator.createInputsVector(fbb, in);
        int o = Operator.createOutputsVector(fbb, out);
        operators.add(Operator.createOperator(
                fbb, code, i, o, (byte) optionsType, options, 0, (byte) 0, 0, 0, 0, 0, (byte) 0, 0, -1));
        return this;
    }

    TinyFile op2(int code, int[] in, int[] out, int options2Type, int options2) {
        int i = Operator.createInputsVector(fbb, in);
        int o = Operator.createOutputsVector(fbb, out);
        operators.add(Operator.createOperator(
                fbb, code, i, o, (byte) 0, 0, 0, (byte) 0, 0, 0, 0, 0, (byte) options2Type, options2, -1));
        return this;
    }

    TinyFile customOp(int code, int[] in, int[] out, byte[] options, long largeOffset, long largeSize) {
        int i = Operator.createInputsVector(fbb, in);
        int o = Operator.createOutputsVector(fbb, out);
        int custom = options.length == 0 ? 0 : Operator.createCustomOptionsVector(fbb, options);
        operators.add(Operator.createOperator(
                fbb, code, i, o, (byte) 0, 0, custom, (byte) 0, 0, 0, largeOffset, largeSize, (byte) 0, 0, -1));
        return this;
    }

    TinyFile opWithIntermediates(int code, int[] in, int[] out, int... intermediates) {
        int i = Operator.createInputsVector(fbb, in);
        int o = Operator.createOutputsVector(fbb, out);
        int between = Operator.createIntermediatesVector(fbb, intermediates);
        operators.add(
                Operator.createOperator(fbb, code, i, o, (byte) 0, 0, 0, (byte) 0, 0, between, 0, 0, (byte) 0, 0, -1));
        return this;
    }

    TinyFile metadata(String name, long buffer) {
        metadata.add(Metadata.createMetadata(fbb, fbb.createString(name), buffer));
        return this;
    }

    TinyFile signature(String key, long subgraph, Map<String, Integer> in, Map<String, Integer> out) {
        int i = SignatureDef.createInputsVector(fbb, maps(in));
        int o = SignatureDef.createOutputsVector(fbb, maps(out));
        signatures.add(SignatureDef.createSignatureDef(fbb, i, o, fbb.createString(key), subgraph));
        return this;
    }

    private int[] maps(Map<String, Integer> names) {
        return names.entrySet().stream()
                .mapToInt(e -> TensorMap.createTensorMap(fbb, fbb.createString(e.getKey()), e.getValue()))
                .toArray();
    }

    TinyFile external(long id, String file, long offset, long length, String packing) {
        groups.add(ExternalBufferGroup.createExternalBufferGroup(fbb, fbb.createString(file)));
        int text = packing.isEmpty() ? 0 : fbb.createString(packing);
        externals.add(ExternalBuffer.createExternalBuffer(fbb, id, groups.size() - 1, offset, length, text));
        return this;
    }

    /** Ends a subgraph; what follows goes into the next. */
    TinyFile graph(String name, int[] in, int[] out) {
        int t = SubGraph.createTensorsVector(fbb, array(tensors));
        int i = SubGraph.createInputsVector(fbb, in);
        int o = SubGraph.createOutputsVector(fbb, out);
        int ops = SubGraph.createOperatorsVector(fbb, array(operators));
        subgraphs.add(SubGraph.createSubGraph(fbb, t, i, o, ops, fbb.createString(name), -1));
        tensors.clear();
        operators.clear();
        return this;
    }

    /** The file. */
    byte[] bytes() {
        return bytes(3);
    }

    byte[] bytes(int version) {
        int c = Model.createOperatorCodesVector(fbb, array(codes));
        int s = Model.createSubgraphsVector(fbb, array(subgraphs));
        int b = Model.createBuffersVector(fbb, array(buffers));
        int m = Model.createMetadataVector(fbb, array(metadata));
        int d = Model.createSignatureDefsVector(fbb, array(signatures));
        int g = Model.createExternalBufferGroupsVector(fbb, array(groups));
        int e = Model.createExternalBuffersVector(fbb, array(externals));
        int text = fbb.createString("tiny");
        fbb.finish(Model.createModel(fbb, version, c, s, text, b, 0, m, d, g, e), "TFL3");
        return fbb.sizedByteArray();
    }

    Bytes file() {
        return Bytes.of(bytes(), "tiny.tflite");
    }

    private static int[] array(List<Integer> offsets) {
        return offsets.stream().mapToInt(i -> i).toArray();
    }

    static int[] ints(int... values) {
        return values;
    }

    /** One RELU on a vector of two. */
    static TinyFile relu() {
        TinyFile file = new TinyFile();
        int x = file.tensor("x", 2);
        int y = file.tensor("y", 2);
        return file.op(file.code("RELU"), ints(x), ints(y)).graph("main", ints(x), ints(y));
    }
}
