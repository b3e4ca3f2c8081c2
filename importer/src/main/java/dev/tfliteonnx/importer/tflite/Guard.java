package dev.tfliteonnx.importer.tflite;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.importer.tflite.Layout.Field;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Verifies a FlatBuffer before an accessor touches it: every offset, vtable, vector, string and union that a {@link
 * Layout} names must lie inside the buffer. What passes can be read by the generated accessors without a failure.
 *
 * <p>Tables may be shared, so that a small file may describe a huge tree. The tree is therefore limited: to {@value
 * #MAX_TABLES} tables, and in bytes to the size of the file and a little more; a file that shares nothing but vtables
 * needs no more than itself. Recursion is as deep as the layout, never as the file. Alignment is not asked for, as nothing here
 * depends on it.
 */
final class Guard {
    /** The most tables that a file may hold. */
    static final int MAX_TABLES = 1_000_000;

    private static final long SLACK = 1 << 19;

    private final ByteBuffer buffer;
    private final long size;
    private final String file;
    private final Deque<String> path = new ArrayDeque<>();
    private long bytesLeft;
    private int tables;

    private Guard(ByteBuffer buffer, String file) {
        this.buffer = buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        this.size = buffer.limit();
        this.file = file;
        this.bytesLeft = size + SLACK;
    }

    /**
     * Verifies a buffer from its first byte on.
     *
     * @param identifier the four letters at byte 4
     * @throws ConversionException {@code BROKEN_FILE} or {@code LIMIT_EXCEEDED}
     */
    static void check(ByteBuffer buffer, String identifier, Layout root, String file) throws ConversionException {
        Guard guard = new Guard(buffer, file);
        guard.path.push(root.table());
        guard.require(guard.size >= 8, "the file ends before the root table");
        byte[] letters = new byte[4];
        guard.buffer.get(4, letters);
        guard.require(
                new String(letters, StandardCharsets.ISO_8859_1).equals(identifier),
                "the letters " + identifier + " lack");
        guard.table(guard.follow(0), root);
    }

    private void table(long at, Layout layout) throws ConversionException {
        if (++tables > MAX_TABLES) {
            throw limit("more than " + MAX_TABLES + " tables");
        }
        inside(at, 4, "table");
        long vtable = at - buffer.getInt((int) at);
        inside(vtable, 4, "vtable");
        int vtableSize = unsigned16(vtable);
        // the accessors take both numbers for signed
        require(vtableSize >= 4 && vtableSize % 2 == 0 && vtableSize <= Short.MAX_VALUE, "vtable size " + vtableSize);
        inside(vtable, vtableSize, "vtable");
        int tableSize = unsigned16(vtable + 2);
        inside(at, tableSize, "table");
        spend(tableSize);
        for (Field field : layout.fields()) {
            long place = place(at, vtable, vtableSize, field.id());
            if (place != 0) {
                path.push(field.name());
                inside(place, field.inlineWidth(), "field");
                field(place, field, at, vtable, vtableSize);
                path.pop();
            }
        }
    }

    /** The place of a field, or 0 if the table lacks it. */
    private long place(long table, long vtable, int vtableSize, int id) throws ConversionException {
        int slot = 4 + 2 * id;
        if (slot >= vtableSize) {
            return 0;
        }
        int offset = unsigned16(vtable + slot);
        require(offset <= Short.MAX_VALUE, "field offset " + offset);
        return offset == 0 ? 0 : table + offset;
    }

    private void field(long place, Field field, long table, long vtable, int vtableSize) throws ConversionException {
        switch (field.kind()) {
            case SCALAR -> {}
            case STRING, VECTOR -> spend(vector(follow(place), field.width()) * field.width());
            case BLOB -> vector(follow(place), 1);
            case TABLE -> table(follow(place), target(field, 0));
            case TABLES -> tables(follow(place), target(field, 0));
            case UNION -> {
                long type = place(table, vtable, vtableSize, field.id() - 1);
                if (type != 0) {
                    inside(type, 1, "union type");
                    Layout target = field.targets().get(buffer.get((int) type) & 0xff);
                    if (target != null) {
                        table(follow(place), target);
                    }
                }
            }
        }
    }

    private static Layout target(Field field, int type) {
        return field.targets().getOrDefault(type, Layout.of(field.name()));
    }

    private void tables(long vector, Layout layout) throws ConversionException {
        long count = vector(vector, 4);
        if (count > MAX_TABLES) {
            throw limit(count + " tables");
        }
        spend(count * 4);
        for (int i = 0; i < count; i++) {
            path.push("[" + i + "]");
            table(follow(vector + 4 + 4L * i), layout);
            path.pop();
        }
    }

    /** Checks a vector and gives its length. */
    private long vector(long at, int width) throws ConversionException {
        inside(at, 4, "vector");
        long count = buffer.getInt((int) at) & 0xffff_ffffL;
        inside(at + 4, count * width, "vector of " + count);
        return count;
    }

    /** Where the offset at a place leads. */
    private long follow(long place) throws ConversionException {
        long offset = buffer.getInt((int) place) & 0xffff_ffffL;
        require(offset != 0, "an offset is 0");
        inside(place + offset, 4, "target of an offset");
        return place + offset;
    }

    private int unsigned16(long at) {
        return buffer.getShort((int) at) & 0xffff;
    }

    private void inside(long at, long length, String what) throws ConversionException {
        if (at < 0 || at + length > size) {
            throw broken("a " + what + " at byte " + at + " ends " + length + " bytes later, the file has " + size);
        }
    }

    private void spend(long bytes) throws ConversionException {
        bytesLeft -= bytes;
        if (bytesLeft < 0) {
            throw limit("its tables overlap so much that they unfold to more than its size");
        }
    }

    private void require(boolean holds, String otherwise) throws ConversionException {
        if (!holds) {
            throw broken(otherwise);
        }
    }

    private ConversionException broken(String reason) {
        return new ConversionException(
                DiagnosticCode.BROKEN_FILE,
                Where.file(file),
                reason + ", at " + pathText(),
                "compare the file's size and checksum with those of its source and fetch it again");
    }

    private ConversionException limit(String reason) {
        return new ConversionException(
                DiagnosticCode.LIMIT_EXCEEDED, Where.file(file), reason + ", at " + pathText(), "");
    }

    private String pathText() {
        StringBuilder text = new StringBuilder();
        for (Iterator<String> steps = path.descendingIterator(); steps.hasNext(); ) {
            String step = steps.next();
            text.append(text.length() == 0 || step.startsWith("[") ? "" : ".").append(step);
        }
        return text.toString();
    }
}
