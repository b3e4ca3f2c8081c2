package dev.tfliteonnx.optimizers.recurrence;

import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import org.jspecify.annotations.Nullable;

/** A factor for each column, or one for all columns. Equal factors are one for all. */
final class Scale {
    static final Scale ZERO = new Scale(new double[] {0});
    static final Scale ONE = new Scale(new double[] {1});

    private final double[] factors;

    private Scale(double[] factors) {
        this.factors = factors;
    }

    static Scale of(double... factors) {
        boolean uniform = Arrays.stream(factors).allMatch(f -> f == factors[0]);
        return new Scale(uniform ? new double[] {factors[0]} : factors.clone());
    }

    double at(int column) {
        return factors[factors.length == 1 ? 0 : column];
    }

    boolean isUniform() {
        return factors.length == 1;
    }

    boolean is(double factor) {
        return isUniform() && factors[0] == factor;
    }

    Scale plus(Scale other) {
        return with(other, Double::sum);
    }

    Scale times(Scale other) {
        return with(other, (a, b) -> a * b);
    }

    private Scale with(Scale other, DoubleBinaryOperator f) {
        double[] out = new double[Math.max(factors.length, other.factors.length)];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(at(i), other.at(i));
        }
        return of(out);
    }

    Scale columns(int from, int to) {
        return isUniform() ? this : of(Arrays.copyOfRange(factors, from, to));
    }

    @Override
    public boolean equals(@Nullable Object o) {
        return o instanceof Scale s && Arrays.equals(factors, s.factors);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(factors);
    }

    @Override
    public String toString() {
        return Arrays.toString(factors);
    }
}
