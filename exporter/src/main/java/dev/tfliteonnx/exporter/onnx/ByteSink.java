package dev.tfliteonnx.exporter.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/** A channel that hands all bytes on, so that tensors can be streamed into what is no channel. */
public final class ByteSink implements WritableByteChannel {
    private final Target target;

    /** Hands all bytes to a target. */
    public ByteSink(Target target) {
        this.target = target;
    }

    /** Takes bytes. */
    @FunctionalInterface
    public interface Target {
        /** Takes all that remain in the buffer. */
        void take(ByteBuffer bytes) throws IOException;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
        int n = bytes.remaining();
        target.take(bytes);
        return n;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public void close() {}
}
