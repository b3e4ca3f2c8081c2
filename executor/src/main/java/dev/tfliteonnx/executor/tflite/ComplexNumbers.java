package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import java.util.Arrays;

/** Complex numbers of two floats, which an array holds as the bits of the real part below those of the imaginary one. */
final class ComplexNumbers {
    private ComplexNumbers() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("RFFT2D", ComplexNumbers::rfft2d)
                .one("REAL", c -> reals(c.in(0), ComplexNumbers::real))
                .one("IMAG", c -> reals(c.in(0), ComplexNumbers::imaginary))
                .one("COMPLEX_ABS", c -> reals(c.in(0), z -> (float) Math.hypot(real(z), imaginary(z))));
    }

    private interface RealPart {
        float of(long z);
    }

    static long of(float real, float imaginary) {
        return (long) Float.floatToRawIntBits(imaginary) << 32 | Float.floatToRawIntBits(real) & 0xFFFFFFFFL;
    }

    static float real(long z) {
        return Float.intBitsToFloat((int) z);
    }

    static float imaginary(long z) {
        return Float.intBitsToFloat((int) (z >>> 32));
    }

    /** REAL, IMAG and COMPLEX_ABS. Source: {@code kernels/complex_support.cc}. */
    private static Array reals(Array z, RealPart part) {
        long[] in = z.longs();
        float[] out = new float[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = part.of(in[i]);
        }
        return Array.ofFloats(DataType.FLOAT32, z.dims(), out);
    }

    /** Numbers as their real parts, or with an imaginary part of 0. Source: {@code copyCast} in {@code kernels/cast.cc}. */
    static Array cast(Array x, DataType to) {
        if (x.type() == DataType.COMPLEX64) {
            Array real = reals(x, ComplexNumbers::real);
            return Array.ofDoubles(to, x.dims(), real.doubles());
        }
        double[] in = x.doubles();
        long[] out = new long[in.length];
        Arrays.setAll(out, i -> of((float) in[i], 0));
        return new Array(to, x.dims(), out);
    }

    /** MUL of complex numbers. Source: {@code EvalMul} in {@code kernels/mul.cc}. */
    static Array product(TfliteCall call) {
        int[] dims = Dims.broadcast(call.in(0).dims(), call.in(1).dims());
        long[] a = Moves.stretched(call.in(0), dims).longs();
        long[] b = Moves.stretched(call.in(1), dims).longs();
        long[] out = new long[a.length];
        Arrays.setAll(
                out,
                i -> of(
                        real(a[i]) * real(b[i]) - imaginary(a[i]) * imaginary(b[i]),
                        real(a[i]) * imaginary(b[i]) + imaginary(a[i]) * real(b[i])));
        return new Array(DataType.COMPLEX64, dims, out);
    }

    /**
     * RFFT2D: real [..., h, w], cut or filled up with zeros to the lengths of operand 1, which are powers of two, to [...,
     * length, length / 2 + 1]; in double precision. Source: {@code kernels/rfft2d.cc}.
     */
    static Array rfft2d(TfliteCall call) {
        Array x = call.in(0);
        int[] length = call.in(1).ints();
        int height = length[0];
        int width = length[1];
        int bins = width / 2 + 1;
        int rank = x.rank();
        int images = Dims.count(x.dims(), 0, rank - 2);
        float[] in = x.floats();
        long[] out = new long[images * height * bins];
        for (int n = 0; n < images; n++) {
            double[][] re = new double[bins][height];
            double[][] im = new double[bins][height];
            for (int row = 0; row < Math.min(height, x.dim(-2)); row++) {
                double[] lineRe = new double[width];
                double[] lineIm = new double[width];
                for (int i = 0; i < Math.min(width, x.dim(-1)); i++) {
                    lineRe[i] = in[(n * x.dim(-2) + row) * x.dim(-1) + i];
                }
                transform(lineRe, lineIm);
                for (int k = 0; k < bins; k++) {
                    re[k][row] = lineRe[k];
                    im[k][row] = lineIm[k];
                }
            }
            for (int k = 0; k < bins; k++) {
                transform(re[k], im[k]);
                for (int row = 0; row < height; row++) {
                    out[(n * height + row) * bins + k] = of((float) re[k][row], (float) im[k][row]);
                }
            }
        }
        return new Array(DataType.COMPLEX64, Dims.concat(Dims.slice(x.dims(), 0, rank - 2), height, bins), out);
    }

    /** A Fourier transform in place, of a length that is a power of two. */
    static void transform(double[] re, double[] im) {
        int n = re.length;
        if (n < 1 || Integer.bitCount(n) != 1) {
            throw new IllegalArgumentException("a transform of length " + n);
        }
        for (int i = 1; i < n; i++) {
            int j = Integer.reverse(i) >>> (Integer.numberOfLeadingZeros(n) + 1);
            if (i < j) {
                double a = re[i];
                re[i] = re[j];
                re[j] = a;
                double b = im[i];
                im[i] = im[j];
                im[j] = b;
            }
        }
        for (int half = 1; half < n; half *= 2) {
            for (int k = 0; k < half; k++) {
                double cos = Math.cos(Math.PI * k / half);
                double sin = -Math.sin(Math.PI * k / half);
                for (int i = k; i < n; i += 2 * half) {
                    double a = re[i + half] * cos - im[i + half] * sin;
                    double b = re[i + half] * sin + im[i + half] * cos;
                    re[i + half] = re[i] - a;
                    im[i + half] = im[i] - b;
                    re[i] += a;
                    im[i] += b;
                }
            }
        }
    }
}
