package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Walk;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Many elements to one along axes; without axes, elements stay as they are. Source: {@code kernels/reduce.cc}. */
final class Reductions {
    private final Array x;
    private final int[] dims;
    private final int[] strides;
    private final int outs;

    private Reductions(TfliteCall call) {
        this.x = call.in(0);
        int[] axes = x.rank() == 0 ? new int[0] : Dims.axes(call.in(1).longs(), x.rank());
        int[] kept = x.dims().clone();
        for (int axis : axes) {
            kept[axis] = 1;
        }
        this.strides = Dims.stretched(kept, x.dims());
        for (int axis : axes) {
            strides[axis] = 0;
        }
        this.dims = call.option(Tfl.KEEP_DIMS) ? kept : Dims.without(x.dims(), axes);
        this.outs = Dims.count(dims);
    }

    static void rows(TfliteKernels.Rows rows) {
        rows.one("MEAN", Reductions::mean)
                .one("SUM", Reductions::sum)
                .one("REDUCE_PROD", Reductions::product)
                .one("REDUCE_MAX", c -> new Reductions(c)
                        .plain(c, new Fold(-Float.MAX_VALUE, (a, b) -> b > a ? b : a, Math::max), least(c)))
                .one("REDUCE_MIN", c -> new Reductions(c)
                        .plain(c, new Fold(Float.MAX_VALUE, (a, b) -> b < a ? b : a, Math::min), most(c)))
                .one("REDUCE_ANY", c -> new Reductions(c).wholes(c, (a, b) -> a | b, 0))
                .one("REDUCE_ALL", c -> new Reductions(c).wholes(c, (a, b) -> a & b, 1));
    }

    private static long least(TfliteCall call) {
        return call.in(0).type().isFloat() ? 0 : call.in(0).type().min();
    }

    private static long most(TfliteCall call) {
        return call.in(0).type().isFloat() ? 0 : call.in(0).type().max();
    }

    /** How elements join, and what no floats come to. */
    private record Fold(float start, DoubleBinaryOperator real, LongBinaryOperator whole) {}

    /** MEAN: whole numbers truncate, quantized ones are scaled once. Source: {@code reference/reduce.h}. */
    static Array mean(TfliteCall call) {
        Reductions r = new Reductions(call);
        int n = r.outs == 0 ? 0 : r.x.size() / r.outs;
        if (r.x.type().isFloat()) {
            float[] y = r.reals(new Fold(0, Double::sum, Long::sum));
            for (int i = 0; i < y.length; i++) {
                y[i] /= n;
            }
            return Array.ofFloats(call.outType(), r.dims, y);
        }
        if (n == 0) {
            return Array.zeros(call.outType(), r.dims);
        }
        if (r.x.type().bits() > 16) {
            long[] y = r.folded(Long::sum, 0);
            Arrays.setAll(y, i -> y[i] / n);
            return Array.ofLongs(call.outType(), r.dims, y);
        }
        Fixed.Multiplier scale = scale(call);
        int shift = Math.min(63 - Long.numberOfLeadingZeros(n), 31 + scale.shift());
        return r.scaled(
                call, new Fixed.Multiplier((int) (((long) scale.multiplier() << shift) / n), scale.shift() - shift), n);
    }

    /** SUM: quantized ones are scaled once. Source: {@code EvalSum}. */
    static Array sum(TfliteCall call) {
        Reductions r = new Reductions(call);
        return call.isQuantized(0) && r.x.type().bits() <= 16 && r.x.size() > 0
                ? r.scaled(call, scale(call), r.x.size() / r.outs)
                : r.plain(call, new Fold(0, Double::sum, Long::sum), 0);
    }

    /** REDUCE_PROD: quantized products are scaled at each step. Source: {@code QuantizedReduceProd}. */
    static Array product(TfliteCall call) {
        Reductions r = new Reductions(call);
        if (!call.isQuantized(0) || r.x.type().bits() > 16) {
            return r.plain(call, new Fold(1, (a, b) -> a * b, (a, b) -> a * b), 1);
        }
        int n = r.x.size() / Math.max(1, r.outs);
        double step = (double) call.quant(0).scale() / Math.pow(call.outQuant().scale(), 1.0 / n);
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(step);
        int[] in = Integers.of(r.x, call.quant(0).zeroPoint());
        int[] y = new int[r.outs];
        boolean[] begun = new boolean[r.outs];
        r.each((i, o) -> {
            y[o] = begun[o] ? multiplier.times((long) y[o] * in[i]) : in[i];
            begun[o] = true;
        });
        for (int o = 0; o < y.length; o++) {
            y[o] = Integers.clamp(
                    multiplier.times((long) y[o]) + call.outQuant().zeroPoint(), call.outType());
        }
        return Integers.array(call.outType(), r.dims, y);
    }

    private static Fixed.Multiplier scale(TfliteCall call) {
        return Fixed.Multiplier.of(
                (double) call.quant(0).scale() / (double) call.outQuant().scale());
    }

    private Array scaled(TfliteCall call, Fixed.Multiplier multiplier, int n) {
        long[] sums = folded(Long::sum, 0);
        int[] y = new int[outs];
        for (int o = 0; o < y.length; o++) {
            int sum = (int) (sums[o] - call.quant(0).zeroPoint() * n);
            y[o] = Integers.clamp(multiplier.times(sum) + call.outQuant().zeroPoint(), call.outType());
        }
        return Integers.array(call.outType(), dims, y);
    }

    private Array plain(TfliteCall call, Fold fold, long start) {
        return x.type().isFloat()
                ? Array.ofFloats(call.outType(), dims, reals(fold))
                : wholes(call, fold.whole(), start);
    }

    private Array wholes(TfliteCall call, LongBinaryOperator f, long start) {
        return Array.ofLongs(call.outType(), dims, folded(f, start));
    }

    private long[] folded(LongBinaryOperator f, long start) {
        long[] in = x.longs();
        long[] y = new long[outs];
        Arrays.fill(y, start);
        each((i, o) -> y[o] = f.applyAsLong(y[o], in[i]));
        return y;
    }

    private float[] reals(Fold fold) {
        float[] in = x.floats();
        float[] y = new float[outs];
        Arrays.fill(y, fold.start());
        each((i, o) -> y[o] = (float) fold.real().applyAsDouble(y[o], in[i]));
        return y;
    }

    private interface Step {
        void at(int in, int out);
    }

    /** All elements in order, each with the one that it goes into. */
    private void each(Step step) {
        for (Walk w = new Walk(x.dims(), Dims.strides(x.dims()), strides); w.valid(); w.next()) {
            for (int i = 0; i < w.length(); i++) {
                step.at(w.offset(0) + i * w.stride(0), w.offset(1) + i * w.stride(1));
            }
        }
    }
}
