package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * The fast Fourier transform of kissfft in fixed point, bit by bit: each stage halves or quarters its operands first and
 * rounds every product. Lengths are powers of two.
 *
 * <p>Source: kissfft 130, {@code kiss_fft.c}, {@code kiss_fftr.c} and {@code _kiss_fft_guts.h}, as TFLite Micro builds
 * them.
 */
final class FixedFft {
    /** Real and imaginary parts, {@code [rows,...]} each. */
    record Parts(Value re, Value im) {}

    private final Integers integers;
    private final Onnx onnx;
    private final DataType stored;
    private final int length;
    private final boolean inverse;

    /**
     * A transform.
     *
     * @param stored INT16 or INT32
     * @param length how many complex numbers, a power of two from 2 on
     */
    FixedFft(Onnx onnx, DataType stored, int length, boolean inverse) {
        this.onnx = onnx;
        this.stored = stored;
        this.integers = new Integers(onnx, stored == DataType.INT16 ? DataType.INT32 : DataType.INT64);
        this.length = length;
        this.inverse = inverse;
    }

    /**
     * The spectrum of real numbers, {@code x [rows, 2·length]} → {@code [rows, 2·(length+1)]}, parts in turn.
     */
    Value real(Value x) {
        Value wide = integers.of(x);
        Parts z = complex(new Parts(every(wide, 0), every(wide, 1)));
        Parts dc = divided(at(z, i -> 0, 1), 2);
        int half = length / 2;
        Parts near = divided(at(z, i -> i + 1, half), 2);
        Parts mirrored = divided(conjugate(at(z, i -> length - 1 - i, half)), 2);
        Parts even = plus(near, mirrored);
        Parts turned = wrapped(product(minus(near, mirrored), half, this::quarterTurned));
        Value none = onnx.sub(dc.re, dc.re);
        // the one in the middle is written twice, the second time from the far side
        Value re = joined(
                onnx.add(dc.re, dc.im),
                head(halved(onnx.add(even.re, turned.re)), half - 1),
                at(halved(onnx.sub(even.re, turned.re)), i -> half - 1 - i, half),
                onnx.sub(dc.re, dc.im));
        Value im = joined(
                none,
                head(halved(onnx.add(even.im, turned.im)), half - 1),
                at(halved(onnx.sub(turned.im, even.im)), i -> half - 1 - i, half),
                none);
        return interleaved(new Parts(re, im), length + 1);
    }

    /** Real numbers from their spectrum, {@code x [rows, 2·(length+1)]} → {@code [rows, 2·length]}. */
    Value fromReal(Value x) {
        Value wide = integers.of(x);
        Parts f = new Parts(every(wide, 0), every(wide, 1));
        Value first = at(f.re, i -> 0, 1);
        Value last = at(f.re, i -> length, 1);
        Parts dc = divided(wrapped(new Parts(onnx.add(first, last), onnx.sub(first, last))), 2);
        int half = length / 2;
        Parts near = divided(at(f, i -> i + 1, half), 2);
        Parts mirrored = divided(conjugate(at(f, i -> length - 1 - i, half)), 2);
        Parts even = plus(near, mirrored);
        Parts turned = wrapped(product(minus(near, mirrored), half, this::quarterTurned));
        Parts low = plus(even, turned);
        Parts high = new Parts(onnx.sub(even.re, turned.re), onnx.sub(turned.im, even.im));
        Value re = joined(dc.re, head(low.re, half - 1), at(high.re, i -> half - 1 - i, half));
        Value im = joined(dc.im, head(low.im, half - 1), at(high.im, i -> half - 1 - i, half));
        return interleaved(complex(wrapped(new Parts(re, im))), length);
    }

    /** The transform of {@code [rows,length]} complex numbers. */
    private Parts complex(Parts x) {
        List<Integer> radices = radices();
        List<Integer> order = new ArrayList<>();
        scatter(order, radices, 0, 1, 0);
        Parts y = at(x, order::get, length);
        int inner = 1;
        for (int i = radices.size() - 1; i >= 0; i--) {
            int radix = radices.get(i);
            y = radix == 4 ? byFour(y, inner) : byTwo(y, inner);
            inner *= radix;
        }
        return y;
    }

    /** Fours first, then a two if one is left. */
    private List<Integer> radices() {
        List<Integer> radices = new ArrayList<>();
        for (int rest = length; rest > 1; ) {
            int radix = rest % 4 == 0 ? 4 : 2;
            radices.add(radix);
            rest /= radix;
        }
        return radices;
    }

    private static void scatter(List<Integer> order, List<Integer> radices, int from, int step, int stage) {
        if (stage == radices.size()) {
            order.add(from);
            return;
        }
        for (int q = 0; q < radices.get(stage); q++) {
            scatter(order, radices, from + q * step, step * radices.get(stage), stage + 1);
        }
    }

    private Parts byTwo(Parts x, int inner) {
        int blocks = length / (2 * inner);
        List<Parts> f = legs(divided(x, 2), 2, inner);
        Parts t = turned(f.get(1), blocks, inner);
        return joined(List.of(plus(f.get(0), t), minus(f.get(0), t)));
    }

    private Parts byFour(Parts x, int inner) {
        int blocks = length / (4 * inner);
        List<Parts> f = legs(divided(x, 4), 4, inner);
        Parts a = turned(f.get(1), blocks, inner);
        Parts b = turned(f.get(2), 2 * blocks, inner);
        Parts c = turned(f.get(3), 3 * blocks, inner);
        Parts sum = plus(f.get(0), b);
        Parts difference = minus(f.get(0), b);
        Parts outer = plus(a, c);
        Parts across = minus(a, c);
        Parts left = new Parts(onnx.add(difference.re, across.im), onnx.sub(difference.im, across.re));
        Parts right = new Parts(onnx.sub(difference.re, across.im), onnx.add(difference.im, across.re));
        Parts second = inverse ? right : left;
        Parts fourth = inverse ? left : right;
        return joined(List.of(plus(sum, outer), second, minus(sum, outer), fourth));
    }

    /** Operands of a stage, {@code [rows,blocks,inner]} each. */
    private List<Parts> legs(Parts x, int radix, int inner) {
        long[] shape = {-1, length / (radix * inner), radix, inner};
        Value re = onnx.reshape(x.re, shape);
        Value im = onnx.reshape(x.im, shape);
        List<Parts> legs = new ArrayList<>();
        for (int q = 0; q < radix; q++) {
            Value place = onnx.scalar(DataType.INT64, q);
            legs.add(new Parts(onnx.gather(re, place, 2), onnx.gather(im, place, 2)));
        }
        return legs;
    }

    /** Results of a stage as {@code [rows,length]}: what went beyond the stored type wraps. */
    private Parts joined(List<Parts> legs) {
        Value[] re = legs.stream().map(p -> onnx.unsqueeze(p.re, 2)).toArray(Value[]::new);
        Value[] im = legs.stream().map(p -> onnx.unsqueeze(p.im, 2)).toArray(Value[]::new);
        return wrapped(
                new Parts(onnx.reshape(onnx.concat(2, re), -1, length), onnx.reshape(onnx.concat(2, im), -1, length)));
    }

    private Parts turned(Parts x, int step, int inner) {
        return product(x, inner, k -> 2.0 * k * step / length);
    }

    private double quarterTurned(int k) {
        return (double) (k + 1) / length + 0.5;
    }

    /** Each number turned back by so many half turns; forth in an inverse transform. */
    private Parts product(Parts x, int count, IntToDoubleFunction halfTurns) {
        double most = stored.max();
        long[] cos = new long[count];
        long[] sin = new long[count];
        for (int k = 0; k < count; k++) {
            double phase = (inverse ? Math.PI : -Math.PI) * halfTurns.applyAsDouble(k);
            cos[k] = (long) Math.floor(0.5 + most * StrictMath.cos(phase));
            sin[k] = (long) Math.floor(0.5 + most * StrictMath.sin(phase));
        }
        Value c = integers.vector(cos);
        Value s = integers.vector(sin);
        return new Parts(
                rounded(onnx.sub(onnx.mul(x.re, c), onnx.mul(x.im, s))),
                rounded(onnx.add(onnx.mul(x.re, s), onnx.mul(x.im, c))));
    }

    /** A product brought back to the stored scale. */
    private Value rounded(Value product) {
        int bits = stored.bits() - 1;
        return integers.shiftedRight(integers.plus(product, 1L << (bits - 1)), bits);
    }

    private Parts divided(Parts x, int divisor) {
        long factor = stored.max() / divisor;
        return new Parts(rounded(integers.times(x.re, factor)), rounded(integers.times(x.im, factor)));
    }

    /** C adds 16-bit numbers in a wider type, but not 32-bit ones. */
    private Value halved(Value x) {
        return integers.shiftedRight(stored == DataType.INT32 ? integers.wrapped(x, stored) : x, 1);
    }

    private Parts conjugate(Parts x) {
        return new Parts(x.re, integers.wrapped(onnx.op("Neg", x.im), stored));
    }

    private Parts plus(Parts a, Parts b) {
        return new Parts(onnx.add(a.re, b.re), onnx.add(a.im, b.im));
    }

    private Parts minus(Parts a, Parts b) {
        return new Parts(onnx.sub(a.re, b.re), onnx.sub(a.im, b.im));
    }

    private Parts wrapped(Parts x) {
        return new Parts(integers.wrapped(x.re, stored), integers.wrapped(x.im, stored));
    }

    private Value joined(Value... parts) {
        return onnx.concat(1, parts);
    }

    private Value head(Value x, int count) {
        return at(x, i -> i, count);
    }

    private Parts at(Parts x, IntUnaryOperator place, int count) {
        return new Parts(at(x.re, place, count), at(x.im, place, count));
    }

    private Value at(Value x, IntUnaryOperator place, int count) {
        return onnx.gather(
                x, onnx.ints(IntStream.range(0, count).map(place).asLongStream().toArray()), 1);
    }

    private Value every(Value x, int part) {
        Value pairs = onnx.op("Reshape", x, onnx.ints(0, -1, 2));
        return onnx.gather(pairs, onnx.scalar(DataType.INT64, part), 2);
    }

    private Value interleaved(Parts x, int count) {
        Value pairs = onnx.concat(2, onnx.unsqueeze(x.re, 2), onnx.unsqueeze(x.im, 2));
        return onnx.reshape(pairs, -1, 2L * count);
    }
}
