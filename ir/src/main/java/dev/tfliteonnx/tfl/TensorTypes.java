package dev.tfliteonnx.tfl;

import dev.tfliteonnx.ir.DataType;
import java.util.List;
import java.util.Optional;

/** The numbers of the schema's {@code TensorType}. */
public final class TensorTypes {
    private static final List<DataType> BY_CODE = List.of(
            DataType.FLOAT32,
            DataType.FLOAT16,
            DataType.INT32,
            DataType.UINT8,
            DataType.INT64,
            DataType.STRING,
            DataType.BOOL,
            DataType.INT16,
            DataType.COMPLEX64,
            DataType.INT8,
            DataType.FLOAT64,
            DataType.COMPLEX128,
            DataType.UINT64,
            DataType.RESOURCE,
            DataType.VARIANT,
            DataType.UINT32,
            DataType.UINT16,
            DataType.INT4,
            DataType.BFLOAT16,
            DataType.INT2,
            DataType.UINT4,
            DataType.FLOAT8_E4M3FN,
            DataType.FLOAT8_E5M2);

    private TensorTypes() {}

    /** The type with that number; empty if the schema knows none. */
    public static Optional<DataType> of(int code) {
        return code >= 0 && code < BY_CODE.size() ? Optional.of(BY_CODE.get(code)) : Optional.empty();
    }

    /**
     * The number of a type.
     *
     * @throws IllegalArgumentException if TFLite has no such type
     */
    public static int code(DataType type) {
        int code = BY_CODE.indexOf(type);
        if (code < 0) {
            throw new IllegalArgumentException("TFLite has no type " + type);
        }
        return code;
    }
}
