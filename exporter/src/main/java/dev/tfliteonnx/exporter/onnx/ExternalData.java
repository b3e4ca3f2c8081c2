package dev.tfliteonnx.exporter.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which weights stand where in a file beside the model. A tensor that has the same bytes as an earlier one shares its
 * place. Tensors begin at multiples of {@value #PAGE} bytes, those of {@value #GRANULE} bytes and more at multiples of
 * {@value #GRANULE}, so that they can be mapped on every system.
 *
 * <p>Source: ONNX documentation of external data ({@code docs/ExternalData.md}).
 */
final class ExternalData {
    /** Tensors of fewer bytes stay in the model. */
    static final long THRESHOLD = 1024;

    static final long PAGE = 4096;

    static final long GRANULE = 1 << 16;

    /** Vectors of no more integers than this may be shapes, which readers look for in the model. */
    private static final int LONGEST_SHAPE = 1024;

    private static final int SAMPLE = 1024;

    private final String location;
    private final List<Entry> entries = new ArrayList<>();
    private final Map<Key, List<Entry>> similar = new HashMap<>();
    private long end;

    /** An empty plan for a file of that name. */
    ExternalData(String location) {
        this.location = location;
    }

    /** The name of the file. */
    String location() {
        return location;
    }

    /** Whether nothing has a place in the file. */
    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Finds a place for a tensor; empty if it is better kept in the model. */
    Optional<Span> place(Tensor tensor) {
        boolean maybeShape =
                tensor.type() == DataType.INT64 && tensor.shape().rank() <= 1 && tensor.elementCount() <= LONGEST_SHAPE;
        if (tensor.type() == DataType.STRING || tensor.byteSize() < THRESHOLD || maybeShape) {
            return Optional.empty();
        }
        List<Entry> candidates = similar.computeIfAbsent(Key.of(tensor), k -> new ArrayList<>(1));
        Entry entry = new Entry(tensor, aligned(tensor.byteSize()));
        for (Entry other : candidates) {
            if (other.tensor.isSame(tensor) || Arrays.equals(other.digest(), entry.digest())) {
                return Optional.of(other.span);
            }
        }
        candidates.add(entry);
        entries.add(entry);
        end = entry.span.offset + entry.span.length;
        return Optional.of(entry.span);
    }

    private Span aligned(long length) {
        long unit = length >= GRANULE ? GRANULE : PAGE;
        return new Span((end + unit - 1) / unit * unit, length);
    }

    /** Writes the file. */
    void writeTo(WritableByteChannel out) throws IOException {
        long at = 0;
        for (Entry entry : entries) {
            ByteBuffer gap = ByteBuffer.allocate((int) (entry.span.offset - at));
            while (gap.hasRemaining()) {
                out.write(gap);
            }
            entry.tensor.writeTo(out);
            at = entry.span.offset + entry.span.length;
        }
    }

    /**
     * A part of the file.
     *
     * @param offset where it begins
     * @param length how many bytes it has
     */
    record Span(long offset, long length) {}

    /** What tensors of the same bytes have in common for sure, and others seldom. */
    private record Key(long bytes, int sample) {
        static Key of(Tensor tensor) {
            int n = (int) Math.min(SAMPLE, tensor.elementCount());
            ByteBuffer sample =
                    ByteBuffer.allocate(n * tensor.type().wideBytes()).order(ByteOrder.LITTLE_ENDIAN);
            tensor.read(0, n, sample);
            return new Key(tensor.byteSize(), Arrays.hashCode(sample.array()));
        }
    }

    private static final class Entry {
        final Tensor tensor;
        final Span span;
        private byte @Nullable [] digest;

        Entry(Tensor tensor, Span span) {
            this.tensor = tensor;
            this.span = span;
        }

        byte[] digest() {
            if (digest == null) {
                digest = digestOf(tensor);
            }
            return digest;
        }

        private static byte[] digestOf(Tensor tensor) {
            try {
                MessageDigest sha = MessageDigest.getInstance("SHA-256");
                tensor.writeTo(new ByteSink(sha::update));
                return sha.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
