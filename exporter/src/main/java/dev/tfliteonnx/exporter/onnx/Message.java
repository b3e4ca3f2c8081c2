package dev.tfliteonnx.exporter.onnx;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protobuf message that knows its size before it is written. Weights in it are named, not held: they are streamed when
 * the message is. Fields are written in the order in which they were put.
 */
final class Message {
    private static final int BUFFER = 1 << 16;

    private final List<Field> fields = new ArrayList<>();
    private long size;

    /** Puts a whole number or a value of an enumeration. */
    Message put(int field, long value) {
        return add(new WholeNumber(field, value), CodedOutputStream.computeInt64Size(field, value));
    }

    /** Puts a 32-bit floating point number. */
    Message put(int field, float value) {
        return add(new Real(field, value), CodedOutputStream.computeFloatSize(field, value));
    }

    /** Puts a text. */
    Message put(int field, String value) {
        return put(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Puts a text unless it is empty. */
    Message putIfAny(int field, String value) {
        return value.isEmpty() ? this : put(field, value);
    }

    /** Puts bytes. */
    Message put(int field, byte[] value) {
        return add(new Text(field, value), CodedOutputStream.computeByteArraySize(field, value));
    }

    /** Puts a message, to which nothing may be added any more. */
    Message put(int field, Message value) {
        return add(new Nested(field, value), delimited(field, value.size));
    }

    /** Puts the elements of a tensor, packed. */
    Message put(int field, Tensor value) {
        return add(new Elements(field, value), delimited(field, value.byteSize()));
    }

    private Message add(Field field, long bytes) {
        fields.add(field);
        size += bytes;
        return this;
    }

    private static long delimited(int field, long length) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt64SizeNoTag(length) + length;
    }

    /** How many bytes the message has. */
    long size() {
        return size;
    }

    /** Writes the message; it must have fewer than 2³¹ bytes. */
    void writeTo(WritableByteChannel channel) throws IOException {
        OutputStream stream = Channels.newOutputStream(channel);
        CodedOutputStream out = CodedOutputStream.newInstance(stream, (int) Math.max(1, Math.min(size, BUFFER)));
        write(new Sink(out, channel));
        out.flush();
    }

    private void write(Sink sink) throws IOException {
        for (Field field : fields) {
            field.write(sink);
        }
    }

    /** Both ends of one stream: large runs of bytes bypass the buffer. */
    private record Sink(CodedOutputStream out, WritableByteChannel channel) {}

    private interface Field {
        void write(Sink sink) throws IOException;
    }

    private record WholeNumber(int field, long value) implements Field {
        @Override
        public void write(Sink sink) throws IOException {
            sink.out.writeInt64(field, value);
        }
    }

    private record Real(int field, float value) implements Field {
        @Override
        public void write(Sink sink) throws IOException {
            sink.out.writeFloat(field, value);
        }
    }

    private static final class Text implements Field {
        private final int field;
        private final byte[] value;

        Text(int field, byte[] value) {
            this.field = field;
            this.value = value;
        }

        @Override
        public void write(Sink sink) throws IOException {
            sink.out.writeByteArray(field, value);
        }
    }

    private record Nested(int field, Message value) implements Field {
        @Override
        public void write(Sink sink) throws IOException {
            sink.out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            sink.out.writeUInt64NoTag(value.size);
            value.write(sink);
        }
    }

    private record Elements(int field, Tensor value) implements Field {
        @Override
        public void write(Sink sink) throws IOException {
            sink.out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            sink.out.writeUInt64NoTag(value.byteSize());
            if (value.byteSize() < BUFFER) {
                value.writeTo(new ByteSink(sink.out::write));
            } else {
                sink.out.flush();
                value.writeTo(sink.channel);
            }
        }
    }
}
