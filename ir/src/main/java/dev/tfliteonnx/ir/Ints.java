package dev.tfliteonnx.ir;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A list of whole numbers that cannot change, without boxing. */
public final class Ints {
    private final long[] values;

    private Ints(long[] values) {
        this.values = values;
    }

    /** These numbers. */
    public static Ints of(long... values) {
        return new Ints(values.clone());
    }

    /** These numbers. */
    public static Ints ofInts(int... values) {
        return new Ints(Arrays.stream(values).asLongStream().toArray());
    }

    /** How many there are. */
    public int size() {
        return values.length;
    }

    /** The number at an index. */
    public long get(int i) {
        return values[i];
    }

    /** A copy of the numbers. */
    public long[] toArray() {
        return values.clone();
    }

    /** A copy of the numbers as 32-bit integers; fails if one does not fit. */
    public int[] toIntArray() {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Ints i && Arrays.equals(values, i.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return Arrays.toString(values).replace(" ", "");
    }
}
