package dev.tfliteonnx.exporter.tflite;

import com.google.flatbuffers.FlatBufferBuilder;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.OptionField;
import dev.tfliteonnx.tfl.OptionField.Kind;
import dev.tfliteonnx.tfl.TensorTypes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Writes the options table of any builtin operator from the description of its fields. */
public final class OptionsEncoder {
    private OptionsEncoder() {}

    /**
     * Writes a table and gives its offset.
     *
     * @throws IllegalArgumentException if the operator has no table, or the table lacks one of the options
     */
    public static int encode(FlatBufferBuilder fb, BuiltinOp op, Attributes options) {
        if (op.union() == BuiltinOp.Union.NONE) {
            throw new IllegalArgumentException(op.name() + " has no options table");
        }
        Map<String, Object> values = options.asMap();
        Set<String> left = new HashSet<>(values.keySet());
        Map<Integer, Integer> offsets = new HashMap<>();
        int slots = 0;
        for (OptionField field : op.fields()) {
            slots = Math.max(slots, field.id() + 1);
            Object value = values.get(field.key().name());
            if (value != null && !isScalar(field.kind())) {
                offsets.put(field.id(), vector(fb, field.kind(), value));
            }
            left.remove(field.key().name());
        }
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(op.name() + " has no options " + left);
        }
        fb.startTable(slots);
        for (OptionField field : op.fields()) {
            Object value = values.get(field.key().name());
            if (value != null && isScalar(field.kind())) {
                scalar(fb, field, value);
            }
        }
        offsets.forEach((id, offset) -> fb.addOffset(id, offset, 0));
        return fb.endTable();
    }

    private static boolean isScalar(Kind kind) {
        return switch (kind) {
            case BOOL, INT, UINT, LONG, FLOAT, ENUM_BYTE, ENUM_INT, TYPE -> true;
            case STRING, INTS, UINTS, LONGS, BOOLS, FLOATS, BYTES -> false;
        };
    }

    private static void scalar(FlatBufferBuilder fb, OptionField field, Object value) {
        int id = field.id();
        Object absent = field.defaultValue();
        switch (field.kind()) {
            case BOOL -> fb.addBoolean(id, (Boolean) value, (Boolean) absent);
            case INT, UINT -> fb.addInt(id, ((Long) value).intValue(), ((Long) absent).intValue());
            case LONG -> fb.addLong(id, (Long) value, (Long) absent);
            case FLOAT -> fb.addFloat(id, (Float) value, (Float) absent);
            case ENUM_BYTE -> fb.addByte(id, (byte) ((Enum<?>) value).ordinal(), ((Enum<?>) absent).ordinal());
            case ENUM_INT -> fb.addInt(id, ((Enum<?>) value).ordinal(), ((Enum<?>) absent).ordinal());
            case TYPE -> fb.addByte(id, (byte) TensorTypes.code((DataType) value), TensorTypes.code((DataType) absent));
            default -> throw new IllegalStateException(field.kind() + " is not a scalar");
        }
    }

    private static int vector(FlatBufferBuilder fb, Kind kind, Object value) {
        return switch (kind) {
            case STRING -> fb.createString((String) value);
            case BYTES -> fb.createByteVector(((Bytes) value).toArray());
            case INTS, UINTS -> Vectors.ints(fb, ((Ints) value).toIntArray());
            case LONGS -> Vectors.longs(fb, ((Ints) value).toArray());
            case BOOLS -> Vectors.bytes(fb, booleans((Ints) value), 1);
            case FLOATS -> Vectors.floats(fb, ((Floats) value).toArray());
            default -> throw new IllegalStateException(kind + " is not a vector");
        };
    }

    private static byte[] booleans(Ints values) {
        byte[] out = new byte[values.size()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (values.get(i) != 0 ? 1 : 0);
        }
        return out;
    }
}
