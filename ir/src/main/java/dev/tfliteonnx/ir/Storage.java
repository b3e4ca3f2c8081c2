package dev.tfliteonnx.ir;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the elements of a tensor are, or how they are made while they are read. Elements are read in the wide form:
 * sub-byte types take one byte each, sign-extended if signed; everything is little-endian.
 */
abstract class Storage {
    final DataType type;

    Storage(DataType type) {
        this.type = type;
    }

    /** Appends {@code n} elements from {@code first} on. */
    abstract void read(long first, int n, ByteBuffer out);

    /** Appends {@code n} elements, each {@code stride} after the one before. */
    void readStrided(long first, long stride, int n, ByteBuffer out) {
        for (int i = 0; i < n; i++) {
            read(first + i * stride, 1, out);
        }
    }

    /** How many elements are best read together, or a multiple of them, from a multiple of them on. */
    long unit() {
        return 1;
    }

    /** Whether reading gives the same elements as the other, told without reading. */
    abstract boolean isSame(Storage other);

    /** What was done to the bytes beneath, for {@link Tensor#source()}. */
    abstract String describe();

    /** Elements that stand in bytes, packed if their type is. */
    static final class Raw extends Storage {
        final Bytes bytes;

        Raw(DataType type, Bytes bytes) {
            super(type);
            this.bytes = bytes;
        }

        @Override
        void read(long first, int n, ByteBuffer out) {
            if (type.bits() >= 8) {
                int width = type.bits() / 8;
                out.put(bytes.view(first * width, n * width));
            } else {
                for (int i = 0; i < n; i++) {
                    out.put(unpack(first + i));
                }
            }
        }

        @Override
        void readStrided(long first, long stride, int n, ByteBuffer out) {
            int width = type.bits() / 8;
            long span = ((n - 1) * stride + 1) * width;
            if (width == 0 || span > Integer.MAX_VALUE) {
                super.readStrided(first, stride, n, out);
                return;
            }
            ByteBuffer in = bytes.view(first * width, (int) span);
            int step = (int) (stride * width);
            int at = 0;
            for (int i = 0; i < n; i++, at += step) {
                switch (width) {
                    case 1 -> out.put(in.get(at));
                    case 2 -> out.putShort(in.getShort(at));
                    case 4 -> out.putInt(in.getInt(at));
                    default -> out.put(in.slice(at, width));
                }
            }
        }

        private byte unpack(long index) {
            int bits = type.bits();
            int perByte = 8 / bits;
            int raw = bytes.get(index / perByte) >> (index % perByte * bits) & ((1 << bits) - 1);
            boolean negative = type.isSignedInteger() && raw >> (bits - 1) != 0;
            return (byte) (negative ? raw - (1 << bits) : raw);
        }

        @Override
        boolean isSame(Storage other) {
            return other instanceof Raw raw && raw.type == type && raw.bytes.isSameRegion(bytes);
        }

        @Override
        String describe() {
            return bytes.description();
        }
    }

    /** The same element again and again. */
    static final class Splat extends Storage {
        private final byte[] element;

        Splat(DataType type, byte[] element) {
            super(type);
            this.element = element.clone();
        }

        @Override
        void read(long first, int n, ByteBuffer out) {
            for (int i = 0; i < n; i++) {
                out.put(element);
            }
        }

        @Override
        boolean isSame(Storage other) {
            return other instanceof Splat splat && splat.type == type && Arrays.equals(splat.element, element);
        }

        @Override
        String describe() {
            return "splat";
        }
    }

    /** Elements that are computed as a whole when first read, and held as long as something else needs them. */
    static final class Computed extends Storage {
        private final Supplier<Bytes> maker;
        private final String what;
        private java.lang.ref.@Nullable SoftReference<Bytes> cache;

        Computed(DataType type, String what, Supplier<Bytes> maker) {
            super(type);
            this.what = what;
            this.maker = maker;
        }

        private synchronized Storage made() {
            Bytes bytes = cache == null ? null : cache.get();
            if (bytes == null) {
                bytes = maker.get();
                cache = new java.lang.ref.SoftReference<>(bytes);
            }
            return new Raw(type, bytes);
        }

        @Override
        void read(long first, int n, ByteBuffer out) {
            made().read(first, n, out);
        }

        @Override
        void readStrided(long first, long stride, int n, ByteBuffer out) {
            made().readStrided(first, stride, n, out);
        }

        @Override
        boolean isSame(Storage other) {
            return other == this;
        }

        @Override
        String describe() {
            return what;
        }
    }

    /** Another storage's elements of 8 bits, some of their bits turned over, as another type of 8 bits. */
    static final class Turned extends Storage {
        private final Storage inner;
        private final int bits;

        Turned(Storage inner, DataType to, int bits) {
            super(to);
            this.inner = inner;
            this.bits = bits;
        }

        @Override
        void read(long first, int n, ByteBuffer out) {
            byte[] elements = new byte[n];
            inner.read(first, n, ByteBuffer.wrap(elements));
            for (int i = 0; i < n; i++) {
                elements[i] ^= (byte) bits;
            }
            out.put(elements);
        }

        @Override
        long unit() {
            return inner.unit();
        }

        @Override
        boolean isSame(Storage other) {
            return other instanceof Turned t && t.type == type && t.bits == bits && t.inner.isSame(inner);
        }

        @Override
        String describe() {
            return inner.describe() + (bits == 0xff ? ", complemented" : ", sign turned");
        }
    }

    /** Another storage's elements as another type. */
    static final class Cast extends Storage {
        final Storage inner;

        Cast(Storage inner, DataType to) {
            super(to);
            this.inner = inner;
        }

        @Override
        void read(long first, int n, ByteBuffer out) {
            Elements.convert(wide(inner, first, n), inner.type, n, type, out);
        }

        @Override
        long unit() {
            return inner.unit();
        }

        @Override
        boolean isSame(Storage other) {
            return other instanceof Cast c && c.type == type && c.inner.isSame(inner);
        }

        @Override
        String describe() {
            return inner.describe() + ", cast(" + type + ")";
        }
    }

    /** The real numbers that quantized elements stand for: {@code scale · (q − zeroPoint)} in float32. */
    static final class Dequantized extends Storage {
        final Storage inner;
        final QuantParams quant;
        final long[] sizes;

        Dequantized(Storage inner, long[] sizes, QuantParams quant) {
            super(DataType.FLOAT32);
            this.inner = inner;
            this.sizes = sizes;
            this.quant = quant;
        }

        @Override
        void read(long first, int n, ByteBuffer out) {
            ByteBuffer in = wide(inner, first, n);
            long stride = 1;
            for (int i = quant.axis() + 1; i < sizes.length; i++) {
                stride *= sizes[i];
            }
            long extent = quant.isPerTensor() ? 1 : sizes[quant.axis()];
            int block = Math.max(1, quant.blockSize());
            for (int i = 0; i < n; i++) {
                int p = 0;
                if (!quant.isPerTensor()) {
                    long element = first + i;
                    long along = element / stride % extent;
                    p = quant.blockSize() == 0
                            ? (int) along
                            : (int) ((element / stride / extent * (extent / block) + along / block) * stride
                                    + element % stride);
                }
                out.putFloat(quant.scale(p) * (Elements.integer(in, inner.type) - quant.zeroPoint(p)));
            }
        }

        @Override
        long unit() {
            return inner.unit();
        }

        @Override
        boolean isSame(Storage other) {
            return other instanceof Dequantized d && d.quant.equals(quant) && d.inner.isSame(inner);
        }

        @Override
        String describe() {
            return inner.describe() + ", dequantized";
        }
    }

    /** Elements of another storage in the wide form. */
    static ByteBuffer wide(Storage storage, long first, int n) {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(n, storage.type.wideBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        storage.read(first, n, buffer);
        return buffer.flip();
    }

    static long[] strides(long[] sizes) {
        long[] strides = new long[sizes.length];
        long stride = 1;
        for (int i = sizes.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= sizes[i];
        }
        return strides;
    }
}
