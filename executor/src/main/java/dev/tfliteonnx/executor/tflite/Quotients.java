package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;

/** Division, powers, and sums of many operands and along an axis. */
final class Quotients {
    private Quotients() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("DIV", Quotients::div)
                .one("POW", Quotients::pow)
                .one("ADD_N", Quotients::addN)
                .one("CUMSUM", Quotients::cumsum)
                .one("FAKE_QUANT", Quotients::fakeQuant)
                .one("LOCAL_RESPONSE_NORMALIZATION", Quotients::localResponse);
    }

    /** DIV: whole numbers truncate. Source: {@code kernels/div.cc}, {@code reference/div.h}. */
    static Array div(TfliteCall call) {
        if (!call.in(0).type().isFloat()) {
            long zero = call.isQuantized(1) ? call.quant(1).zeroPoint() : 0;
            if (Arrays.stream(call.in(1).longs()).anyMatch(d -> d == zero)) {
                throw new IllegalArgumentException("division by 0");
            }
        }
        if (!call.isQuantized(0) || call.in(0).type().bits() > 16) {
            return Arithmetic.plain(call, (a, b) -> (float) (a / b), (a, b) -> a / b);
        }
        float factor =
                call.quant(0).scale() / (call.quant(1).scale() * call.outQuant().scale());
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(factor);
        int zeroA = (int) call.quant(0).zeroPoint();
        int zeroB = (int) call.quant(1).zeroPoint();
        int zero = (int) call.outQuant().zeroPoint();
        FusedActivation.Bounds bounds = FusedActivation.bounds(call);
        int[] dims = Dims.broadcast(call.in(0).dims(), call.in(1).dims());
        int[] x = Integers.of(Moves.stretched(call.in(0), dims), zeroA);
        int[] y = Integers.of(Moves.stretched(call.in(1), dims), zeroB);
        Arrays.setAll(
                x,
                i -> bounds.clamp(zero + (y[i] < 0 ? ratio(-x[i], -y[i], multiplier) : ratio(x[i], y[i], multiplier))));
        return Integers.array(call.outType(), dims, x);
    }

    /** {@code a / b} times a factor, for {@code b} above 0. */
    private static int ratio(int a, int b, Fixed.Multiplier factor) {
        int zeros = Integer.numberOfLeadingZeros(b);
        int inverse = Fixed.reciprocal((b << zeros) - Integer.MIN_VALUE);
        int room = Integer.numberOfLeadingZeros(a >= 0 ? a : -2 * a - 1) - (a >= 0 ? 1 : 0);
        int quotient = Fixed.high(a << room, inverse);
        int places = factor.shift() - (31 - zeros) - room;
        return Fixed.dividedByPower(Fixed.high(quotient, factor.multiplier()), -places);
    }

    /**
     * POW; a single exponent that is whole and stretched multiplies, and keeps results finite. Source:
     * {@code kernels/pow.cc}, {@code BroadcastPow4D} in {@code optimized/optimized_ops.h}.
     */
    static Array pow(TfliteCall call) {
        boolean isStretched = !Arrays.equals(call.in(0).dims(), call.in(1).dims());
        if (isStretched && call.in(1).size() == 1) {
            double exponent = call.in(1).real();
            int whole = (int) Fixed.round(exponent);
            if (whole >= 1 && Math.abs(exponent - whole) < 1e-5f) {
                return Arithmetic.plain(call, (x, n) -> product((float) x, whole), (x, n) -> product(x, whole));
            }
        }
        return Arithmetic.plain(call, (x, n) -> (float) Math.pow(x, n), (x, n) -> whole(Math.pow(x, n)));
    }

    private static float product(float x, int n) {
        if (n == 1) {
            return x;
        }
        float half = product(x, n / 2);
        float square = bounded(half * half);
        return n % 2 == 1 ? bounded(x * square) : square;
    }

    private static float bounded(float x) {
        return Math.min(Float.MAX_VALUE, Math.max(-Float.MAX_VALUE, x));
    }

    private static int product(long x, int n) {
        int product = 1;
        for (int i = 0; i < n; i++) {
            product *= (int) x;
        }
        return product;
    }

    /** As processors of the x86 family convert: what does not fit becomes the least number. */
    private static int whole(double x) {
        return Math.abs(x) < 0x1p31 ? (int) x : Integer.MIN_VALUE;
    }

    /** ADD_N: operands of the same extents, from 0 on. Source: {@code kernels/add_n.cc}, {@code optimized/optimized_ops.h}. */
    static Array addN(TfliteCall call) {
        Array first = call.in(0);
        if (first.type().isFloat()) {
            float[] sum = new float[first.size()];
            for (Array x : call.inputsFrom(0)) {
                float[] values = x.floats();
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += values[i];
                }
            }
            return Array.ofFloats(first.type(), first.dims(), sum);
        }
        long[] sum = new long[first.size()];
        for (Array x : call.inputsFrom(0)) {
            long[] values = x.longs();
            Arrays.setAll(sum, i -> sum[i] + values[i]);
        }
        return Array.ofLongs(first.type(), first.dims(), sum);
    }

    /** CUMSUM: all up to an element, with it or without, from either end. Source: {@code kernels/cumsum.cc}. */
    static Array cumsum(TfliteCall call) {
        Array x = call.in(0);
        int axis = Dims.axis(call.in(1).integer(), x.rank());
        boolean exclusive = call.option(Tfl.EXCLUSIVE);
        int inner = Dims.count(x.dims(), axis + 1, x.rank());
        int step = call.option(Tfl.REVERSE) ? -inner : inner;
        if (x.type().isFloat()) {
            float[] in = x.floats();
            float[] sums = new float[in.length];
            lines(x.dims(), axis, step, (at, isFirst) -> {
                float next = exclusive ? isFirst ? 0 : in[at - step] : in[at];
                sums[at] = (isFirst ? 0 : sums[at - step]) + next;
            });
            return Array.ofFloats(x.type(), x.dims(), sums);
        }
        long[] in = x.longs();
        long[] sums = new long[in.length];
        lines(x.dims(), axis, step, (at, isFirst) -> {
            long next = exclusive ? isFirst ? 0 : in[at - step] : in[at];
            sums[at] = (isFirst ? 0 : sums[at - step]) + next;
        });
        return Array.ofLongs(x.type(), x.dims(), sums);
    }

    private interface Step {
        void at(int place, boolean isFirst);
    }

    /** All elements, those along an axis one after the other, from its end if steps are negative. */
    private static void lines(int[] dims, int axis, int step, Step body) {
        int inner = Math.abs(step);
        int n = dims[axis];
        int rows = Dims.count(dims) / Math.max(1, n);
        for (int row = 0; row < rows; row++) {
            int start = row / inner * n * inner + row % inner + (step < 0 ? (n - 1) * inner : 0);
            for (int i = 0; i < n; i++) {
                body.at(start + i * step, i == 0);
            }
        }
    }

    /** FAKE_QUANT: floats as a number of bits holds them. Source: {@code FakeQuantizeArray} in {@code quantization_util.cc}. */
    static Array fakeQuant(TfliteCall call) {
        if (call.option(Tfl.NARROW_RANGE)) {
            throw new IllegalArgumentException("a narrow range");
        }
        float min = call.option(Tfl.MIN);
        float most = (1 << call.number(Tfl.NUM_BITS)) - 1;
        float scale = (call.option(Tfl.MAX) - min) / most;
        float zero = (float) Fixed.round(Math.min(most, Math.max(0, 0 - min / scale)));
        float low = (0 - zero) * scale;
        float high = (most - zero) * scale;
        float inverse = 1 / scale;
        return Activations.floats(x -> {
                    float clamped = Math.min(high, Math.max(low, (float) x));
                    return (float) Fixed.round((clamped - low) * inverse) * scale + low;
                })
                .apply(call);
    }

    /**
     * LOCAL_RESPONSE_NORMALIZATION: over as many channels before an element as after it, itself among the latter. Source:
     * {@code LocalResponseNormalization} in {@code reference/reference_ops.h}.
     */
    static Array localResponse(TfliteCall call) {
        float[] x = call.in(0).floats();
        int depth = call.in(0).dim(-1);
        int radius = call.number(Tfl.RADIUS);
        float bias = call.option(Tfl.BIAS);
        float alpha = call.option(Tfl.ALPHA);
        float beta = call.option(Tfl.BETA);
        float[] y = new float[x.length];
        for (int i = 0; i < y.length; i++) {
            int row = i / depth * depth;
            float sum = 0;
            for (int k = Math.max(row, i - radius); k < Math.min(row + depth, i + radius); k++) {
                sum += x[k] * x[k];
            }
            y[i] = x[i] * (float) Math.pow(bias + alpha * sum, -beta);
        }
        return Array.ofFloats(call.outType(), call.in(0).dims(), y);
    }
}
