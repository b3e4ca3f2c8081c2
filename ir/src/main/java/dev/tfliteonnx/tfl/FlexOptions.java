package dev.tfliteonnx.tfl;

import dev.tfliteonnx.ir.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A value of a FlexBuffer, the self-describing format of custom operators' options: null, a number, a truth value, a
 * text, bytes, a list or a map. It is read where it stands; every offset and size is checked before it is followed.
 *
 * <p>Numbers are read leniently: an option written as an integer may be asked for as a float and the other way round,
 * and a truth value is 0 or 1. Nothing recurses, so that a buffer that refers to itself does no harm.
 *
 * <p>Source: the FlexBuffers internals document of the FlatBuffers project.
 */
public final class FlexOptions {
    private static final int NULL = 0;
    private static final int INT = 1;
    private static final int FLOAT = 3;
    private static final int KEY = 4;
    private static final int STRING = 5;
    private static final int INDIRECT_INT = 6;
    private static final int INDIRECT_FLOAT = 8;
    private static final int MAP = 9;
    private static final int VECTOR = 10;
    private static final int VECTOR_INT = 11;
    private static final int VECTOR_STRING = 15;
    private static final int VECTOR_INT2 = 16;
    private static final int VECTOR_FLOAT4 = 24;
    private static final int BLOB = 25;
    private static final int BOOL = 26;
    private static final int VECTOR_BOOL = 36;

    /** The buffer is not a FlexBuffer, is damaged, or holds something else than was asked for. */
    public static final class Malformed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message);
        }
    }

    private final Bytes bytes;
    private final int type;

    /** Where the value is if it is stored in its parent's slot, otherwise where its offset leads. */
    private final long at;

    /** Bytes of a number stored here, or of each size, offset and element. */
    private final int width;

    private FlexOptions(Bytes bytes, int type, long at, int width) {
        this.bytes = bytes;
        this.type = type;
        this.at = at;
        this.width = width;
    }

    /**
     * The root of a buffer; null if the buffer is empty.
     *
     * @throws Malformed if it cannot be one
     */
    public static FlexOptions of(Bytes bytes) {
        if (bytes.size() == 0) {
            return new FlexOptions(bytes, NULL, 0, 1);
        }
        if (bytes.size() < 3) {
            throw new Malformed(bytes.size() + " bytes are too few for a FlexBuffer");
        }
        int width = bytes.get(bytes.size() - 1) & 0xff;
        if (width != 1 && width != 2 && width != 4 && width != 8) {
            throw new Malformed("the root's width is " + width);
        }
        return slot(bytes, bytes.size() - 2 - width, width, bytes.get(bytes.size() - 2) & 0xff);
    }

    private static FlexOptions slot(Bytes bytes, long at, int slotWidth, int packed) {
        int type = packed >> 2;
        return isInline(type)
                ? new FlexOptions(bytes, type, at, slotWidth)
                : new FlexOptions(bytes, type, target(bytes, at, slotWidth), 1 << (packed & 3));
    }

    private static boolean isInline(int type) {
        return type <= FLOAT || type == BOOL;
    }

    private static long target(Bytes bytes, long at, int width) {
        long offset = unsigned(bytes, at, width);
        if (offset < 0 || offset > at) {
            throw new Malformed("an offset at " + at + " leads outside of the buffer");
        }
        return at - offset;
    }

    private static void require(Bytes bytes, long at, long length) {
        if (at < 0 || length < 0 || length > bytes.size() - at) {
            throw new Malformed(length + " bytes at " + at + " lie outside of the buffer of " + bytes.size());
        }
    }

    /** An unsigned number; negative if it needs all 64 bits. */
    private static long unsigned(Bytes bytes, long at, int width) {
        require(bytes, at, width);
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | (bytes.get(at + i) & 0xff);
        }
        return value;
    }

    private static long signed(Bytes bytes, long at, int width) {
        int shift = 64 - 8 * width;
        return unsigned(bytes, at, width) << shift >> shift;
    }

    private static double real(Bytes bytes, long at, int width) {
        long bits = unsigned(bytes, at, width);
        return switch (width) {
            case 8 -> Double.longBitsToDouble(bits);
            case 4 -> Float.intBitsToFloat((int) bits);
            case 2 -> half((int) bits);
            default -> throw new Malformed("a float of " + width + " byte");
        };
    }

    private static double half(int bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double magnitude = exponent == 0
                ? Math.scalb((double) fraction, -24)
                : exponent == 31
                        ? fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN
                        : Math.scalb(1024.0 + fraction, exponent - 25);
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    /** Whether there is nothing. */
    public boolean isNull() {
        return type == NULL;
    }

    /** Whether values are found by key. */
    public boolean isMap() {
        return type == MAP;
    }

    /** Whether it is a number or a truth value. */
    public boolean isNumber() {
        return (type >= INT && type <= FLOAT) || (type >= INDIRECT_INT && type <= INDIRECT_FLOAT) || type == BOOL;
    }

    /** Whether it is a number with a fraction. */
    public boolean isReal() {
        return type == FLOAT || type == INDIRECT_FLOAT;
    }

    /** Whether it is a string or key. */
    public boolean isText() {
        return type == STRING || type == KEY;
    }

    /** Whether it is a list of any kind. */
    public boolean isList() {
        return (type >= VECTOR && type <= VECTOR_STRING)
                || (type >= VECTOR_INT2 && type <= VECTOR_FLOAT4)
                || type == VECTOR_BOOL;
    }

    /** The value as a whole number; a float is cut off, nothing is 0. */
    public long asLong() {
        return switch (type) {
            case NULL -> 0;
            case INT, INDIRECT_INT -> signed(bytes, at, width);
            case FLOAT, INDIRECT_FLOAT -> (long) real(bytes, at, width);
            default -> {
                requireNumber();
                yield unsigned(bytes, at, width);
            }
        };
    }

    /** The value as a real number; nothing is 0. */
    public double asDouble() {
        if (isReal()) {
            return real(bytes, at, width);
        }
        long whole = asLong();
        boolean beyondLong = whole < 0 && type != INT && type != INDIRECT_INT;
        return beyondLong ? (whole >>> 1) * 2.0 : whole;
    }

    /** Whether the number is not 0. */
    public boolean asBoolean() {
        return asDouble() != 0;
    }

    private void requireNumber() {
        if (!isNumber()) {
            throw new Malformed("a value of type " + type + " is no number");
        }
    }

    /** The text of a string or key. */
    public String asString() {
        if (type == KEY) {
            return keyAt(bytes, at);
        }
        if (type != STRING) {
            throw new Malformed("a value of type " + type + " is no text");
        }
        return new String(content().toArray(), StandardCharsets.UTF_8);
    }

    /** The bytes of a blob or string. */
    public Bytes asBytes() {
        if (type != BLOB && type != STRING) {
            throw new Malformed("a value of type " + type + " holds no bytes");
        }
        return content();
    }

    private Bytes content() {
        long size = unsigned(bytes, at - width, width);
        require(bytes, at, size);
        return bytes.slice(at, size, "value");
    }

    private static String keyAt(Bytes bytes, long at) {
        long end = at;
        require(bytes, at, 1);
        while (bytes.get(end) != 0) {
            end++;
            require(bytes, end, 1);
        }
        return new String(bytes.toArray(at, Math.toIntExact(end - at)), StandardCharsets.UTF_8);
    }

    /** The values of a list of any kind, or those of a map in the order of its keys; none if there is nothing. */
    public List<FlexOptions> elements() {
        int n = size();
        List<FlexOptions> all = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            all.add(element(i, n));
        }
        return all;
    }

    private int size() {
        if (type == NULL) {
            return 0;
        }
        if (type >= VECTOR_INT2 && type <= VECTOR_FLOAT4) {
            int fixed = (type - VECTOR_INT2) / 3 + 2;
            require(bytes, at, (long) fixed * width);
            return fixed;
        }
        boolean isList = (type >= MAP && type <= VECTOR_STRING) || type == VECTOR_BOOL;
        if (!isList) {
            throw new Malformed("a value of type " + type + " is no list");
        }
        return count(at, width);
    }

    /** The number before a vector's elements, which must all be there. */
    private int count(long vector, int elementWidth) {
        long size = unsigned(bytes, vector - elementWidth, elementWidth);
        if (size < 0 || size > bytes.size() / elementWidth) {
            throw new Malformed("a list of " + size + " elements in a buffer of " + bytes.size() + " bytes");
        }
        require(bytes, vector, size * elementWidth);
        return Math.toIntExact(size);
    }

    private FlexOptions element(int i, int n) {
        long slot = at + (long) i * width;
        if (type == MAP || type == VECTOR) {
            long types = at + (long) n * width;
            require(bytes, types, n);
            return slot(bytes, slot, width, bytes.get(types + i) & 0xff);
        }
        int of = type == VECTOR_BOOL
                ? BOOL
                : type >= VECTOR_INT2 ? (type - VECTOR_INT2) % 3 + INT : type - VECTOR_INT + INT;
        return slot(bytes, slot, width, of << 2);
    }

    /** The keys of a map, in their order; none if there is nothing. */
    public List<String> keys() {
        int n = size();
        if (type != NULL && type != MAP) {
            throw new Malformed("a value of type " + type + " is no map");
        }
        List<String> keys = new ArrayList<>(n);
        if (n == 0) {
            return keys;
        }
        long vector = target(bytes, at - 3L * width, width);
        long keyWidth = unsigned(bytes, at - 2L * width, width);
        if (keyWidth != 1 && keyWidth != 2 && keyWidth != 4 && keyWidth != 8) {
            throw new Malformed("the keys' width is " + keyWidth);
        }
        if (count(vector, (int) keyWidth) != n) {
            throw new Malformed("a map of " + n + " values has another number of keys");
        }
        for (int i = 0; i < n; i++) {
            keys.add(keyAt(bytes, target(bytes, vector + i * keyWidth, (int) keyWidth)));
        }
        return keys;
    }

    /** The value of a key; empty if it is not there or null. */
    public Optional<FlexOptions> find(String key) {
        int i = keys().indexOf(key);
        return i < 0 ? Optional.empty() : Optional.of(element(i, size())).filter(v -> !v.isNull());
    }

    /** The whole number of a key, or another if it is not there. */
    public long integer(String key, long otherwise) {
        return find(key).map(FlexOptions::asLong).orElse(otherwise);
    }

    /** The number of a key as float32, or another if it is not there. */
    public float number(String key, float otherwise) {
        return find(key).map(v -> (float) v.asDouble()).orElse(otherwise);
    }

    /** The truth value of a key, or another if it is not there. */
    public boolean flag(String key, boolean otherwise) {
        return find(key).map(FlexOptions::asBoolean).orElse(otherwise);
    }

    /** The text of a key, or another if it is not there. */
    public String text(String key, String otherwise) {
        return find(key).map(FlexOptions::asString).orElse(otherwise);
    }

    /** The whole numbers of a key's list; none if it is not there. */
    public long[] integers(String key) {
        return find(key)
                .map(v -> v.elements().stream().mapToLong(FlexOptions::asLong).toArray())
                .orElseGet(() -> new long[0]);
    }
}
