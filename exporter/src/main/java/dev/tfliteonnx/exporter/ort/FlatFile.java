package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.exporter.ort.FlatTable.Blob;
import dev.tfliteonnx.exporter.ort.FlatTable.Many;
import dev.tfliteonnx.exporter.ort.FlatTable.Numbers;
import dev.tfliteonnx.exporter.ort.FlatTable.Scalar;
import dev.tfliteonnx.exporter.ort.FlatTable.Text;
import dev.tfliteonnx.ir.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A FlatBuffer with every table in its place. Offsets lead forward: tables stand before what they refer to, equal
 * strings stand once behind all tables, and the elements of tensors come last, each at a multiple of {@value
 * #BLOB_ALIGNMENT}. Only these are streamed; all else is held.
 *
 * <p>Source: the FlatBuffers internals document, and the verifier of its C++ library, which asks for the alignment of
 * every number.
 */
final class FlatFile {
    /** Where the elements of tensors begin: what vector instructions want. */
    static final int BLOB_ALIGNMENT = 16;

    private final Deque<Pending> pending = new ArrayDeque<>();
    private final Map<Text, List<Integer>> texts = new LinkedHashMap<>();
    private final Map<ByteBuffer, Integer> vtables = new HashMap<>();
    private final List<Place> blobs = new ArrayList<>();
    private ByteBuffer head = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private long size;
    private int tables;

    private record Pending(Object what, int referrer) {}

    private record Place(Blob blob, long at) {}

    /** Lays out a tree of tables. */
    FlatFile(FlatTable root, String identifier) {
        room(8);
        head.putInt(0).put(identifier.getBytes(StandardCharsets.ISO_8859_1));
        pending.add(new Pending(root, 0));
        List<Pending> later = new ArrayList<>();
        while (!pending.isEmpty()) {
            Pending next = pending.poll();
            if (next.what instanceof FlatTable table) {
                table(table, next.referrer);
            } else if (next.what instanceof Many many) {
                many(many, next.referrer);
            } else if (next.what instanceof Numbers numbers) {
                numbers(numbers, next.referrer);
            } else if (next.what instanceof Text text) {
                texts.computeIfAbsent(text, t -> new ArrayList<>()).add(next.referrer);
            } else {
                later.add(next);
            }
        }
        texts.forEach(this::text);
        size = head.position();
        later.forEach(p -> blob((Blob) p.what, p.referrer));
    }

    /** Bytes of all. */
    long size() {
        return size;
    }

    /** How many tables there are. */
    int tables() {
        return tables;
    }

    /** Streams all. */
    void writeTo(WritableByteChannel out) throws IOException {
        write(head.duplicate().flip(), out);
        long at = head.position();
        for (Place place : blobs) {
            Tensor tensor = place.blob.tensor();
            ByteBuffer gap = ByteBuffer.allocate(Math.toIntExact(place.at - at)).order(ByteOrder.LITTLE_ENDIAN);
            gap.putInt(gap.capacity() - 4, Math.toIntExact(tensor.byteSize()));
            write(gap, out);
            tensor.writeTo(out);
            at = place.at + tensor.byteSize();
        }
    }

    private static void write(ByteBuffer bytes, WritableByteChannel out) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private void table(FlatTable table, int referrer) {
        tables++;
        @Nullable Object[] slots = table.slots();
        int[] offsets = new int[slots.length];
        int end = 4;
        for (int width : new int[] {8, 4, 1}) {
            for (int i = 0; i < slots.length; i++) {
                if (slots[i] != null && width(slots[i]) == width) {
                    offsets[i] = end;
                    end += width;
                }
            }
        }
        int vtable = vtable(offsets, end);
        // fields of 8 bytes stand first, right behind the 4 that lead to the vtable
        align(8, 4);
        int at = head.position();
        refer(referrer, at);
        room(end);
        head.putInt(at, at - vtable).position(at + end);
        for (int i = 0; i < slots.length; i++) {
            Object value = slots[i];
            if (value instanceof Scalar scalar) {
                for (int b = 0; b < scalar.width(); b++) {
                    head.put(at + offsets[i] + b, (byte) (scalar.bits() >> 8 * b));
                }
            } else if (value != null) {
                pending.add(new Pending(value, at + offsets[i]));
            }
        }
    }

    private static int width(@Nullable Object slot) {
        return slot instanceof Scalar scalar ? scalar.width() : 4;
    }

    private int vtable(int[] offsets, int tableSize) {
        ByteBuffer bytes = ByteBuffer.allocate(4 + 2 * offsets.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort((short) bytes.capacity()).putShort((short) tableSize);
        Arrays.stream(offsets).forEach(o -> bytes.putShort((short) o));
        bytes.flip();
        return vtables.computeIfAbsent(bytes, b -> {
            align(2, 0);
            room(b.remaining());
            int at = head.position();
            head.put(b.duplicate());
            return at;
        });
    }

    private void many(Many many, int referrer) {
        align(4, 0);
        int count = many.elements().size();
        refer(referrer, head.position());
        room(4 + 4 * count);
        head.putInt(count);
        for (Object element : many.elements()) {
            pending.add(new Pending(element, head.position()));
            head.putInt(0);
        }
    }

    private void numbers(Numbers numbers, int referrer) {
        align(numbers.alignment(), numbers.alignment() - 4);
        refer(referrer, head.position());
        room(4 + numbers.bytes().remaining());
        head.putInt(numbers.count()).put(numbers.bytes().duplicate());
    }

    private void text(Text text, List<Integer> referrers) {
        align(4, 0);
        int at = head.position();
        referrers.forEach(r -> refer(r, at));
        room(text.utf8().remaining() + 5);
        head.putInt(text.utf8().remaining()).put(text.utf8().duplicate()).put((byte) 0);
    }

    private void blob(Blob blob, int referrer) {
        long at = (size + 4 + BLOB_ALIGNMENT - 1) / BLOB_ALIGNMENT * BLOB_ALIGNMENT;
        head.putInt(referrer, (int) (at - 4 - referrer));
        blobs.add(new Place(blob, at));
        size = at + blob.tensor().byteSize();
    }

    private void refer(int referrer, int to) {
        head.putInt(referrer, to - referrer);
    }

    /** Moves on to a position that leaves {@code remainder} when divided by {@code alignment}. */
    private void align(int alignment, int remainder) {
        int gap = Math.floorMod(remainder - head.position(), alignment);
        room(gap);
        head.position(head.position() + gap);
    }

    private void room(int bytes) {
        if (head.remaining() < bytes) {
            long wanted = Math.max(2L * head.capacity(), (long) head.position() + bytes);
            ByteBuffer more = ByteBuffer.allocate((int) Math.min(wanted, Integer.MAX_VALUE - 8))
                    .order(ByteOrder.LITTLE_ENDIAN);
            head = more.put(head.flip());
        }
    }
}
