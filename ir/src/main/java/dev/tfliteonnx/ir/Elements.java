package dev.tfliteonnx.ir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;

/**
 * Reading and writing single elements in the wide form, and converting between types as C does: float to integer
 * truncates and saturates, integer to integer wraps, anything to BOOL asks whether it is not zero.
 */
public final class Elements {
    private Elements() {}

    /** The next element of an integer or boolean type. */
    public static long integer(ByteBuffer in, DataType type) {
        return switch (type) {
            case INT2, INT4, INT8 -> in.get();
            case UINT2, UINT4, UINT8, BOOL -> in.get() & 0xff;
            case INT16 -> in.getShort();
            case UINT16 -> in.getShort() & 0xffff;
            case INT32 -> in.getInt();
            case UINT32 -> in.getInt() & 0xffffffffL;
            case INT64, UINT64 -> in.getLong();
            default -> throw new IllegalArgumentException(type + " is not an integer type");
        };
    }

    /** The next element of any numeric type as a double. */
    public static double real(ByteBuffer in, DataType type) {
        return switch (type) {
            case FLOAT32 -> in.getFloat();
            case FLOAT64 -> in.getDouble();
            case FLOAT16 -> halfToFloat(in.getShort());
            case BFLOAT16 -> Float.intBitsToFloat(in.getShort() << 16);
            case FLOAT8_E4M3FN -> float8(in.get(), 4, true);
            case FLOAT8_E5M2 -> float8(in.get(), 5, false);
            default -> integer(in, type);
        };
    }

    /** Appends an integer as an element of an integer or boolean type, wrapping. */
    public static void putInteger(ByteBuffer out, DataType type, long value) {
        switch (type) {
            case INT2, INT4, INT8, UINT2, UINT4, UINT8 -> out.put((byte) value);
            case BOOL -> out.put((byte) (value != 0 ? 1 : 0));
            case INT16, UINT16 -> out.putShort((short) value);
            case INT32, UINT32 -> out.putInt((int) value);
            case INT64, UINT64 -> out.putLong(value);
            default -> throw new IllegalArgumentException(type + " is not an integer type");
        }
    }

    /** Appends a real number as an element of any numeric type. */
    public static void putReal(ByteBuffer out, DataType type, double value) {
        switch (type) {
            case FLOAT32 -> out.putFloat((float) value);
            case FLOAT64 -> out.putDouble(value);
            case FLOAT16 -> out.putShort(floatToHalf((float) value));
            case BFLOAT16 -> out.putShort(floatToBfloat16((float) value));
            case BOOL -> out.put((byte) (value != 0 ? 1 : 0));
            case INT64, UINT64 -> out.putLong((long) value);
            default -> {
                if (!type.isInteger()) {
                    throw new IllegalArgumentException("cannot write " + type);
                }
                putInteger(out, type, Math.max(type.min(), Math.min(type.max(), (long) value)));
            }
        }
    }

    /** Appends {@code n} elements of {@code in} as another type. */
    static void convert(ByteBuffer in, DataType from, int n, DataType to, ByteBuffer out) {
        if (from == DataType.FLOAT16 && to == DataType.FLOAT32) {
            widen(in, n, out);
            return;
        }
        boolean integers = !from.isFloat() && (to.isInteger() || to == DataType.BOOL);
        for (int i = 0; i < n; i++) {
            if (integers) {
                putInteger(out, to, integer(in, from));
            } else {
                putReal(out, to, real(in, from));
            }
        }
    }

    private static void widen(ByteBuffer halves, int n, ByteBuffer out) {
        ShortBuffer from = halves.asShortBuffer();
        float[] to = new float[n];
        for (int i = 0; i < n; i++) {
            to[i] = halfToFloat(from.get(i));
        }
        out.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(to);
        out.position(out.position() + n * Float.BYTES);
    }

    /** The value of an IEEE half. */
    public static float halfToFloat(short half) {
        int bits = half & 0xffff;
        int sign = bits >>> 15 << 31;
        int exponent = bits >>> 10 & 0x1f;
        int mantissa = bits & 0x3ff;
        if (exponent == 0x1f) {
            int quiet = mantissa == 0 ? 0 : 1 << 22;
            return Float.intBitsToFloat(sign | 0x7f800000 | quiet | mantissa << 13);
        }
        if (exponent == 0) {
            float value = mantissa * 0x1p-24f;
            return sign == 0 ? value : -value;
        }
        return Float.intBitsToFloat(sign | exponent + 112 << 23 | mantissa << 13);
    }

    /** The nearest IEEE half, ties to even. */
    public static short floatToHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        if (magnitude > 0x7f800000) {
            return (short) (sign | 0x7e00);
        }
        if (magnitude >= 0x477ff000) {
            return (short) (sign | 0x7c00);
        }
        if (magnitude < 0x38800000) {
            // adding 0.5 puts the subnormal's last bit at the last bit of the float's mantissa
            int rounded = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - 0x3f000000;
            return (short) (sign | rounded);
        }
        int odd = magnitude >>> 13 & 1;
        return (short) (sign | (magnitude - 0x38000000 + 0xfff + odd) >>> 13);
    }

    /** The nearest bfloat16, ties to even. */
    public static short floatToBfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    private static float float8(byte b, int exponentBits, boolean finite) {
        int mantissaBits = 7 - exponentBits;
        int exponent = (b & 0x7f) >> mantissaBits;
        int mantissa = b & ((1 << mantissaBits) - 1);
        int top = (1 << exponentBits) - 1;
        int bias = (1 << (exponentBits - 1)) - 1;
        float value;
        if (finite && (b & 0x7f) == 0x7f) {
            value = Float.NaN;
        } else if (!finite && exponent == top) {
            value = mantissa == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            value = Math.scalb((float) mantissa, 1 - bias - mantissaBits);
        } else {
            value = Math.scalb((float) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
        }
        return b < 0 ? -value : value;
    }
}
