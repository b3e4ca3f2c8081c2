package dev.tfliteonnx.ir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A constant: type, static shape, where its bytes are, and the steps still to be done to them. Steps move nothing; the
 * bytes are pulled through one small buffer when the tensor is written or loaded.
 */
@SuppressWarnings("ByteBufferBackingArray") // only of buffers allocated here
public final class Tensor {
    /** More elements than this are never taken for axes, pads or shapes. */
    public static final int SMALL = 1 << 16;

    private static final int CHUNK = 1 << 16;

    private static final int LARGE_CHUNK = 1 << 20;

    private static final int LINE = 64;

    private final DataType type;
    private final Shape shape;
    private final Storage storage;
    private final long count;

    private Tensor(Shape shape, Storage storage) {
        this.type = storage.type;
        this.shape = shape;
        this.storage = storage;
        this.count = shape.elementCount();
    }

    /**
     * Elements that stand in {@code bytes}, packed and little-endian.
     *
     * @throws IllegalArgumentException if there are fewer bytes than the shape needs, or the type has no fixed width
     */
    public static Tensor of(DataType type, Shape shape, Bytes bytes) {
        if (type.bits() == 0) {
            throw new IllegalArgumentException(type + " has no fixed width");
        }
        if (bytes.size() < type.byteSize(shape.elementCount())) {
            throw new IllegalArgumentException(bytes.size() + " bytes are too few for " + type + shape);
        }
        return new Tensor(shape, new Storage.Raw(type, bytes));
    }

    /** Elements made by {@code maker} when they are first read. */
    public static Tensor computed(DataType type, Shape shape, String what, Supplier<Bytes> maker) {
        return new Tensor(shape, new Storage.Computed(type, what, maker));
    }

    /** A tensor of float32. */
    public static Tensor ofFloats(Shape shape, float... values) {
        ByteBuffer buffer = allocate(values.length * 4);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return of(DataType.FLOAT32, shape, Bytes.of(buffer.array(), "made"));
    }

    /** A tensor of an integer or boolean type; values wrap. */
    public static Tensor ofIntegers(DataType type, Shape shape, long... values) {
        ByteBuffer wide = allocate(values.length * type.wideBytes());
        for (long value : values) {
            Elements.putInteger(wide, type, value);
        }
        byte[] packed = type.bits() >= 8 ? wide.array() : pack(wide.flip(), type, values.length);
        return of(type, shape, Bytes.of(packed, "made"));
    }

    /** A vector of int64, as ONNX wants shapes and axes. */
    public static Tensor ofLongs(long... values) {
        return ofIntegers(DataType.INT64, Shape.of(values.length), values);
    }

    /** A vector of strings, or any other shape of them. */
    public static Tensor ofStrings(Shape shape, List<byte[]> values) {
        if (shape.elementCount() != values.size()) {
            throw new IllegalArgumentException(values.size() + " strings for " + shape);
        }
        return new Tensor(shape, new StringStorage(values));
    }

    /** A tensor that holds one number everywhere. */
    public static Tensor splat(DataType type, Shape shape, double value) {
        ByteBuffer element = allocate(type.wideBytes());
        Elements.putReal(element, type, value);
        return new Tensor(shape, new Storage.Splat(type, element.array()));
    }

    /** A single number of any numeric type. */
    public static Tensor scalar(DataType type, double value) {
        ByteBuffer element = allocate(type.wideBytes());
        Elements.putReal(element, type, value);
        return of(type, Shape.SCALAR, Bytes.of(element.array(), "made"));
    }

    /** The element type. */
    public DataType type() {
        return type;
    }

    /** The shape; always static. */
    public Shape shape() {
        return shape;
    }

    /** The number of elements. */
    public long elementCount() {
        return count;
    }

    /** Bytes of all elements when packed; for strings, of the text alone. */
    public long byteSize() {
        return storage instanceof StringStorage s
                ? s.values.stream().mapToLong(v -> v.length).sum()
                : type.byteSize(count);
    }

    /** Where the bytes are and what is done to them on the way. */
    public String source() {
        return storage.describe();
    }

    /** The axes in another order: axis {@code i} of the result is axis {@code perm[i]} of this. */
    public Tensor permuted(int... perm) {
        if (perm.length != shape.rank()) {
            throw new IllegalArgumentException("permutation " + Arrays.toString(perm) + " of " + shape);
        }
        return isIdentity(perm) ? this : new Tensor(shape.permuted(perm), permute(storage, shape.sizes(), perm));
    }

    private static Storage permute(Storage storage, long[] sizes, int[] perm) {
        if (storage instanceof Storage.Splat) {
            return storage;
        }
        if (storage instanceof Storage.Cast cast) {
            return new Storage.Cast(permute(cast.inner, sizes, perm), cast.type);
        }
        if (storage instanceof Storage.Dequantized d && d.quant.blockSize() == 0 && Arrays.equals(d.sizes, sizes)) {
            long[] moved = Arrays.stream(perm).mapToLong(p -> sizes[p]).toArray();
            return new Storage.Dequantized(permute(d.inner, sizes, perm), moved, d.quant.permuted(perm));
        }
        if (storage instanceof Permuted p
                && Arrays.equals(
                        Arrays.stream(p.perm).mapToLong(i -> p.innerSizes[i]).toArray(), sizes)) {
            int[] both = Arrays.stream(perm).map(i -> p.perm[i]).toArray();
            return isIdentity(both) ? p.inner : new Permuted(p.inner, p.innerSizes, both);
        }
        return new Permuted(storage, sizes, perm.clone());
    }

    /** The elements as another type; see {@link Elements}. */
    public Tensor cast(DataType to) {
        return to == type ? this : new Tensor(shape, new Storage.Cast(storage, to));
    }

    /** The same numbers with their sign turned: int8 {@code q} is uint8 {@code q + 128}, and the other way round. */
    public Tensor signTurned() {
        return turned(type == DataType.INT8 ? DataType.UINT8 : DataType.INT8, 0x80);
    }

    /** Every bit turned over: int8 {@code q} is {@code −1 − q}, uint8 {@code q} is {@code 255 − q}. */
    public Tensor complemented() {
        return turned(type, 0xff);
    }

    private Tensor turned(DataType to, int bits) {
        if (type != DataType.INT8 && type != DataType.UINT8) {
            throw new IllegalArgumentException(type + " is not of 8 bits");
        }
        return new Tensor(shape, new Storage.Turned(storage, to, bits));
    }

    /** The same elements in the same order under another shape. */
    public Tensor reshaped(Shape to) {
        if (to.elementCount() != count) {
            throw new IllegalArgumentException("cannot reshape " + shape + " to " + to);
        }
        return new Tensor(to, storage);
    }

    /** The real numbers that these integers stand for, as float32. */
    public Tensor dequantized(QuantParams quant) {
        return new Tensor(shape, new Storage.Dequantized(storage, shape.sizes(), quant));
    }

    /** Appends the wide form of {@code n} elements from {@code first} on. */
    public void read(long first, int n, ByteBuffer out) {
        storage.read(first, n, out);
    }

    /** Streams all elements, packed and little-endian. */
    public void writeTo(WritableByteChannel out) throws IOException {
        if (storage instanceof Storage.Raw raw) {
            raw.bytes.slice(0, byteSize(), "written").writeTo(out);
            return;
        }
        int chunk = chunk();
        ByteBuffer wide = allocate((int) Math.min(chunk, Math.max(1, count)) * type.wideBytes());
        for (long at = 0; at < count; at += chunk) {
            int n = (int) Math.min(chunk, count - at);
            storage.read(at, n, wide.clear());
            wide.flip();
            ByteBuffer packed = type.bits() >= 8 ? wide : ByteBuffer.wrap(pack(wide, type, n));
            while (packed.hasRemaining()) {
                out.write(packed);
            }
        }
    }

    /** How many elements are written at a time. */
    private int chunk() {
        int few = CHUNK / Math.max(1, type.wideBytes());
        if (type.bits() < 8) {
            // 24 divides into whole bytes for every sub-byte width, so that chunks can be packed one by one
            return few / 24 * 24;
        }
        // as many elements as fill a line of the cache are read together where the others lie far apart
        long unit = storage.unit();
        long many = Math.max(few, Math.min(unit * LINE / type.wideBytes(), LARGE_CHUNK / type.wideBytes()));
        return (int) (unit > many ? many : many / unit * unit);
    }

    /** All elements in the wide form, little-endian; a view of the file where nothing is to be done to them. */
    public ByteBuffer load() {
        int bytes = Math.toIntExact(Math.multiplyExact(count, (long) type.wideBytes()));
        if (storage instanceof Storage.Raw raw && type.bits() >= 8) {
            return raw.bytes.view(0, bytes);
        }
        ByteBuffer out = allocate(bytes);
        storage.read(0, Math.toIntExact(count), out);
        return out.flip();
    }

    /**
     * The elements of a small tensor of integers or booleans.
     *
     * @throws IllegalStateException if there are more than {@value #SMALL}
     */
    public long[] toLongs() {
        ByteBuffer in = loadSmall();
        long[] out = new long[(int) count];
        for (int i = 0; i < out.length; i++) {
            out[i] = Elements.integer(in, type);
        }
        return out;
    }

    /** As {@link #toLongs()}, for values that fit 32 bits. */
    public int[] toInts() {
        return Arrays.stream(toLongs()).mapToInt(Math::toIntExact).toArray();
    }

    /** The elements of a small tensor of any numeric type. */
    public double[] toDoubles() {
        ByteBuffer in = loadSmall();
        double[] out = new double[(int) count];
        for (int i = 0; i < out.length; i++) {
            out[i] = Elements.real(in, type);
        }
        return out;
    }

    /** All elements of any numeric type as float32, however many. */
    public float[] toFloats() {
        ByteBuffer in = load();
        float[] out = new float[Math.toIntExact(count)];
        if (type == DataType.FLOAT32) {
            in.asFloatBuffer().get(out);
            return out;
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = (float) Elements.real(in, type);
        }
        return out;
    }

    /** The elements of a tensor of strings. */
    public List<byte[]> toStrings() {
        if (storage instanceof StringStorage s) {
            return s.values;
        }
        throw new IllegalStateException("a tensor of " + type + " holds no strings");
    }

    private ByteBuffer loadSmall() {
        if (count > SMALL) {
            throw new IllegalStateException(count + " elements are too many to look at: " + source());
        }
        return load();
    }

    /** Whether both hold the same elements, told without reading them; false may still be equal. */
    public boolean isSame(Tensor other) {
        return type == other.type && shape.equals(other.shape) && storage.isSame(other.storage);
    }

    private static boolean isIdentity(int[] perm) {
        for (int i = 0; i < perm.length; i++) {
            if (perm[i] != i) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] pack(ByteBuffer wide, DataType type, int n) {
        int bits = type.bits();
        int perByte = 8 / bits;
        byte[] packed = new byte[(n + perByte - 1) / perByte];
        for (int i = 0; i < n; i++) {
            packed[i / perByte] |= (byte) ((wide.get() & ((1 << bits) - 1)) << (i % perByte * bits));
        }
        return packed;
    }

    @Override
    public String toString() {
        return type + shape.toString() + " from " + source();
    }

    /** Strings have no bytes to stream. */
    private static final class StringStorage extends Storage {
        private final List<byte[]> values;

        StringStorage(List<byte[]> values) {
            super(DataType.STRING);
            this.values = List.copyOf(values);
        }

        @Override
        void read(long first, int n, ByteBuffer out) {
            throw new IllegalStateException("strings cannot be read as numbers");
        }

        @Override
        boolean isSame(Storage other) {
            return other == this;
        }

        @Override
        String describe() {
            return "strings";
        }

        @Override
        public boolean equals(@Nullable Object o) {
            return o == this;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
