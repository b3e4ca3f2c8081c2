package dev.tfliteonnx.importer.tflite;

import com.google.flatbuffers.Table;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.tfl.BuiltinOp;
import dev.tfliteonnx.tfl.OptionField;
import dev.tfliteonnx.tfl.TensorTypes;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The options of any builtin operator, read by the numbers of their fields. */
final class OptionsTable extends Table {
    /** Tells of an enumeration's number that the schema does not have. */
    static final class UnknownNumberException extends Exception {
        private static final long serialVersionUID = 1L;

        UnknownNumberException(OptionField field, int number) {
            super("option " + field.key() + " has the unknown value " + number);
        }
    }

    /** All options of an operator, the default in place of each that is absent. */
    Attributes read(BuiltinOp op, Bytes file) throws UnknownNumberException {
        Attributes attributes = Attributes.NONE;
        for (OptionField field : op.fields()) {
            int offset = __offset(4 + 2 * field.id());
            Object value = offset == 0 ? field.defaultValue() : value(field, offset, file);
            attributes = field.put(attributes, value);
        }
        return attributes;
    }

    private Object value(OptionField field, int offset, Bytes file) throws UnknownNumberException {
        int at = bb_pos + offset;
        return switch (field.kind()) {
            case BOOL -> bb.get(at) != 0;
            case INT -> (long) bb.getInt(at);
            case UINT -> bb.getInt(at) & 0xffff_ffffL;
            case LONG -> bb.getLong(at);
            case FLOAT -> bb.getFloat(at);
            case ENUM_BYTE -> constant(field, bb.get(at));
            case ENUM_INT -> constant(field, bb.getInt(at));
            case TYPE -> {
                int number = bb.get(at);
                Optional<?> type = TensorTypes.of(number);
                yield type.isPresent() ? type.get() : unknown(field, number);
            }
            case STRING -> Vectors.text(vector(field, 1));
            case INTS -> Ints.ofInts(Vectors.ints(vector(field, 4)));
            case UINTS -> unsigned(Vectors.ints(vector(field, 4)));
            case LONGS -> Ints.of(Vectors.longs(vector(field, 8)));
            case BOOLS -> Ints.ofInts(Vectors.indices(vector(field, 1), 1));
            case FLOATS -> Floats.of(Vectors.floats(vector(field, 4)));
            case BYTES -> {
                ByteBuffer blob = vector(field, 1);
                yield file.slice(blob.position(), blob.remaining(), field.key().name());
            }
        };
    }

    private ByteBuffer vector(OptionField field, int width) {
        return __vector_as_bytebuffer(4 + 2 * field.id(), width);
    }

    private static Ints unsigned(int[] values) {
        long[] out = new long[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = values[i] & 0xffff_ffffL;
        }
        return Ints.of(out);
    }

    private static Object constant(OptionField field, int number) throws UnknownNumberException {
        Object[] constants = field.key().type().getEnumConstants();
        return number >= 0 && number < constants.length ? constants[number] : unknown(field, number);
    }

    private static Object unknown(OptionField field, int number) throws UnknownNumberException {
        throw new UnknownNumberException(field, number);
    }
}
