package dev.tfliteonnx.ir;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A list of floating point numbers that cannot change, without boxing. */
public final class Floats {
    private final float[] values;

    private Floats(float[] values) {
        this.values = values;
    }

    /** These numbers. */
    public static Floats of(float... values) {
        return new Floats(values.clone());
    }

    /** How many there are. */
    public int size() {
        return values.length;
    }

    /** The number at an index. */
    public float get(int i) {
        return values[i];
    }

    /** A copy of the numbers. */
    public float[] toArray() {
        return values.clone();
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Floats f && Arrays.equals(values, f.values);
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
