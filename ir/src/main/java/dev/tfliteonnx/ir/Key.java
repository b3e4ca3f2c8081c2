package dev.tfliteonnx.ir;

import java.util.List;

/**
 * The name of an attribute with the type of its values, so that a misspelt or wrongly typed option does not compile.
 *
 * @param name the attribute's name in the schema
 * @param type the class of its values
 * @param <T> the class of its values
 */
@SuppressWarnings("UnusedTypeParameter") // it ties a key to the class of its values at compile time
public record Key<T>(String name, Class<?> type) {
    /** A whole number. */
    public static Key<Long> ofInt(String name) {
        return new Key<>(name, Long.class);
    }

    /** A 32-bit floating point number. */
    public static Key<Float> ofFloat(String name) {
        return new Key<>(name, Float.class);
    }

    /** A truth value; TFLite only. */
    public static Key<Boolean> ofBool(String name) {
        return new Key<>(name, Boolean.class);
    }

    /** A string. */
    public static Key<String> ofString(String name) {
        return new Key<>(name, String.class);
    }

    /** Whole numbers. */
    public static Key<Ints> ofInts(String name) {
        return new Key<>(name, Ints.class);
    }

    /** Floating point numbers. */
    public static Key<Floats> ofFloats(String name) {
        return new Key<>(name, Floats.class);
    }

    /** Strings. */
    public static Key<Strings> ofStrings(String name) {
        return new Key<>(name, Strings.class);
    }

    /** A tensor. */
    public static Key<Tensor> ofTensor(String name) {
        return new Key<>(name, Tensor.class);
    }

    /** A graph that the node runs. */
    public static Key<Graph> ofGraph(String name) {
        return new Key<>(name, Graph.class);
    }

    /** Tensors; ONNX only. */
    public static Key<List<Tensor>> ofTensors(String name) {
        return new Key<>(name, List.class);
    }

    /** Graphs that the node runs; ONNX only. */
    public static Key<List<Graph>> ofGraphs(String name) {
        return new Key<>(name, List.class);
    }

    /** Bytes as they stand in the file. */
    public static Key<Bytes> ofBytes(String name) {
        return new Key<>(name, Bytes.class);
    }

    /** A value of an enumeration; TFLite only. */
    public static <E extends Enum<E>> Key<E> ofEnum(String name, Class<E> type) {
        return new Key<>(name, type);
    }

    @Override
    public String toString() {
        return name;
    }
}
