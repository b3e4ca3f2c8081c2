package dev.tfliteonnx.tfl;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;

/**
 * A field of an options table.
 *
 * @param id its FlatBuffers field id; the vtable slot is {@code 4 + 2 · id}
 * @param kind how it is stored
 * @param key the attribute that it becomes
 * @param defaultValue the attribute's value where the field is absent
 */
public record OptionField(int id, Kind kind, Key<?> key, Object defaultValue) {
    /** How a field is stored. */
    public enum Kind {
        BOOL,
        INT,
        UINT,
        LONG,
        FLOAT,
        /** One byte that numbers the constants of the key's enumeration. */
        ENUM_BYTE,
        /** Four bytes that number the constants of the key's enumeration. */
        ENUM_INT,
        /** One byte with the number of a tensor type. */
        TYPE,
        STRING,
        INTS,
        UINTS,
        LONGS,
        BOOLS,
        FLOATS,
        BYTES
    }

    static OptionField field(int id, Kind kind, Key<?> key) {
        Object value =
                switch (kind) {
                    case BOOL -> false;
                    case INT, UINT, LONG -> 0L;
                    case FLOAT -> 0f;
                    case ENUM_BYTE, ENUM_INT -> key.type().getEnumConstants()[0];
                    case TYPE -> DataType.FLOAT32;
                    case STRING -> "";
                    case INTS, UINTS, LONGS, BOOLS -> Ints.of();
                    case FLOATS -> Floats.of();
                    case BYTES -> Bytes.of(new byte[0], "absent");
                };
        return new OptionField(id, kind, key, value);
    }

    static OptionField field(int id, Kind kind, Key<?> key, Object defaultValue) {
        return new OptionField(id, kind, key, defaultValue);
    }

    /** The attributes with this field's value added. */
    @SuppressWarnings("unchecked") // Attributes checks the class of the value
    public Attributes put(Attributes attributes, Object value) {
        return attributes.with((Key<Object>) key, value);
    }
}
