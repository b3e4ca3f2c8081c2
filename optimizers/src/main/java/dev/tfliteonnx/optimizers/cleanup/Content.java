package dev.tfliteonnx.optimizers.cleanup;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.DoublePredicate;

/** What constants hold. */
public final class Content {
    /** Constants of more bytes are never read to compare or compute them. */
    public static final long SMALL = 1 << 16;

    private static final int SAMPLE = 32;

    private Content() {}

    /** Whether two constants of the same type and shape hold the same bits; large ones are not read. */
    public static boolean isSame(Tensor a, Tensor b) {
        return a.isSame(b) || (isSmall(a) && a.type() == b.type() && a.shape().equals(b.shape()) && bitsAreSame(a, b));
    }

    private static boolean bitsAreSame(Tensor a, Tensor b) {
        return a.load().equals(b.load());
    }

    /** Whether both are the same value or constants that hold the same. */
    public static boolean isSame(Value a, Value b) {
        return a == b
                || a.constant()
                        .flatMap(x -> b.constant().map(y -> isSame(x, y)))
                        .orElse(false);
    }

    /** Whether a constant can be read without thought. */
    public static boolean isSmall(Tensor tensor) {
        return tensor.type() != DataType.STRING && tensor.byteSize() <= SMALL;
    }

    /** A number that is the same for constants that hold the same; made from a few elements. */
    static int sample(Tensor tensor) {
        int n = (int) Math.min(SAMPLE, tensor.elementCount());
        ByteBuffer some = ByteBuffer.allocate(n * tensor.type().wideBytes());
        tensor.read(0, n, some.order(java.nio.ByteOrder.LITTLE_ENDIAN));
        return some.flip().hashCode();
    }

    /** The whole numbers of a small constant. */
    public static Optional<long[]> longs(Value value) {
        return value.constant()
                .filter(t -> isSmall(t) && (t.type().isInteger() || t.type() == DataType.BOOL))
                .map(Tensor::toLongs);
    }

    /** The only element of a constant that has one, whatever its rank. */
    public static Optional<Double> single(Value value) {
        return value.constant()
                .filter(t ->
                        t.elementCount() == 1 && (t.type().isFloat() || t.type().isInteger()))
                .map(t -> t.toDoubles()[0]);
    }

    /** Whether a value is a small constant and every element of it fulfils a condition. */
    public static boolean all(Value value, DoublePredicate holds) {
        return value.constant()
                .filter(t -> isSmall(t) && (t.type().isFloat() || t.type().isInteger()))
                .map(t -> Arrays.stream(t.toDoubles()).allMatch(holds))
                .orElse(false);
    }
}
