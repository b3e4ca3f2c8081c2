package dev.tfliteonnx.exporter.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A protobuf message read without knowing what it is; the caller says which field is what. */
final class Proto {
    private final Map<Integer, List<Object>> fields = new TreeMap<>();
    private final List<Integer> order = new ArrayList<>();

    static Proto parse(byte[] bytes) {
        Proto message = new Proto();
        try {
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                Object value =
                        switch (WireFormat.getTagWireType(tag)) {
                            case WireFormat.WIRETYPE_VARINT -> in.readInt64();
                            case WireFormat.WIRETYPE_FIXED32 -> in.readFloat();
                            case WireFormat.WIRETYPE_LENGTH_DELIMITED -> in.readByteArray();
                            default -> throw new IllegalStateException("wire type of tag " + tag);
                        };
                message.fields.computeIfAbsent(field, k -> new ArrayList<>()).add(value);
                message.order.add(field);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return message;
    }

    boolean has(int field) {
        return fields.containsKey(field);
    }

    /** The field numbers, in the order in which they stand. */
    List<Integer> order() {
        return order;
    }

    List<Object> all(int field) {
        return fields.getOrDefault(field, List.of());
    }

    private Object one(int field) {
        List<Object> all = all(field);
        if (all.size() != 1) {
            throw new AssertionError("field " + field + " is there " + all.size() + " times");
        }
        return all.get(0);
    }

    long number(int field) {
        return (Long) one(field);
    }

    float real(int field) {
        return (Float) one(field);
    }

    byte[] bytes(int field) {
        return (byte[]) one(field);
    }

    String text(int field) {
        return new String(bytes(field), StandardCharsets.UTF_8);
    }

    List<String> texts(int field) {
        return all(field).stream()
                .map(v -> new String((byte[]) v, StandardCharsets.UTF_8))
                .toList();
    }

    Proto message(int field) {
        return parse(bytes(field));
    }

    List<Proto> messages(int field) {
        return all(field).stream().map(v -> parse((byte[]) v)).toList();
    }

    /** The message among those of a field that has that text. */
    Proto named(int field, int nameField, String name) {
        return messages(field).stream()
                .filter(m -> m.text(nameField).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nothing is called " + name));
    }
}
