package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A channel into a buffer of known size. */
final class ByteSink implements WritableByteChannel {
    private final ByteBuffer buffer;

    private ByteSink(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /** All elements as they lie in memory: little-endian, types of fewer than 8 bits packed. */
    static byte[] packed(Tensor tensor) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(tensor.byteSize()));
        fill(tensor, buffer);
        return buffer.array();
    }

    /** As {@link #packed}, into a buffer with just enough room. */
    static void fill(Tensor tensor, ByteBuffer buffer) {
        try {
            tensor.writeTo(new ByteSink(buffer));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int write(ByteBuffer source) {
        int count = source.remaining();
        buffer.put(source);
        return count;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
