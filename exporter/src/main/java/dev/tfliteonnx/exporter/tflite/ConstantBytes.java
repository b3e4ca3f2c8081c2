package dev.tfliteonnx.exporter.tflite;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.List;

/** Constants in the form of TFLite's buffers: strings with a table of places in front, other types as they are. */
public final class ConstantBytes {
    private ConstantBytes() {}

    /** The bytes of a constant as a buffer of the file holds them. */
    public static byte[] of(Tensor tensor) {
        if (tensor.type() == DataType.STRING) {
            return strings(tensor.toStrings());
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            tensor.writeTo(Channels.newChannel(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static byte[] strings(List<byte[]> values) {
        int at = 4 * (values.size() + 2);
        ByteBuffer out = ByteBuffer.allocate(
                        at + values.stream().mapToInt(v -> v.length).sum())
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(values.size());
        for (byte[] value : values) {
            out.putInt(at);
            at += value.length;
        }
        out.putInt(at);
        values.forEach(out::put);
        return out.array();
    }
}
