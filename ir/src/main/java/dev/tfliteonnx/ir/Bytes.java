package dev.tfliteonnx.ir;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run of bytes that is never copied to be sliced: windows over a mapped file, or one array. It knows where it came
 * from, so that an error can say so. It is immutable as long as nobody writes to the file or array beneath.
 *
 * <p>Reads are positional and safe from any thread.
 */
public final class Bytes {
    /** Bytes in every window but the last; a power of two. */
    public static final int WINDOW = 1 << 30;

    /** A run of so many bytes is faster read from its file than page by page through the mapping. */
    private static final int LARGE = 1 << 18;

    private static final int CHUNK = 1 << 16;

    /** An array is copied before it is written, and the copies of every thread are kept. */
    private static final int PART = 1 << 20;

    private final @Nullable MappedFile file;
    private final ByteBuffer[] windows;
    private final long offset;
    private final long size;
    private final String description;

    private Bytes(@Nullable MappedFile file, ByteBuffer[] windows, long offset, long size, String description) {
        this.file = file;
        this.windows = windows;
        this.offset = offset;
        this.size = size;
        this.description = description;
    }

    /** All of an array, which is not copied. */
    public static Bytes of(byte[] array, String description) {
        ByteBuffer all = ByteBuffer.wrap(array).asReadOnlyBuffer();
        ByteBuffer[] windows = new ByteBuffer[Math.max(1, (int) ((array.length + (long) WINDOW - 1) / WINDOW))];
        for (int i = 0; i < windows.length; i++) {
            int start = i * WINDOW;
            windows[i] =
                    all.slice(start, Math.min(WINDOW, array.length - start)).order(ByteOrder.LITTLE_ENDIAN);
        }
        return new Bytes(null, windows, 0, array.length, description);
    }

    /** The UTF-8 form of a text. */
    public static Bytes ofUtf8(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8), "text");
    }

    /** Windows of {@value #WINDOW} bytes each, but the last, that follow each other. */
    public static Bytes ofWindows(List<ByteBuffer> windows, String description) {
        return of(null, windows, description);
    }

    /** All of a file: windows over it of {@value #WINDOW} bytes each, but the last. */
    public static Bytes ofFile(MappedFile file, List<ByteBuffer> windows, String description) {
        return of(file, windows, description);
    }

    private static Bytes of(@Nullable MappedFile file, List<ByteBuffer> windows, String description) {
        ByteBuffer[] copy = new ByteBuffer[windows.size()];
        long size = 0;
        for (int i = 0; i < copy.length; i++) {
            copy[i] = windows.get(i).duplicate().order(ByteOrder.LITTLE_ENDIAN);
            if (i < copy.length - 1 && copy[i].capacity() != WINDOW) {
                throw new IllegalArgumentException("window " + i + " has " + copy[i].capacity() + " bytes");
            }
            size += copy[i].capacity();
        }
        return new Bytes(file, copy, 0, size, description);
    }

    /** How many bytes there are. */
    public long size() {
        return size;
    }

    /** Where the bytes came from. */
    public String description() {
        return description;
    }

    /** The place of the first byte in the file or array beneath. */
    public long offset() {
        return offset;
    }

    /**
     * A part of these bytes.
     *
     * @throws IndexOutOfBoundsException if it is not inside
     */
    public Bytes slice(long from, long length, String what) {
        Objects.checkFromIndexSize(from, length, size);
        String part = what + ", 0x" + Long.toHexString(offset + from) + "+" + length;
        return new Bytes(
                file, windows, offset + from, length, description.isEmpty() ? part : description + ", " + part);
    }

    /** The byte at an index. */
    public byte get(long index) {
        long at = offset + Objects.checkIndex(index, size);
        return windows[(int) (at / WINDOW)].get((int) (at % WINDOW));
    }

    /** Copies {@code length} bytes from {@code index} on. */
    public void get(long index, byte[] to, int at, int length) {
        Objects.checkFromIndexSize(index, length, size);
        long from = offset + index;
        int done = 0;
        while (done < length) {
            ByteBuffer window = windows[(int) (from / WINDOW)];
            int start = (int) (from % WINDOW);
            int n = Math.min(length - done, window.capacity() - start);
            window.get(start, to, at + done, n);
            done += n;
            from += n;
        }
    }

    /**
     * A read-only little-endian view of {@code length} bytes from {@code index} on; a copy only if they straddle two
     * windows.
     */
    public ByteBuffer view(long index, int length) {
        Objects.checkFromIndexSize(index, length, size);
        long from = offset + index;
        ByteBuffer window = windows.length == 0 ? ByteBuffer.allocate(0) : windows[(int) (from / WINDOW)];
        int start = (int) (from % WINDOW);
        if (start + (long) length <= window.capacity()) {
            return window.slice(start, length).order(ByteOrder.LITTLE_ENDIAN);
        }
        return ByteBuffer.wrap(toArray(index, length)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** A copy of {@code length} bytes from {@code index} on. */
    public byte[] toArray(long index, int length) {
        byte[] out = new byte[length];
        get(index, out, 0, length);
        return out;
    }

    /** A copy of all bytes; there must be fewer than 2³¹. */
    public byte[] toArray() {
        return toArray(0, Math.toIntExact(size));
    }

    /** Streams all bytes. */
    public void writeTo(WritableByteChannel out) throws IOException {
        if (file != null && size >= LARGE) {
            Optional<FileChannel> in = file.open();
            if (in.isPresent()) {
                try (FileChannel channel = in.get()) {
                    transfer(channel, out);
                }
                return;
            }
        }
        long at = 0;
        while (at < size) {
            int n = (int) Math.min(Math.min(size - at, PART), WINDOW - (offset + at) % WINDOW);
            ByteBuffer part = view(at, n);
            while (part.hasRemaining()) {
                out.write(part);
            }
            at += n;
        }
    }

    /** From file to file the system moves the bytes itself. */
    private void transfer(FileChannel in, WritableByteChannel out) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(out instanceof FileChannel ? 0 : CHUNK);
        for (long at = 0; at < size; ) {
            long n;
            if (out instanceof FileChannel) {
                n = in.transferTo(offset + at, size - at, out);
            } else {
                n = in.read(buffer.clear().limit((int) Math.min(CHUNK, size - at)), offset + at);
                buffer.flip();
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
            }
            if (n <= 0) {
                throw new EOFException("the file has become shorter: " + description);
            }
            at += n;
        }
    }

    /** Whether both are the same bytes of the same file or array, without looking at them. */
    @SuppressWarnings("ReferenceEquality") // the question is whether it is the same file
    public boolean isSameRegion(Bytes other) {
        return size == other.size
                && offset == other.offset
                && (windows == other.windows
                        || (windows.length == 1 && other.windows.length == 1 && windows[0] == other.windows[0]));
    }

    @Override
    public String toString() {
        return description;
    }
}
