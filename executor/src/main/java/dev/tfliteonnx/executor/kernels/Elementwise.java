package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoublePredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

/**
 * Applying a function to every element, or to every pair of elements of operands that are stretched to each other. Real
 * functions are computed in double precision and rounded once; for + − × ÷ and √ that is the same as computing in single
 * precision.
 */
final class Elementwise {
    /** Whether two real numbers are in a relation. */
    @FunctionalInterface
    interface RealTest {
        boolean test(double a, double b);
    }

    /** Whether two whole numbers are in a relation. */
    @FunctionalInterface
    interface WholeTest {
        boolean test(long a, long b);
    }

    private Elementwise() {}

    /** A function of real numbers; integers are converted there and back. */
    static Array map(Array a, DoubleUnaryOperator f) {
        int n = a.size();
        if (a.data() instanceof float[] in) {
            float[] out = new float[n];
            for (int i = 0; i < n; i++) {
                out[i] = (float) f.applyAsDouble(in[i]);
            }
            return Array.ofFloats(a.type(), a.dims(), out);
        }
        double[] in = a.doubles();
        double[] out = new double[n];
        for (int i = 0; i < n; i++) {
            out[i] = f.applyAsDouble(in[i]);
        }
        return Array.ofDoubles(a.type(), a.dims(), out);
    }

    /** A function of numbers, {@code g} for whole ones. */
    static Array map(Array a, DoubleUnaryOperator f, LongUnaryOperator g) {
        if (a.type().isFloat()) {
            return map(a, f);
        }
        long[] in = a.longs();
        long[] out = new long[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = g.applyAsLong(in[i]);
        }
        return Array.ofLongs(a.type(), a.dims(), out);
    }

    /** A property of real numbers. */
    static Array test(Array a, DoublePredicate p) {
        double[] in = a.doubles();
        byte[] out = new byte[in.length];
        for (int i = 0; i < in.length; i++) {
            out[i] = (byte) (p.test(in[i]) ? 1 : 0);
        }
        return Array.ofBooleans(a.dims(), out);
    }

    /** A function of two numbers of the same type, {@code g} for whole ones and truth values. */
    static Array map(Array a, Array b, DoubleBinaryOperator f, LongBinaryOperator g) {
        if (!a.type().isFloat()) {
            return whole(a, b, a.type(), g);
        }
        if (Lane.of(a.type()) == Lane.FLOAT && Lane.of(b.type()) == Lane.FLOAT) {
            return floats(a, b, f);
        }
        return reals(a, b, a.type(), f);
    }

    private static Array floats(Array a, Array b, DoubleBinaryOperator f) {
        int[] dims = Dims.broadcast(a.dims(), b.dims());
        float[] x = a.floats();
        float[] y = b.floats();
        float[] out = new float[Dims.count(dims)];
        for (Walk w = pairs(a, b, dims); w.valid(); w.next()) {
            int at = w.position();
            int i = w.offset(0);
            int j = w.offset(1);
            int di = w.stride(0);
            int dj = w.stride(1);
            for (int end = at + w.length(); at < end; at++) {
                out[at] = (float) f.applyAsDouble(x[i], y[j]);
                i += di;
                j += dj;
            }
        }
        return Array.ofFloats(a.type(), dims, out);
    }

    /** A function of two numbers of any types, computed in double precision. */
    static Array reals(Array a, Array b, DataType type, DoubleBinaryOperator f) {
        int[] dims = Dims.broadcast(a.dims(), b.dims());
        double[] x = a.doubles();
        double[] y = b.doubles();
        double[] out = new double[Dims.count(dims)];
        for (Walk w = pairs(a, b, dims); w.valid(); w.next()) {
            for (int k = 0; k < w.length(); k++) {
                out[w.position() + k] =
                        f.applyAsDouble(x[w.offset(0) + k * w.stride(0)], y[w.offset(1) + k * w.stride(1)]);
            }
        }
        return Array.ofDoubles(type, dims, out);
    }

    /** A function of two whole numbers or truth values. */
    static Array whole(Array a, Array b, DataType type, LongBinaryOperator g) {
        int[] dims = Dims.broadcast(a.dims(), b.dims());
        long[] x = a.longs();
        long[] y = b.longs();
        long[] out = new long[Dims.count(dims)];
        for (Walk w = pairs(a, b, dims); w.valid(); w.next()) {
            for (int k = 0; k < w.length(); k++) {
                out[w.position() + k] =
                        g.applyAsLong(x[w.offset(0) + k * w.stride(0)], y[w.offset(1) + k * w.stride(1)]);
            }
        }
        return Array.ofLongs(type, dims, out);
    }

    /** A relation of two numbers of the same type. */
    static Array compare(Array a, Array b, RealTest f, WholeTest g) {
        if (a.type() == DataType.STRING) {
            return texts(a, b, g);
        }
        if (a.type().isFloat()) {
            return reals(a, b, DataType.BOOL, (x, y) -> f.test(x, y) ? 1 : 0);
        }
        // with the sign bit flipped, unsigned numbers are in the order of signed ones
        long flip = a.type() == DataType.UINT64 ? Long.MIN_VALUE : 0;
        return whole(a, b, DataType.BOOL, (x, y) -> g.test(x ^ flip, y ^ flip) ? 1 : 0);
    }

    private static Array texts(Array a, Array b, WholeTest test) {
        int[] dims = Dims.broadcast(a.dims(), b.dims());
        byte[][] x = Moves.stretched(a, dims).strings();
        byte[][] y = Moves.stretched(b, dims).strings();
        byte[] out = new byte[x.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (test.test(Arrays.compareUnsigned(x[i], y[i]), 0) ? 1 : 0);
        }
        return Array.ofBooleans(dims, out);
    }

    private static Walk pairs(Array a, Array b, int[] dims) {
        return new Walk(dims, Dims.stretched(a.dims(), dims), Dims.stretched(b.dims(), dims));
    }
}
