package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/**
 * Random tensors that a seed decides, the same on every machine. Its text names the seed and how to repeat it, for the
 * messages of failing tests.
 */
public final class SeededValues {
    private static final String PROPERTY = "test.seed";

    private final long seed;
    private final Random random;

    private SeededValues(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** Values for inputs of a test: the property {@code test.seed} takes the place of the seed given. */
    public static SeededValues of(long seed) {
        return new SeededValues(Long.getLong(PROPERTY, seed));
    }

    /** Values for what must not change from run to run, such as the weights of a model. */
    public static SeededValues fixed(long seed) {
        return new SeededValues(seed);
    }

    /** The seed in force. */
    public long seed() {
        return seed;
    }

    /** The next whole number in {@code [low, high]}. */
    public long next(long low, long high) {
        return low + Math.floorMod(random.nextLong(), high - low + 1);
    }

    /** The next real number in {@code [low, high)}. */
    public double next(double low, double high) {
        return low + random.nextDouble() * (high - low);
    }

    /** A tensor of float32 in {@code [low, high)}. */
    public Tensor floats(double low, double high, long... shape) {
        return reals(DataType.FLOAT32, low, high, Shape.of(shape));
    }

    /** A tensor of a float type in {@code [low, high)}. */
    public Tensor reals(DataType type, double low, double high, Shape shape) {
        int n = Math.toIntExact(shape.elementCount());
        ByteBuffer out = ByteBuffer.allocate(n * type.wideBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            Elements.putReal(out, type, next(low, high));
        }
        return Tensor.of(type, shape, dev.tfliteonnx.ir.Bytes.of(out.array(), toString()));
    }

    /** A tensor of an integer type or of booleans in {@code [low, high]}. */
    public Tensor integers(DataType type, long low, long high, Shape shape) {
        long[] values = new long[Math.toIntExact(shape.elementCount())];
        for (int i = 0; i < values.length; i++) {
            values[i] = next(low, high);
        }
        return Tensor.ofIntegers(type, shape, values);
    }

    @Override
    public String toString() {
        return "seed " + seed + " (repeat with -D" + PROPERTY + "=" + seed + ")";
    }
}
