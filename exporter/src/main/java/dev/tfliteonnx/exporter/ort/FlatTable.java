package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table of a FlatBuffer before it has a place: what stands in each of its slots. A number that equals the default of
 * its slot, 0, is left out by the caller or here.
 */
final class FlatTable {
    private @Nullable Object[] slots = new Object[0];

    /** Bytes that stand in a slot themselves, little-endian. */
    record Scalar(int width, long bits) {}

    /** Numbers or structs of one width behind a slot. */
    record Numbers(int count, int alignment, ByteBuffer bytes) {}

    /** Offsets behind a slot, to tables or strings. */
    record Many(List<?> elements) {}

    /** The elements of a tensor behind a slot, streamed. */
    record Blob(Tensor tensor) {}

    /** A string, in UTF-8. */
    record Text(ByteBuffer utf8) {
        static Text of(String text) {
            return new Text(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** What stands in the slots, null where nothing does. */
    @Nullable
    Object[] slots() {
        return slots;
    }

    private FlatTable set(int slot, Object value) {
        if (slot >= slots.length) {
            slots = Arrays.copyOf(slots, slot + 1);
        }
        slots[slot] = value;
        return this;
    }

    private FlatTable scalar(int slot, int width, long bits) {
        return bits == 0 ? this : set(slot, new Scalar(width, bits));
    }

    FlatTable putByte(int slot, int value) {
        return scalar(slot, 1, value);
    }

    FlatTable putInt(int slot, int value) {
        return scalar(slot, 4, value);
    }

    FlatTable putLong(int slot, long value) {
        return scalar(slot, 8, value);
    }

    FlatTable putFloat(int slot, float value) {
        return scalar(slot, 4, Float.floatToRawIntBits(value));
    }

    FlatTable put(int slot, String text) {
        return set(slot, Text.of(text));
    }

    /** A string of bytes that may be no text. */
    FlatTable putBytes(int slot, byte[] string) {
        return set(slot, new Text(ByteBuffer.wrap(string)));
    }

    FlatTable put(int slot, FlatTable table) {
        return set(slot, table);
    }

    FlatTable put(int slot, Tensor elements) {
        return set(slot, new Blob(elements));
    }

    FlatTable putTables(int slot, List<FlatTable> tables) {
        return set(slot, new Many(List.copyOf(tables)));
    }

    FlatTable putTexts(int slot, List<String> texts) {
        return set(slot, new Many(texts.stream().map(Text::of).toList()));
    }

    FlatTable putTextBytes(int slot, List<byte[]> texts) {
        return set(
                slot,
                new Many(texts.stream().map(b -> new Text(ByteBuffer.wrap(b))).toList()));
    }

    FlatTable putLongs(int slot, long... values) {
        ByteBuffer bytes = buffer(values.length * 8);
        Arrays.stream(values).forEach(bytes::putLong);
        return set(slot, new Numbers(values.length, 8, bytes.flip()));
    }

    FlatTable putInts(int slot, int... values) {
        return putStructs(slot, 1, values);
    }

    /** Structs of that many 32-bit numbers each. */
    FlatTable putStructs(int slot, int members, int... values) {
        ByteBuffer bytes = buffer(values.length * 4);
        Arrays.stream(values).forEach(bytes::putInt);
        return set(slot, new Numbers(values.length / members, 4, bytes.flip()));
    }

    FlatTable putFloats(int slot, float... values) {
        ByteBuffer bytes = buffer(values.length * 4);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return set(slot, new Numbers(values.length, 4, bytes.flip()));
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
