package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor while a graph runs: type, extents and a Java array of a primitive type. Elements may be shared between arrays
 * and are not changed once a kernel has returned them.
 */
public final class Array {
    /** The value of an optional that has none. */
    public static final Array MISSING = new Array(DataType.UNKNOWN, new int[] {0}, new Object[0]);

    private final DataType type;
    private final int[] dims;
    private final Object data;
    private final int size;

    /** Elements in the form that {@link Lane#of} says, which are not copied. */
    public Array(DataType type, int[] dims, Object data) {
        this.type = type;
        this.dims = dims;
        this.data = data;
        this.size = Dims.count(dims);
        if (java.lang.reflect.Array.getLength(data) != size) {
            throw new IllegalArgumentException(java.lang.reflect.Array.getLength(data) + " elements for " + this);
        }
    }

    /**
     * The elements of a constant, read whole.
     *
     * @throws IllegalArgumentException if the type is not held (complex numbers of two doubles)
     */
    public static Array of(Tensor tensor) {
        int[] dims = Dims.of(tensor.shape().sizes());
        DataType type = tensor.type();
        if (type == DataType.STRING) {
            return new Array(type, dims, tensor.toStrings().toArray(new byte[0][]));
        }
        Object data = Lane.of(type).make(Dims.count(dims));
        ByteBuffer in = tensor.load().order(ByteOrder.LITTLE_ENDIAN);
        if (data instanceof float[] f) {
            if (type == DataType.FLOAT32) {
                in.asFloatBuffer().get(f);
            } else {
                for (int i = 0; i < f.length; i++) {
                    f[i] = (float) Elements.real(in, type);
                }
            }
        } else if (data instanceof double[] d) {
            in.asDoubleBuffer().get(d);
        } else if (data instanceof byte[] b) {
            in.get(b);
        } else if (data instanceof short[] s) {
            in.asShortBuffer().get(s);
        } else if (data instanceof int[] i) {
            in.asIntBuffer().get(i);
        } else if (data instanceof long[] l) {
            in.asLongBuffer().get(l);
        }
        return new Array(type, dims, data);
    }

    /** A list of tensors, or of lists; of type {@code UNKNOWN}. */
    public static Array sequence(List<Array> elements) {
        return new Array(DataType.UNKNOWN, new int[] {elements.size()}, elements.toArray(new Array[0]));
    }

    /** Whether this is a list and not one tensor. */
    public boolean isSequence() {
        return data instanceof Array[];
    }

    /** Whether this is the value of an optional that has none. */
    public boolean isMissing() {
        return this == MISSING;
    }

    /** The elements of a list. */
    public List<Array> sequence() {
        if (data instanceof Array[] elements) {
            return List.of(elements);
        }
        throw new IllegalArgumentException(this + " is not a list");
    }

    /**
     * The same elements as a constant, turned into bytes when they are first read.
     *
     * @throws IllegalArgumentException if this is not a tensor but a list of them, or missing
     */
    public Tensor toTensor() {
        if (type == DataType.UNKNOWN) {
            throw new IllegalArgumentException(this + " is not a tensor");
        }
        Shape shape = Shape.of(Arrays.stream(dims).asLongStream().toArray());
        if (data instanceof byte[][] s) {
            return Tensor.ofStrings(shape, List.of(s));
        }
        if (type.bits() < 8) {
            return Tensor.ofIntegers(type, shape, longs());
        }
        return Tensor.computed(type, shape, "computed", () -> Bytes.of(toBytes(), "computed"));
    }

    private byte[] toBytes() {
        ByteBuffer out =
                ByteBuffer.allocate(Math.multiplyExact(size, type.wideBytes())).order(ByteOrder.LITTLE_ENDIAN);
        if (data instanceof float[] f) {
            if (type == DataType.FLOAT32) {
                out.asFloatBuffer().put(f);
            } else {
                for (float v : f) {
                    Elements.putReal(out, type, v);
                }
            }
        } else if (data instanceof double[] d) {
            out.asDoubleBuffer().put(d);
        } else if (data instanceof byte[] b) {
            out.put(b);
        } else if (data instanceof short[] s) {
            out.asShortBuffer().put(s);
        } else if (data instanceof int[] i) {
            out.asIntBuffer().put(i);
        } else if (data instanceof long[] l) {
            out.asLongBuffer().put(l);
        }
        return out.array();
    }

    /** All zeros, false or empty strings. */
    public static Array zeros(DataType type, int... dims) {
        return new Array(type, dims, Lane.of(type).make(Dims.count(dims)));
    }

    /** Floats as elements of a type that is held as such; rounds if it is narrower, in place. */
    public static Array ofFloats(DataType type, int[] dims, float[] values) {
        if (type == DataType.FLOAT16) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Elements.halfToFloat(Elements.floatToHalf(values[i]));
            }
        } else if (type == DataType.BFLOAT16) {
            for (int i = 0; i < values.length; i++) {
                values[i] = Float.intBitsToFloat(Elements.floatToBfloat16(values[i]) << 16);
            }
        } else if (type != DataType.FLOAT32) {
            double[] wide = new double[values.length];
            Arrays.setAll(wide, i -> values[i]);
            return ofDoubles(type, dims, wide);
        }
        return new Array(type, dims, values);
    }

    /** Real numbers as elements of any numeric type; integers truncate and saturate. */
    public static Array ofDoubles(DataType type, int[] dims, double[] values) {
        Lane lane = Lane.of(type);
        if (lane == Lane.DOUBLE) {
            return new Array(type, dims, values);
        }
        if (type == DataType.FLOAT8_E4M3FN || type == DataType.FLOAT8_E5M2) {
            throw new IllegalArgumentException("the executor does not round to " + type);
        }
        if (lane == Lane.FLOAT) {
            float[] narrow = new float[values.length];
            for (int i = 0; i < narrow.length; i++) {
                narrow[i] = (float) values[i];
            }
            return ofFloats(type, dims, narrow);
        }
        long[] whole = new long[values.length];
        boolean clamps = type.isInteger() && type.bits() <= 32;
        for (int i = 0; i < whole.length; i++) {
            if (type == DataType.BOOL) {
                whole[i] = values[i] != 0 ? 1 : 0;
            } else {
                long v = unsignedOverflow(type, values[i])
                        ? (long) (values[i] - 0x1p63) ^ Long.MIN_VALUE
                        : (long) values[i];
                whole[i] = clamps ? Math.max(type.min(), Math.min(type.max(), v)) : v;
            }
        }
        return ofLongs(type, dims, whole);
    }

    private static boolean unsignedOverflow(DataType type, double value) {
        return type == DataType.UINT64 && value >= 0x1p63;
    }

    /** Whole numbers as elements of an integer type, where they wrap, of BOOL, or of a float type. */
    public static Array ofLongs(DataType type, int[] dims, long... values) {
        Object data = Lane.of(type).make(values.length);
        int bits = type.bits();
        if (data instanceof byte[] b) {
            for (int i = 0; i < b.length; i++) {
                long v = values[i];
                b[i] = (byte) (type == DataType.BOOL ? (v != 0 ? 1 : 0) : bits == 8 ? v : wrap(v, type));
            }
        } else if (data instanceof short[] s) {
            for (int i = 0; i < s.length; i++) {
                s[i] = (short) values[i];
            }
        } else if (data instanceof int[] n) {
            for (int i = 0; i < n.length; i++) {
                n[i] = (int) values[i];
            }
        } else if (data instanceof long[]) {
            return new Array(type, dims, values);
        } else {
            double[] wide = new double[values.length];
            Arrays.setAll(wide, i -> values[i]);
            return ofDoubles(type, dims, wide);
        }
        return new Array(type, dims, data);
    }

    private static long wrap(long v, DataType type) {
        int shift = 64 - type.bits();
        return type.isSignedInteger() ? v << shift >> shift : v << shift >>> shift;
    }

    /** A vector of int64. */
    public static Array vector(long... values) {
        return ofLongs(DataType.INT64, new int[] {values.length}, values);
    }

    /** A single int64. */
    public static Array scalar(long value) {
        return ofLongs(DataType.INT64, new int[0], value);
    }

    /** Truth values, one byte each. */
    public static Array ofBooleans(int[] dims, byte[] values) {
        return new Array(DataType.BOOL, dims, values);
    }

    /** The element type. */
    public DataType type() {
        return type;
    }

    /** The extents, not to be changed. */
    public int[] dims() {
        return dims;
    }

    /** The number of axes. */
    public int rank() {
        return dims.length;
    }

    /** The extent of an axis, which may be counted from the end. */
    public int dim(int axis) {
        return dims[axis < 0 ? axis + dims.length : axis];
    }

    /** The number of elements. */
    public int size() {
        return size;
    }

    /** The Java array beneath, not to be changed. */
    public Object data() {
        return data;
    }

    /** The same elements under other extents. */
    public Array reshaped(int... to) {
        return new Array(type, to, data);
    }

    /** The elements as floats; those beneath if they are held so. */
    public float[] floats() {
        if (data instanceof float[] f) {
            return f;
        }
        float[] out = new float[size];
        double[] wide = doubles();
        for (int i = 0; i < size; i++) {
            out[i] = (float) wide[i];
        }
        return out;
    }

    /** The elements as doubles; those beneath if they are held so. */
    public double[] doubles() {
        if (data instanceof double[] d) {
            return d;
        }
        double[] out = new double[size];
        if (data instanceof float[] f) {
            for (int i = 0; i < size; i++) {
                out[i] = f[i];
            }
            return out;
        }
        long[] whole = longs();
        for (int i = 0; i < size; i++) {
            out[i] = type == DataType.UINT64 && whole[i] < 0 ? (whole[i] >>> 1) * 2.0 : whole[i];
        }
        return out;
    }

    /** Whole numbers or truth values, widened; those beneath if they are held so. UINT64 keeps its bits. */
    public long[] longs() {
        if (data instanceof long[] l) {
            return l;
        }
        long[] out = new long[size];
        boolean unsigned = !type.isSignedInteger();
        if (data instanceof byte[] b) {
            for (int i = 0; i < size; i++) {
                out[i] = unsigned ? b[i] & 0xff : b[i];
            }
        } else if (data instanceof short[] s) {
            for (int i = 0; i < size; i++) {
                out[i] = unsigned ? s[i] & 0xffff : s[i];
            }
        } else if (data instanceof int[] n) {
            for (int i = 0; i < size; i++) {
                out[i] = unsigned ? n[i] & 0xffffffffL : n[i];
            }
        } else {
            throw new IllegalArgumentException(type + " is not a type of whole numbers");
        }
        return out;
    }

    /** Whole numbers that fit 32 bits. */
    public int[] ints() {
        return Arrays.stream(longs()).mapToInt(Math::toIntExact).toArray();
    }

    /** Truth values, not to be changed. */
    public byte[] booleans() {
        if (type == DataType.BOOL && data instanceof byte[] b) {
            return b;
        }
        throw new IllegalArgumentException(type + " is not BOOL");
    }

    /** Byte strings, not to be changed. */
    public byte[][] strings() {
        if (data instanceof byte[][] s) {
            return s;
        }
        throw new IllegalArgumentException(type + " is not STRING");
    }

    /** The only element, a whole number. */
    public long integer() {
        return only().longs()[0];
    }

    /** The only element, of any numeric type. */
    public double real() {
        return only().doubles()[0];
    }

    /** The only element, a truth value. */
    public boolean isTrue() {
        return only().booleans()[0] != 0;
    }

    private Array only() {
        if (size != 1) {
            throw new IllegalArgumentException(this + " is not a single element");
        }
        return this;
    }

    @Override
    public String toString() {
        return type + Arrays.toString(dims);
    }
}
