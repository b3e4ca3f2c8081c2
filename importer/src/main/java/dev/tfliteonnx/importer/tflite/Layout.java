package dev.tfliteonnx.importer.tflite;

import java.util.List;
import java.util.Map;

/**
 * What {@link Guard} must know of a FlatBuffers table: which fields are there and where their offsets lead. Fields that
 * nobody reads are left out.
 *
 * @param table its name, for messages
 * @param fields the fields that are read
 */
record Layout(String table, List<Field> fields) {
    /** How a field is stored. */
    enum Kind {
        SCALAR,
        STRING,
        /** Numbers of a fixed width. */
        VECTOR,
        /** Bytes that are sliced, never copied. */
        BLOB,
        TABLE,
        TABLES,
        /** One of several tables; the number of its kind is the field before. */
        UNION
    }

    /**
     * A field.
     *
     * @param id its number; the slot in the vtable is {@code 4 + 2 · id}
     * @param width bytes of a scalar or of an element of a vector; 4 for offsets
     * @param targets the tables behind it: of a union by number, otherwise under 0
     */
    record Field(int id, String name, Kind kind, int width, Map<Integer, Layout> targets) {
        /** Bytes in the table itself. */
        int inlineWidth() {
            return kind == Kind.SCALAR ? width : 4;
        }
    }

    static Layout of(String table, Field... fields) {
        return new Layout(table, List.of(fields));
    }

    static Field scalar(int id, String name, int width) {
        return new Field(id, name, Kind.SCALAR, width, Map.of());
    }

    static Field string(int id, String name) {
        return new Field(id, name, Kind.STRING, 1, Map.of());
    }

    static Field vector(int id, String name, int width) {
        return new Field(id, name, Kind.VECTOR, width, Map.of());
    }

    static Field blob(int id, String name) {
        return new Field(id, name, Kind.BLOB, 1, Map.of());
    }

    static Field table(int id, String name, Layout target) {
        return new Field(id, name, Kind.TABLE, 4, Map.of(0, target));
    }

    static Field tables(int id, String name, Layout target) {
        return new Field(id, name, Kind.TABLES, 4, Map.of(0, target));
    }

    static Field union(int id, String name, Map<Integer, Layout> targets) {
        return new Field(id, name, Kind.UNION, 4, targets);
    }
}
