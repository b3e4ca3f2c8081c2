package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one version of an ONNX operator takes and gives.
 *
 * @param op the operator
 * @param sinceVersion the version of its domain that brought this form
 * @param inputs what it reads
 * @param outputs what it computes
 * @param attributes its attributes by name, in the order of the names
 */
public record OnnxSchema(
        OpType op, int sinceVersion, Operands inputs, Operands outputs, Map<String, Attribute> attributes) {
    public OnnxSchema {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    /**
     * The name of an element type in the sets of {@link Operand#allowed()}; empty if ONNX has no such type.
     *
     * <p>Source: the type strings of the ONNX operator documentation, {@code tensor(x)} written as {@code x}.
     */
    public static String typeName(DataType type) {
        return switch (type) {
            case FLOAT32 -> "float";
            case FLOAT64 -> "double";
            case FLOAT8_E4M3FN, FLOAT8_E5M2 ->
                type.name().toLowerCase(Locale.ROOT).replace("_", "");
            case RESOURCE, VARIANT -> "";
            default -> type.name().toLowerCase(Locale.ROOT);
        };
    }

    /** How many values may stand at a place of the signature. */
    public enum Option {
        /** Exactly one. */
        SINGLE,
        /** One or none. */
        OPTIONAL,
        /** Any number; only at the last place. */
        VARIADIC
    }

    /**
     * One place of the signature.
     *
     * @param name its name
     * @param type a type variable, or the type itself where there is no choice
     * @param option how many values may stand there
     * @param homogeneous whether all values that stand for a variadic place have one type
     * @param allowed the types admitted, {@code float} or {@code seq(float)}
     */
    public record Operand(String name, String type, Option option, boolean homogeneous, Set<String> allowed) {}

    /**
     * All inputs or all outputs.
     *
     * @param min the least number of them
     * @param max the greatest number of them
     * @param list the places in order
     */
    public record Operands(int min, int max, List<Operand> list) {
        public Operands {
            list = List.copyOf(list);
        }

        /** The place that the value at an index stands for; empty past the last one. */
        public Optional<Operand> at(int i) {
            int last = list.size() - 1;
            if (i > last && last >= 0 && list.get(last).option() == Option.VARIADIC) {
                return Optional.of(list.get(last));
            }
            return i > last ? Optional.empty() : Optional.of(list.get(i));
        }
    }

    /** The kinds of attributes, with the class that a value of each has in {@link dev.tfliteonnx.ir.Attributes}. */
    public enum Kind {
        FLOAT(Float.class),
        INT(Long.class),
        STRING(String.class),
        TENSOR(Tensor.class),
        GRAPH(Graph.class),
        FLOATS(Floats.class),
        INTS(Ints.class),
        STRINGS(Strings.class),
        /** Never held by a graph here. */
        SPARSE_TENSOR(Void.class),
        /** Never held by a graph here. */
        TYPE_PROTO(Void.class);

        private final Class<?> type;

        Kind(Class<?> type) {
            this.type = type;
        }

        /** Whether a value is of this kind. */
        public boolean admits(@Nullable Object value) {
            return type.isInstance(value);
        }
    }

    /**
     * An attribute.
     *
     * @param name its name
     * @param kind its kind
     * @param required whether a node must have it
     * @param defaultText the value that holds where it is absent, as text; empty if there is none
     */
    public record Attribute(String name, Kind kind, boolean required, String defaultText) {
        /** The value that holds where the attribute is absent, of the class of its kind. */
        public Optional<Object> defaultValue() {
            if (defaultText.isEmpty()) {
                return Optional.empty();
            }
            String[] words = defaultText.split(" ");
            return Optional.ofNullable(
                    switch (kind) {
                        case FLOAT -> Float.valueOf(defaultText);
                        case INT -> Long.valueOf(defaultText);
                        case STRING -> defaultText;
                        case INTS ->
                            Ints.of(Arrays.stream(words)
                                    .mapToLong(Long::parseLong)
                                    .toArray());
                        case FLOATS -> floats(words);
                        case STRINGS -> Strings.of(words);
                        case TENSOR, GRAPH, SPARSE_TENSOR, TYPE_PROTO -> null;
                    });
        }

        private static Floats floats(String[] words) {
            float[] values = new float[words.length];
            for (int i = 0; i < words.length; i++) {
                values[i] = Float.parseFloat(words[i]);
            }
            return Floats.of(values);
        }
    }
}
