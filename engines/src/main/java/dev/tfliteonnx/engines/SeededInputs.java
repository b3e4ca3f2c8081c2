package dev.tfliteonnx.engines;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Random inputs that most models can digest, the same for the same seed and specs. Floating point and complex parts lie
 * evenly in {@code [low, high)}, integers of at most 16 bits over their whole range, wider ones in {@code [0, below)};
 * booleans are a coin's; strings are one to eight small letters. Extents that the spec leaves open become 1. An input
 * that is a shape, an axis or an index needs its true value from the caller.
 *
 * @param seed where the random numbers start; each input has a stream of its own
 * @param low the least real number
 * @param high a bound above all real numbers
 * @param below a bound above all wide integers; at least 1
 */
public record SeededInputs(long seed, double low, double high, int below) {
    /** Rejects empty ranges. */
    public SeededInputs {
        if (!(low < high) || below < 1) {
            throw new IllegalArgumentException("nothing lies in [" + low + "," + high + ") or [0," + below + ")");
        }
    }

    /** Real numbers in [−1, 1), wide integers in [0, 8). */
    public static SeededInputs of(long seed) {
        return new SeededInputs(seed, -1, 1, 8);
    }

    /** The same with real numbers in another range. */
    public SeededInputs withReals(double from, double to) {
        return new SeededInputs(seed, from, to, below);
    }

    /** The same with wide integers below another bound. */
    public SeededInputs withIntegersBelow(int bound) {
        return new SeededInputs(seed, low, high, bound);
    }

    /** One tensor for each spec. */
    public List<Tensor> make(List<TensorSpec> specs) {
        return make(specs, Map.of());
    }

    /** As {@link #make(List)}, but inputs with a name in {@code fixed} get that value. */
    public List<Tensor> make(List<TensorSpec> specs, Map<String, Tensor> fixed) {
        List<Tensor> out = new ArrayList<>(specs.size());
        for (int i = 0; i < specs.size(); i++) {
            TensorSpec spec = specs.get(i);
            Tensor value = fixed.get(spec.name());
            out.add(value != null ? value : make(spec, new SplittableRandom(seed + i * 0x9e3779b97f4a7c15L)));
        }
        return out;
    }

    private Tensor make(TensorSpec spec, SplittableRandom random) {
        Shape shape = spec.shape().closed();
        int count = Math.toIntExact(shape.elementCount());
        DataType type = spec.type();
        switch (type) {
            case STRING -> {
                return Tensor.ofStrings(shape, strings(count, random));
            }
            case COMPLEX64 -> {
                byte[] parts = reals(DataType.FLOAT32, 2 * count, random);
                return Tensor.of(type, shape, Bytes.of(parts, "random"));
            }
            case COMPLEX128 -> {
                byte[] parts = reals(DataType.FLOAT64, 2 * count, random);
                return Tensor.of(type, shape, Bytes.of(parts, "random"));
            }
            case RESOURCE, VARIANT -> throw new IllegalArgumentException("no random value for " + spec);
            default -> {
                if (type.isFloat()) {
                    return Tensor.of(type, shape, Bytes.of(reals(type, count, random), "random"));
                }
                long[] values = random.longs(count).map(r -> integer(type, r)).toArray();
                return Tensor.ofIntegers(type, shape, values);
            }
        }
    }

    private byte[] reals(DataType type, int count, SplittableRandom random) {
        ByteBuffer out =
                ByteBuffer.allocate(Math.multiplyExact(count, type.wideBytes())).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            Elements.putReal(out, type, low + (high - low) * random.nextDouble());
        }
        return out.array();
    }

    private long integer(DataType type, long random) {
        if (type == DataType.BOOL) {
            return random & 1;
        }
        return type.bits() <= 16 ? random : Long.remainderUnsigned(random, below);
    }

    private static List<byte[]> strings(int count, SplittableRandom random) {
        List<byte[]> out = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(1, 9);
            for (int k = 0; k < length; k++) {
                text.append((char) random.nextInt('a', 'z' + 1));
            }
            out.add(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        return out;
    }
}
