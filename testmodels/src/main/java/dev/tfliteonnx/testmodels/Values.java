package dev.tfliteonnx.testmodels;

import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Elements;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Which values an input of a test may have. Integers are stored values, not what their quantization makes of them. */
public sealed interface Values {
    /** Any value in {@code [low, high]}; for integer types whole numbers. */
    record Between(double low, double high) implements Values {}

    /** Any of some values. */
    record Pool(Floats values) implements Values {}

    /** All values from {@code low} on, each one step greater than the one before, and again from {@code low}. */
    record Ramp(double low, double high, double step) implements Values {}

    /** Always the same tensor: an axis, a shape, a table. */
    record Exactly(Tensor tensor) implements Values {}

    /** Any value in {@code [low, high]}. */
    static Values between(double low, double high) {
        return new Between(low, high);
    }

    /** Any of these. */
    static Values oneOf(float... values) {
        return new Pool(Floats.of(values));
    }

    /** Always this. */
    static Values exactly(Tensor tensor) {
        return new Exactly(tensor);
    }

    /** From {@code low} up to {@code high} in equal steps, again and again. */
    static Values ramp(double low, double high, double step) {
        return new Ramp(low, high, step);
    }

    /** Every {@code step}-th value of an integer type from its least on, again and again. */
    static Values every(int step, DataType type) {
        return ramp((double) type.min(), (double) type.max(), step);
    }

    /** Every value of an integer type, small numbers of a wide one, and numbers in {@code [−1, 1]} of a float type. */
    static Values anyOf(DataType type) {
        return switch (type) {
            case BOOL -> between(0, 1);
            case INT32, INT64 -> between(-100, 100);
            case UINT32, UINT64 -> between(0, 100);
            default -> type.isInteger() ? between((double) type.min(), (double) type.max()) : between(-1, 1);
        };
    }

    /** A tensor of such values. */
    default Tensor draw(SeededValues random, DataType type, Shape shape) {
        if (this instanceof Exactly exactly) {
            return exactly.tensor();
        }
        if (type == DataType.STRING) {
            List<byte[]> texts = new ArrayList<>();
            for (long i = 0; i < shape.elementCount(); i++) {
                texts.add(("text" + random.next(0L, 99L)).getBytes(StandardCharsets.UTF_8));
            }
            return Tensor.ofStrings(shape, texts);
        }
        if (this instanceof Between b) {
            return type.isFloat()
                    ? random.reals(type, b.low(), b.high(), shape)
                    : random.integers(type, (long) Math.ceil(b.low()), (long) Math.floor(b.high()), shape);
        }
        int n = Math.toIntExact(shape.elementCount());
        ByteBuffer out = ByteBuffer.allocate(n * type.wideBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < n; i++) {
            Elements.putReal(out, type, at(random, i));
        }
        return Tensor.of(type, shape, Bytes.of(out.array(), random.toString()));
    }

    private double at(SeededValues random, int i) {
        if (this instanceof Pool pool) {
            return pool.values().get((int) random.next(0L, pool.values().size() - 1L));
        }
        Ramp ramp = (Ramp) this;
        long steps = (long) Math.floor((ramp.high() - ramp.low()) / ramp.step()) + 1;
        return ramp.low() + i % steps * ramp.step();
    }
}
