package dev.tfliteonnx.tfl;

import dev.tfliteonnx.ir.Attributes;
import java.util.List;

/**
 * A builtin operator of the TFLite schema.
 *
 * @param code its number
 * @param name its name
 * @param union which of the two unions of an operator its options stand in
 * @param optionsType the number of its options table in that union
 * @param fields the fields of the table
 */
public record BuiltinOp(int code, String name, Union union, int optionsType, List<OptionField> fields) {
    /** The unions that hold options. */
    public enum Union {
        /** The operator has no options. */
        NONE,
        /** {@code builtin_options}. */
        OPTIONS,
        /** {@code builtin_options_2}. */
        OPTIONS_2
    }

    public BuiltinOp {
        fields = List.copyOf(fields);
    }

    /** What the options are when the table is missing. */
    public Attributes defaults() {
        Attributes attributes = Attributes.NONE;
        for (OptionField field : fields) {
            attributes = field.put(attributes, field.defaultValue());
        }
        return attributes;
    }
}
