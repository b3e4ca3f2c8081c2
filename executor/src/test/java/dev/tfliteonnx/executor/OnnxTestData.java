package dev.tfliteonnx.executor;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.importer.onnx.OnnxReader;
import dev.tfliteonnx.ir.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads tensors, lists of tensors and optional values from ONNX's protobuf messages. */
final class OnnxTestData {
    private static final int TENSOR = 3;
    private static final int SEQUENCE = 5;

    private OnnxTestData() {}

    /** A TensorProto. */
    static Array array(byte[] bytes) throws ConversionException {
        return Array.of(OnnxReader.tensor(Bytes.of(bytes, "data"), "data"));
    }

    /** A SequenceProto, of tensors or of other sequences. */
    static Array sequence(byte[] bytes) throws IOException, ConversionException {
        return Array.sequence(elements(bytes));
    }

    /** An OptionalProto, of a tensor, a sequence or nothing. */
    static Array maybe(byte[] bytes) throws IOException, ConversionException {
        List<Array> elements = elements(bytes);
        return elements.isEmpty() ? Array.MISSING : elements.get(0);
    }

    private static List<Array> elements(byte[] bytes) throws IOException, ConversionException {
        List<Array> elements = new ArrayList<>();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case TENSOR -> elements.add(array(in.readByteArray()));
                case SEQUENCE -> elements.add(sequence(in.readByteArray()));
                default -> in.skipField(tag);
            }
        }
        return elements;
    }
}
