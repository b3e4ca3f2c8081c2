package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.exporter.onnx.ByteSink;
import dev.tfliteonnx.ir.Bytes;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * The SHA-256 of a source file. That of a large file is computed in a thread of its own while the graph is converted; the
 * thread ends when the digest is closed.
 */
final class SourceDigest implements AutoCloseable {
    /** Takes longer than it takes to start a thread. */
    private static final long LARGE = 1 << 19;

    private final FutureTask<String> task;

    private SourceDigest(Bytes bytes) {
        this.task = new FutureTask<>(() -> compute(bytes));
    }

    /** Begins. */
    static SourceDigest of(Bytes bytes) {
        SourceDigest digest = new SourceDigest(bytes);
        if (bytes.size() >= LARGE) {
            Thread thread = new Thread(digest.task, "tflite-onnx-digest");
            thread.setDaemon(true);
            thread.start();
        }
        return digest;
    }

    /**
     * Waits for the digest.
     *
     * @return its bytes in hexadecimal digits
     * @throws ConversionException {@code INPUT_FAILED} if the file can no longer be read, or the thread is interrupted
     */
    String hex() throws ConversionException {
        task.run(); // without effect if it runs, or has run, in its own thread
        try {
            return task.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("the conversion was interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw failed(String.valueOf(cause.getMessage()));
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static ConversionException failed(String reason) {
        return new ConversionException(
                DiagnosticCode.INPUT_FAILED, Where.NOWHERE, reason, "do not change the file while it is converted");
    }

    private static String compute(Bytes bytes) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            bytes.writeTo(new ByteSink(part -> update(digest, part)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void update(MessageDigest digest, ByteBuffer part) throws IOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted");
        }
        digest.update(part);
    }

    /** Stops what still runs. */
    @Override
    public void close() {
        task.cancel(true);
    }
}
