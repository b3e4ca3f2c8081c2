package dev.tfliteonnx.importer;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A protobuf message that is walked field by field. Nothing is copied but what is asked for; a field that is not asked for
 * is skipped. Every length is checked against the message around it.
 *
 * <p>Source: the protobuf encoding, {@code protobuf.dev/programming-guides/encoding}.
 */
public final class ProtoMessage {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int DELIMITED = 2;
    private static final int FIXED32 = 5;
    private static final int LONGEST_VARINT = 10;
    private static final int LONGEST_TEXT = 1 << 28;

    private final Bytes file;
    private final String name;
    private final long start;
    private final long end;
    private long at;
    private int field;
    private int wireType;
    private boolean pending;

    private ProtoMessage(Bytes file, String name, long start, long end) {
        this.file = file;
        this.name = name;
        this.start = start;
        this.end = end;
        this.at = start;
    }

    /** A file that is one message. */
    public static ProtoMessage of(Bytes file, String name) {
        return new ProtoMessage(file, name, 0, file.size());
    }

    /** The same message, to be walked from its start. */
    public ProtoMessage again() {
        return new ProtoMessage(file, name, start, end);
    }

    /** Goes on to the next field; false at the end. */
    public boolean next() throws ConversionException {
        if (pending) {
            skip();
        }
        if (at == end) {
            return false;
        }
        long tag = varint();
        field = (int) (tag >>> 3);
        wireType = (int) (tag & 7);
        if (tag >>> 32 != 0 || field == 0) {
            throw broken("no field has the tag " + tag);
        }
        pending = true;
        return true;
    }

    /** The number of the field. */
    public int field() {
        return field;
    }

    private void skip() throws ConversionException {
        switch (wireType) {
            case VARINT -> varint();
            case FIXED64 -> advance(8);
            case DELIMITED -> advance(varint());
            case FIXED32 -> advance(4);
            default -> throw broken("field " + field + " has the wire type " + wireType);
        }
        pending = false;
    }

    private long varint() throws ConversionException {
        long value = 0;
        for (int i = 0; i < LONGEST_VARINT; i++) {
            if (at >= end) {
                throw broken("a number goes beyond the end of its message");
            }
            byte b = file.get(at++);
            value |= (long) (b & 0x7f) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
        throw broken("a number has more than " + LONGEST_VARINT + " bytes");
    }

    /** Steps over that many bytes and returns where they begin. */
    private long advance(long length) throws ConversionException {
        if (length < 0 || length > end - at) {
            throw broken("field " + field + " is said to have " + Long.toUnsignedString(length) + " bytes where "
                    + (end - at) + " are left");
        }
        long from = at;
        at += length;
        return from;
    }

    private void expect(int type) throws ConversionException {
        if (wireType != type) {
            throw broken("field " + field + " has the wire type " + wireType + ", not " + type);
        }
        pending = false;
    }

    /** The field as a whole number. */
    public long integer() throws ConversionException {
        expect(VARINT);
        return varint();
    }

    /** The field as a whole number of 32 bits; others are cut as protobuf cuts them. */
    public int int32() throws ConversionException {
        return (int) integer();
    }

    /** The field as a 32-bit floating point number. */
    public float real() throws ConversionException {
        expect(FIXED32);
        return file.view(advance(4), 4).getFloat();
    }

    /** The field as a message. */
    public ProtoMessage message() throws ConversionException {
        expect(DELIMITED);
        long length = varint();
        long from = advance(length);
        return new ProtoMessage(file, name, from, at);
    }

    /** The field as bytes of the file. */
    public Bytes bytes(String what) throws ConversionException {
        expect(DELIMITED);
        long length = varint();
        return file.slice(advance(length), length, what);
    }

    /** The field as text; empty if it is not UTF-8. */
    public Optional<String> textIfAny(Bytes bytes) {
        if (bytes.size() > LONGEST_TEXT) {
            return Optional.empty();
        }
        try {
            ByteBuffer view = bytes.view(0, (int) bytes.size());
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(view).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** The field as text. */
    public String text() throws ConversionException {
        Optional<String> text = textIfAny(bytes("text"));
        if (text.isEmpty()) {
            throw broken("field " + field + " is no UTF-8 text");
        }
        return text.get();
    }

    /** The field as whole numbers, packed or one. */
    public void integers(LongConsumer into) throws ConversionException {
        if (wireType == VARINT) {
            into.accept(integer());
            return;
        }
        expect(DELIMITED);
        long length = varint();
        ProtoMessage run = new ProtoMessage(file, name, advance(length), at);
        while (run.at < run.end) {
            into.accept(run.varint());
        }
    }

    /** The field as the bytes of numbers of a fixed width, packed or one. */
    public Bytes fixed(int width) throws ConversionException {
        int single = width == 4 ? FIXED32 : FIXED64;
        if (wireType == single) {
            pending = false;
            return file.slice(advance(width), width, "number");
        }
        Bytes run = bytes("numbers");
        if (run.size() % width != 0) {
            throw broken("field " + field + " has " + run.size() + " bytes, which are no numbers of " + width);
        }
        return run;
    }

    /** The file is broken at this place. */
    public ConversionException broken(String reason) {
        return new ConversionException(
                DiagnosticCode.BROKEN_FILE,
                Where.file(name),
                reason + " (before byte " + at + ")",
                "fetch the file again from its source");
    }

    /** The file contradicts itself. */
    public ConversionException invalid(String reason) {
        return new ConversionException(DiagnosticCode.INVALID_MODEL, Where.file(name), reason, "");
    }

    /** The file has something that there is no place for here. */
    public ConversionException unsupported(DiagnosticCode code, String reason) {
        return new ConversionException(code, Where.file(name), reason, "");
    }

    /** Adds the key and the value of a {@code StringStringEntryProto}, which this is. */
    public void putPair(Map<String, String> into) throws ConversionException {
        String key = "";
        String value = "";
        while (next()) {
            if (field() == 1) {
                key = text();
            } else if (field() == 2) {
                value = text();
            }
        }
        into.put(key, value);
    }
}
