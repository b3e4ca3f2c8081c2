package dev.tfliteonnx.ir;

/**
 * What a node computes.
 *
 * @param dialect the vocabulary
 * @param domain ONNX: the operator's domain, empty for {@code ai.onnx}; TFLite: empty for a builtin operator,
 *     {@value #CUSTOM} for one that is selected by its custom code
 * @param name the operator's own spelling, {@code CONV_2D} or {@code Conv}, or the custom code
 */
public record OpType(Dialect dialect, String domain, String name) {
    /** The domain of TFLite operators that are selected by custom code. */
    public static final String CUSTOM = "custom";

    /** A builtin TFLite operator. */
    public static OpType tflite(String name) {
        return new OpType(Dialect.TFLITE, "", name);
    }

    /** A TFLite custom operator. */
    public static OpType custom(String customCode) {
        return new OpType(Dialect.TFLITE, CUSTOM, customCode);
    }

    /** An operator of the default ONNX domain. */
    public static OpType onnx(String name) {
        return new OpType(Dialect.ONNX, "", name);
    }

    /** Whether this is the default-domain (or builtin) operator of that name. */
    public boolean is(String otherName) {
        return domain.isEmpty() && name.equals(otherName);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + domain.hashCode();
    }

    @Override
    public String toString() {
        return domain.isEmpty() ? name : domain + ":" + name;
    }
}
