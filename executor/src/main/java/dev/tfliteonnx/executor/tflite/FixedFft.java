package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.ir.DataType;

/**
 * The fast Fourier transform of kissfft in fixed point: each stage halves or quarters its operands first and rounds every
 * product. Source: kissfft 130, {@code kiss_fft.c}, {@code kiss_fftr.c} and {@code _kiss_fft_guts.h}.
 */
final class FixedFft {
    private final DataType stored;
    private final int length;
    private final boolean inverse;
    private long[] re = new long[0];
    private long[] im = new long[0];

    /**
     * A transform.
     *
     * @param stored INT16 or INT32
     * @param length how many complex numbers, a power of two
     */
    FixedFft(DataType stored, int length, boolean inverse) {
        this.stored = stored;
        this.length = length;
        this.inverse = inverse;
    }

    /** A complex number. */
    private record Complex(long re, long im) {
        Complex plus(Complex b) {
            return new Complex(re + b.re, im + b.im);
        }

        Complex minus(Complex b) {
            return new Complex(re - b.re, im - b.im);
        }

        /** Turned by a quarter, back or forth. */
        Complex quarter(boolean forth) {
            return forth ? new Complex(-im, re) : new Complex(im, -re);
        }
    }

    private long wrapped(long x) {
        return stored == DataType.INT16 ? (short) x : (int) x;
    }

    private Complex wrapped(Complex x) {
        return new Complex(wrapped(x.re), wrapped(x.im));
    }

    private long rounded(long product) {
        int bits = stored.bits() - 1;
        return product + (1L << (bits - 1)) >> bits;
    }

    private Complex divided(Complex x, int divisor) {
        long factor = stored.max() / divisor;
        return new Complex(rounded(x.re * factor), rounded(x.im * factor));
    }

    private Complex turned(Complex x, double halfTurns) {
        double phase = (inverse ? Math.PI : -Math.PI) * halfTurns;
        long cos = (long) Math.floor(0.5 + stored.max() * StrictMath.cos(phase));
        long sin = (long) Math.floor(0.5 + stored.max() * StrictMath.sin(phase));
        return new Complex(rounded(x.re * cos - x.im * sin), rounded(x.re * sin + x.im * cos));
    }

    private Complex at(int i) {
        return new Complex(re[i], im[i]);
    }

    private void put(int i, Complex x) {
        re[i] = wrapped(x.re);
        im[i] = wrapped(x.im);
    }

    /** The spectrum of {@code 2·length} real numbers, {@code 2·(length+1)}, parts in turn. */
    long[] real(long[] x) {
        complex(x);
        long[] out = new long[2 * (length + 1)];
        Complex dc = divided(at(0), 2);
        out[0] = dc.re + dc.im;
        out[2 * length] = dc.re - dc.im;
        for (int i = 0; i < length / 2; i++) {
            Complex near = divided(at(i + 1), 2);
            Complex far = at(length - 1 - i);
            Complex mirrored = divided(new Complex(far.re, wrapped(-far.im)), 2);
            Complex even = near.plus(mirrored);
            Complex turned = wrapped(turned(near.minus(mirrored), (double) (i + 1) / length + 0.5));
            // the one in the middle is written twice, the second time from the far side
            out[2 * (i + 1)] = halved(even.re + turned.re);
            out[2 * (i + 1) + 1] = halved(even.im + turned.im);
            out[2 * (length - 1 - i)] = halved(even.re - turned.re);
            out[2 * (length - 1 - i) + 1] = halved(turned.im - even.im);
        }
        return out;
    }

    /** C adds 16-bit numbers in a wider type, but not 32-bit ones. */
    private long halved(long x) {
        return (stored == DataType.INT32 ? wrapped(x) : x) >> 1;
    }

    /** {@code 2·length} real numbers from their spectrum, {@code 2·(length+1)}. */
    long[] fromReal(long[] x) {
        long[] packed = new long[2 * length];
        Complex dc = divided(wrapped(new Complex(x[0] + x[2 * length], x[0] - x[2 * length])), 2);
        packed[0] = dc.re;
        packed[1] = dc.im;
        for (int i = 0; i < length / 2; i++) {
            Complex near = divided(new Complex(x[2 * (i + 1)], x[2 * (i + 1) + 1]), 2);
            int far = 2 * (length - 1 - i);
            Complex mirrored = divided(new Complex(x[far], wrapped(-x[far + 1])), 2);
            Complex even = near.plus(mirrored);
            Complex turned = wrapped(turned(near.minus(mirrored), (double) (i + 1) / length + 0.5));
            packed[2 * (i + 1)] = wrapped(even.re + turned.re);
            packed[2 * (i + 1) + 1] = wrapped(even.im + turned.im);
            packed[far] = wrapped(even.re - turned.re);
            packed[far + 1] = wrapped(turned.im - even.im);
        }
        complex(packed);
        long[] out = new long[2 * length];
        for (int i = 0; i < length; i++) {
            out[2 * i] = re[i];
            out[2 * i + 1] = im[i];
        }
        return out;
    }

    /** Transforms complex numbers, parts in turn. */
    private void complex(long[] x) {
        re = new long[length];
        im = new long[length];
        stage(x, 0, new int[] {0, 1, length});
    }

    /** Fours first, then a two if one is left; {@code which} tells where in {@code x}, how far apart and how many. */
    private void stage(long[] x, int to, int[] which) {
        int count = which[2];
        if (count == 1) {
            put(to, new Complex(x[2 * which[0]], x[2 * which[0] + 1]));
            return;
        }
        int radix = count % 4 == 0 ? 4 : 2;
        int inner = count / radix;
        for (int q = 0; q < radix; q++) {
            stage(x, to + q * inner, new int[] {which[0] + q * which[1], which[1] * radix, inner});
        }
        for (int k = 0; k < inner; k++) {
            if (radix == 4) {
                byFour(to + k, inner, k, which[1]);
            } else {
                byTwo(to + k, inner, k, which[1]);
            }
        }
    }

    private void byTwo(int at, int inner, int k, int step) {
        Complex first = divided(at(at), 2);
        Complex second = turned(divided(at(at + inner), 2), 2.0 * k * step / length);
        put(at, first.plus(second));
        put(at + inner, first.minus(second));
    }

    private void byFour(int at, int inner, int k, int step) {
        Complex first = divided(at(at), 4);
        Complex a = turned(divided(at(at + inner), 4), 2.0 * k * step / length);
        Complex b = turned(divided(at(at + 2 * inner), 4), 2.0 * k * 2 * step / length);
        Complex c = turned(divided(at(at + 3 * inner), 4), 2.0 * k * 3 * step / length);
        Complex sum = first.plus(b);
        Complex difference = first.minus(b);
        put(at, sum.plus(a.plus(c)));
        put(at + inner, difference.plus(a.minus(c).quarter(inverse)));
        put(at + 2 * inner, sum.minus(a.plus(c)));
        put(at + 3 * inner, difference.minus(a.minus(c).quarter(inverse)));
    }
}
