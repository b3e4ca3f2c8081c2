package dev.tfliteonnx.executor;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads tensors, lists of tensors and optional values from ONNX's protobuf messages. */
final class OnnxTestData {
    private OnnxTestData() {}

    /** A TensorProto. */
    static Tensor tensor(byte[] bytes) throws IOException {
        return new TensorReader().read(CodedInputStream.newInstance(bytes)).tensor();
    }

    /** A TensorProto. */
    static Array array(byte[] bytes) throws IOException {
        return Array.of(tensor(bytes));
    }

    /** A SequenceProto, of tensors or of other sequences. */
    static Array sequence(byte[] bytes) throws IOException {
        List<Array> elements = new ArrayList<>();
        OnnxTestReader.each(CodedInputStream.newInstance(bytes), (field, in) -> switch (field) {
            case 3 -> elements.add(array(in.readByteArray()));
            case 5 -> elements.add(sequence(in.readByteArray()));
            default -> false;
        });
        return Array.sequence(elements);
    }

    /** An OptionalProto, of a tensor, a sequence or nothing. */
    static Array maybe(byte[] bytes) throws IOException {
        Array[] value = {Array.MISSING};
        OnnxTestReader.each(CodedInputStream.newInstance(bytes), (field, in) -> {
            switch (field) {
                case 3 -> value[0] = array(in.readByteArray());
                case 5 -> value[0] = sequence(in.readByteArray());
                default -> {
                    return false;
                }
            }
            return true;
        });
        return value[0];
    }

    static final class TensorReader {
        private String name = "";
        private int type;
        private final List<Long> dims = new ArrayList<>();
        private final List<byte[]> strings = new ArrayList<>();
        private final List<Number> numbers = new ArrayList<>();
        private ByteString raw = ByteString.EMPTY;

        TensorReader read(CodedInputStream from) throws IOException {
            OnnxTestReader.each(from, (field, in) -> switch (field) {
                case 1 -> OnnxTestReader.numbers(in, (f, s) -> dims.add(s.readInt64()));
                case 2 -> {
                    type = in.readInt32();
                    yield true;
                }
                case 4 -> OnnxTestReader.numbers(in, (f, s) -> numbers.add(s.readFloat()));
                case 5 -> OnnxTestReader.numbers(in, (f, s) -> numbers.add(s.readInt32()));
                case 6 -> strings.add(in.readByteArray());
                case 7, 11 -> OnnxTestReader.numbers(in, (f, s) -> numbers.add(s.readInt64()));
                case 8 -> {
                    name = in.readString();
                    yield true;
                }
                case 9 -> {
                    raw = in.readBytes();
                    yield true;
                }
                case 10 -> OnnxTestReader.numbers(in, (f, s) -> numbers.add(s.readDouble()));
                default -> false;
            });
            return this;
        }

        String name() {
            return name;
        }

        Tensor tensor() {
            Shape shape = Shape.of(dims.stream().mapToLong(Long::longValue).toArray());
            DataType element = OnnxTestReader.type(type);
            if (element == DataType.STRING) {
                return Tensor.ofStrings(shape, strings);
            }
            if (!raw.isEmpty() || shape.elementCount() == 0) {
                return Tensor.of(element, shape, Bytes.of(raw.toByteArray(), name));
            }
            ByteBuffer out =
                    ByteBuffer.allocate(numbers.size() * element.wideBytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (Number n : numbers) {
                switch (element) {
                    case FLOAT32, COMPLEX64 -> out.putFloat(n.floatValue());
                    case FLOAT64, COMPLEX128 -> out.putDouble(n.doubleValue());
                    default -> {
                        switch (element.wideBytes()) {
                            case 1 -> out.put(n.byteValue());
                            case 2 -> out.putShort(n.shortValue());
                            case 4 -> out.putInt(n.intValue());
                            default -> out.putLong(n.longValue());
                        }
                    }
                }
            }
            return Tensor.of(element, shape, Bytes.of(out.array(), name));
        }
    }
}
