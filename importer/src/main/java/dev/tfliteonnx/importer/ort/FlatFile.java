package dev.tfliteonnx.importer.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.ir.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A FlatBuffer that is checked while it is read: whatever an accessor touches lies inside the file, or there is a
 * {@link ConversionException}. Tables may be shared, so that a small file may describe a huge tree; therefore no more than
 * {@value #MAX_TABLES} tables are read, as many as ONNX Runtime admits, and little more bytes than the file has.
 *
 * <p>Source: the FlatBuffers internals document.
 */
final class FlatFile {
    private static final int MAX_TABLES = 1_000_000;
    private static final long SLACK = 1 << 26;

    private final ModelFile file;
    private final ByteBuffer buffer;
    private final Map<Integer, byte[]> texts = new HashMap<>();
    private long bytesLeft;
    private int tables;

    private FlatFile(ModelFile file) {
        this.file = file;
        this.buffer = file.head().duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.bytesLeft = buffer.limit() + SLACK;
    }

    /**
     * The root table of a file.
     *
     * @throws ConversionException {@code NOT_A_MODEL} if the letters at byte 4 are not the identifier
     */
    static Table root(ModelFile file, String identifier) throws ConversionException {
        FlatFile flat = new FlatFile(file);
        if (file.bytes().size() > flat.buffer.limit()) {
            throw flat.failure(
                    DiagnosticCode.LIMIT_EXCEEDED, "it has " + file.bytes().size() + " bytes");
        }
        byte[] letters = new byte[4];
        if (flat.buffer.limit() >= 8) {
            flat.buffer.get(4, letters);
        }
        if (!new String(letters, StandardCharsets.ISO_8859_1).equals(identifier)) {
            throw flat.failure(DiagnosticCode.NOT_A_MODEL, "the letters " + identifier + " lack at byte 4");
        }
        return flat.table(flat.follow(0));
    }

    /** The file cannot be taken for a reason. */
    ConversionException failure(DiagnosticCode code, String reason) {
        return new ConversionException(code, Where.file(file.name()), reason, "");
    }

    private ConversionException broken(String reason, long at) {
        return new ConversionException(
                DiagnosticCode.BROKEN_FILE,
                Where.file(file.name()),
                reason + " (at byte " + at + ")",
                "fetch the file again from its source");
    }

    private void inside(long at, long length, String what) throws ConversionException {
        if (at < 0 || length > buffer.limit() - at) {
            throw broken("a " + what + " of " + length + " bytes is not inside the file", at);
        }
    }

    private void spend(long bytes) throws ConversionException {
        bytesLeft -= bytes;
        if (bytesLeft < 0) {
            throw failure(
                    DiagnosticCode.LIMIT_EXCEEDED, "it describes much more than its " + buffer.limit() + " bytes");
        }
    }

    private int unsigned16(int at) {
        return buffer.getShort(at) & 0xffff;
    }

    /** Where the offset at a place leads. */
    private int follow(int at) throws ConversionException {
        inside(at, 4, "offset");
        long offset = buffer.getInt(at) & 0xffff_ffffL;
        if (offset == 0) {
            throw broken("an offset is 0", at);
        }
        inside(at + offset, 4, "target of an offset");
        return (int) (at + offset);
    }

    /** Checks a vector and gives its length. */
    private int vector(int at, int width) throws ConversionException {
        long count = buffer.getInt(at) & 0xffff_ffffL;
        inside(at + 4L, count * width, "vector");
        return (int) count;
    }

    private Table table(int at) throws ConversionException {
        if (++tables > MAX_TABLES) {
            throw failure(DiagnosticCode.LIMIT_EXCEEDED, "it has more than " + MAX_TABLES + " tables");
        }
        long vtable = (long) at - buffer.getInt(at);
        inside(vtable, 4, "vtable");
        int size = unsigned16((int) vtable);
        int inline = unsigned16((int) vtable + 2);
        if (size < 4 || size % 2 != 0 || inline < 4) {
            throw broken("a vtable has the sizes " + size + " and " + inline, vtable);
        }
        inside(vtable, size, "vtable");
        inside(at, inline, "table");
        spend(inline);
        return new Table(this, at, (int) vtable, size, inline);
    }

    /** The bytes of a string; equal ones need not be told apart. */
    private byte[] text(int at) throws ConversionException {
        byte[] known = texts.get(at);
        if (known != null) {
            return known;
        }
        byte[] bytes = new byte[chargedLength(at)];
        buffer.get(at + 4, bytes);
        texts.put(at, bytes);
        return bytes;
    }

    private int chargedLength(int at) throws ConversionException {
        int length = vector(at, 1);
        spend(length);
        return length;
    }

    private String utf8(byte[] bytes) throws ConversionException {
        return utf8IfAny(bytes).orElseThrow(() -> broken("a string is not UTF-8", 0));
    }

    /** A string of bytes, if they are UTF-8. */
    static Optional<String> utf8IfAny(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** A table; its accessors give the default, 0 or nothing, for a slot that it lacks. */
    record Table(FlatFile in, int at, int vtable, int vtableSize, int size) {
        /** The place of a slot of that width, or 0. */
        private int place(int slot, int width) throws ConversionException {
            int entry = 4 + 2 * slot;
            int offset = entry + 2 > vtableSize ? 0 : in.unsigned16(vtable + entry);
            if (offset != 0 && (offset < 4 || offset + width > size)) {
                throw in.broken("slot " + slot + " is not inside its table", at);
            }
            return offset == 0 ? 0 : at + offset;
        }

        /** The target of an offset, or 0. */
        private int target(int slot) throws ConversionException {
            int place = place(slot, 4);
            return place == 0 ? 0 : in.follow(place);
        }

        int getByte(int slot) throws ConversionException {
            int place = place(slot, 1);
            return place == 0 ? 0 : in.buffer.get(place) & 0xff;
        }

        int getInt(int slot) throws ConversionException {
            int place = place(slot, 4);
            return place == 0 ? 0 : in.buffer.getInt(place);
        }

        long getLong(int slot, long otherwise) throws ConversionException {
            int place = place(slot, 8);
            return place == 0 ? otherwise : in.buffer.getLong(place);
        }

        float getFloat(int slot) throws ConversionException {
            return Float.intBitsToFloat(getInt(slot));
        }

        Optional<Table> table(int slot) throws ConversionException {
            int target = target(slot);
            return target == 0 ? Optional.empty() : Optional.of(in.table(target));
        }

        /** Text, empty if there is none. */
        String text(int slot) throws ConversionException {
            return in.utf8(textBytes(slot));
        }

        byte[] textBytes(int slot) throws ConversionException {
            int target = target(slot);
            return target == 0 ? new byte[0] : in.text(target);
        }

        /** The targets of a vector of offsets. */
        private List<Integer> targets(int slot) throws ConversionException {
            List<Integer> targets = new ArrayList<>();
            int vector = target(slot);
            int count = vector == 0 ? 0 : in.vector(vector, 4);
            in.spend(4L * count);
            for (int i = 0; i < count; i++) {
                targets.add(in.follow(vector + 4 + 4 * i));
            }
            return targets;
        }

        List<Table> tables(int slot) throws ConversionException {
            List<Table> all = new ArrayList<>();
            for (int target : targets(slot)) {
                all.add(in.table(target));
            }
            return all;
        }

        List<String> texts(int slot) throws ConversionException {
            List<String> all = new ArrayList<>();
            for (int target : targets(slot)) {
                all.add(in.utf8(in.text(target)));
            }
            return all;
        }

        /** The bytes of strings, each charged as if it stood for itself. */
        List<byte[]> manyBytes(int slot) throws ConversionException {
            List<byte[]> all = new ArrayList<>();
            for (int target : targets(slot)) {
                in.chargedLength(target);
                all.add(in.text(target));
            }
            return all;
        }

        long[] longs(int slot) throws ConversionException {
            int vector = target(slot);
            int count = vector == 0 ? 0 : in.vector(vector, 8);
            in.spend(8L * count);
            long[] all = new long[count];
            for (int i = 0; i < count; i++) {
                all[i] = in.buffer.getLong(vector + 4 + 8 * i);
            }
            return all;
        }

        float[] floats(int slot) throws ConversionException {
            int vector = target(slot);
            int count = vector == 0 ? 0 : in.vector(vector, 4);
            in.spend(4L * count);
            float[] all = new float[count];
            for (int i = 0; i < count; i++) {
                all[i] = in.buffer.getFloat(vector + 4 + 4 * i);
            }
            return all;
        }

        /** A vector of bytes where it stands in the file. */
        Bytes slice(int slot, String what) throws ConversionException {
            int vector = target(slot);
            return vector == 0
                    ? Bytes.of(new byte[0], what)
                    : in.file.bytes().slice(vector + 4L, in.vector(vector, 1), what);
        }
    }
}
