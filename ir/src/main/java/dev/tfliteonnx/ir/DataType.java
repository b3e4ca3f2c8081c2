package dev.tfliteonnx.ir;

import java.util.Arrays;
import java.util.Optional;

/**
 * Element types of tensors, named as TFLite names them, with the number that ONNX's {@code TensorProto.DataType} gives
 * each. Types of at most four bits are packed, the first element in the lowest bits, over the flattened tensor.
 */
public enum DataType {
    FLOAT32(32, 1),
    FLOAT16(16, 10),
    BFLOAT16(16, 16),
    FLOAT64(64, 11),
    FLOAT8_E4M3FN(8, 17),
    FLOAT8_E5M2(8, 19),
    INT2(2, 26),
    INT4(4, 22),
    INT8(8, 3),
    INT16(16, 5),
    INT32(32, 6),
    INT64(64, 7),
    UINT2(2, 25),
    UINT4(4, 21),
    UINT8(8, 2),
    UINT16(16, 4),
    UINT32(32, 12),
    UINT64(64, 13),
    BOOL(8, 9),
    COMPLEX64(64, 14),
    COMPLEX128(128, 15),
    /** Byte strings of any length; they have no fixed width. */
    STRING(0, 8),
    /** A handle to a variable or a table; TFLite only. */
    RESOURCE(0, 0),
    /** A handle to a list of tensors; TFLite only. */
    VARIANT(0, 0),
    /** A type that an ONNX file does not tell and that cannot be inferred; the value may still flow. */
    UNKNOWN(0, 0);

    private final int bits;
    private final int onnxCode;

    DataType(int bits, int onnxCode) {
        this.bits = bits;
        this.onnxCode = onnxCode;
    }

    /** Bits of one element; 0 for types without a fixed width. */
    public int bits() {
        return bits;
    }

    /** Bytes of one element once unpacked: sub-byte types count one; 0 for types without a fixed width. */
    public int wideBytes() {
        return (bits + 7) / 8;
    }

    /** Bytes that {@code count} elements occupy when packed. */
    public long byteSize(long count) {
        return (Math.multiplyExact(count, (long) bits) + 7) / 8;
    }

    /** The number in ONNX's {@code TensorProto.DataType}; 0 if ONNX has no such type. */
    public int onnxCode() {
        return onnxCode;
    }

    /** The type with that ONNX number. */
    public static Optional<DataType> ofOnnxCode(int code) {
        return code == 0
                ? Optional.empty()
                : Arrays.stream(values()).filter(t -> t.onnxCode == code).findFirst();
    }

    /** Whether values are binary floating point numbers of any width. */
    public boolean isFloat() {
        return switch (this) {
            case FLOAT32, FLOAT16, BFLOAT16, FLOAT64, FLOAT8_E4M3FN, FLOAT8_E5M2 -> true;
            default -> false;
        };
    }

    /** Whether values are whole numbers of any width; booleans are not. */
    public boolean isInteger() {
        return isSignedInteger() || isUnsignedInteger();
    }

    /** Whether values are whole numbers in two's complement. */
    public boolean isSignedInteger() {
        return switch (this) {
            case INT2, INT4, INT8, INT16, INT32, INT64 -> true;
            default -> false;
        };
    }

    /** Whether values are whole numbers without a sign. */
    public boolean isUnsignedInteger() {
        return switch (this) {
            case UINT2, UINT4, UINT8, UINT16, UINT32, UINT64 -> true;
            default -> false;
        };
    }

    /** The least value of an integer type of at most 32 bits. */
    public long min() {
        return isSignedInteger() ? -(1L << (bits - 1)) : 0;
    }

    /** The greatest value of an integer type of at most 32 bits. */
    public long max() {
        return isSignedInteger() ? (1L << (bits - 1)) - 1 : (1L << bits) - 1;
    }
}
