package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Tfl;

/** Softmax over the last axis. */
final class Softmaxes {
    private static final int[] EXPONENTIALS = Fixed.table(-10, 0, StrictMath::exp);
    private static final int[] RECIPROCALS = Fixed.table(0, 1, x -> 1 / (1 + x));

    private Softmaxes() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("SOFTMAX", Softmaxes::softmax).one("LOG_SOFTMAX", Softmaxes::logSoftmax);
    }

    /**
     * SOFTMAX of floats, of 8-bit integers to 8 or 16 bits in fixed point, and of 16-bit ones by tables. Source:
     * {@code kernels/activations.cc}, {@code reference/softmax.h}.
     */
    static Array softmax(TfliteCall call) {
        Array x = call.in(0);
        int depth = x.rank() == 0 ? 1 : x.dim(-1);
        if (x.type().isFloat()) {
            return floats(x, depth, call.option(Tfl.BETA));
        }
        if (x.type() == DataType.INT16) {
            return shorts(call, depth);
        }
        int[] in = Integers.of(x, 0);
        int[] out = new int[in.length];
        Row row = Row.of(call, call.option(Tfl.BETA));
        for (int from = 0; from < in.length; from += depth) {
            row(in, out, from, depth, row);
        }
        return Integers.array(call.outType(), x.dims(), out);
    }

    /**
     * How rows of 8-bit integers are computed.
     *
     * @param multiplier from steps of the operand to steps of 2⁻²⁶
     * @param least the difference from the greatest of a row below which an exponential counts as 0
     * @param type of the result
     */
    private record Row(Fixed.Multiplier multiplier, int least, DataType type) {
        static Row of(TfliteCall call, float beta) {
            if (call.in(0).type().bits() != 8) {
                throw new IllegalArgumentException("a softmax of " + call.in(0).type());
            }
            double factor = (double) beta * call.quant(0).scale() * (1 << 26);
            Fixed.Multiplier multiplier = Fixed.Multiplier.of(Math.min(factor, (1L << 31) - 1.0));
            int least = -(int) Math.floor(31.0 * (1L << 26) / (1L << multiplier.shift()));
            return new Row(multiplier, least, call.outType());
        }

        /** The sum of the exponentials of differences from {@code max}, in steps of 2⁻¹⁹. */
        int sum(int[] in, int from, int depth, int max) {
            int sum = 0;
            for (int i = from; i < from + depth; i++) {
                if (in[i] - max >= least) {
                    sum += Fixed.dividedByPower(Fixed.exp(multiplier.times(in[i] - max)), 12);
                }
            }
            return sum;
        }
    }

    private static int max(int[] in, int from, int depth) {
        int max = in[from];
        for (int i = from; i < from + depth; i++) {
            max = Math.max(max, in[i]);
        }
        return max;
    }

    private static void row(int[] in, int[] out, int from, int depth, Row row) {
        int max = max(in, from, depth);
        int sum = row.sum(in, from, depth, max);
        int headroom = Integer.numberOfLeadingZeros(sum);
        int scale = Fixed.reciprocal((sum << headroom) - Integer.MIN_VALUE);
        int places = 12 - headroom + 31 - row.type.bits();
        for (int i = from; i < from + depth; i++) {
            int diff = in[i] - max;
            long y = 0;
            if (diff >= row.least) {
                y = Fixed.dividedByPower(Fixed.high(scale, Fixed.exp(row.multiplier.times(diff))), places);
            }
            out[i] = Integers.clamp(y + row.type.min(), row.type);
        }
    }

    private static Array shorts(TfliteCall call, int depth) {
        int[] in = Integers.of(call.in(0), 0);
        int[] out = new int[in.length];
        double factor = call.quant(0).scale() * call.option(Tfl.BETA) / (10.0 / 65535);
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(factor);
        for (int from = 0; from < in.length; from += depth) {
            int max = max(in, from, depth);
            long sum = 0;
            for (int i = from; i < from + depth; i++) {
                int at = Math.max(Short.MIN_VALUE, multiplier.times(in[i] - max) + Short.MAX_VALUE);
                out[i] = Fixed.interpolated(EXPONENTIALS, at);
                sum += out[i];
            }
            int bits = 63 - Long.numberOfLeadingZeros(sum);
            int rest = (int) (((sum << (30 - bits)) + (1 << 13)) >> 14) - (1 << 16);
            long reciprocal = Fixed.interpolated(RECIPROCALS, Math.min(Short.MAX_VALUE, rest + Short.MIN_VALUE));
            for (int i = from; i < from + depth; i++) {
                out[i] = (int) Math.min(Short.MAX_VALUE, (out[i] * reciprocal + (1L << (bits - 1))) >> bits);
            }
        }
        return Integers.array(DataType.INT16, call.in(0).dims(), out);
    }

    private static float max(float[] in, int from, int depth) {
        float max = -Float.MAX_VALUE;
        for (int i = from; i < from + depth; i++) {
            max = Math.max(max, in[i]);
        }
        return max;
    }

    private static Array floats(Array x, int depth, float beta) {
        float[] in = x.floats();
        float[] out = new float[in.length];
        for (int from = 0; from < in.length; from += depth) {
            float max = max(in, from, depth);
            float sum = 0;
            for (int i = from; i < from + depth; i++) {
                out[i] = (float) Math.exp((in[i] - max) * beta);
                sum += out[i];
            }
            for (int i = from; i < from + depth; i++) {
                out[i] /= sum;
            }
        }
        return new Array(DataType.FLOAT32, x.dims(), out);
    }

    /**
     * LOG_SOFTMAX of floats, and of 8-bit integers to steps of 2⁻⁴. Source: {@code LogSoftmaxPrepare} in
     * {@code kernels/activations.cc}, {@code reference/log_softmax.h}.
     */
    static Array logSoftmax(TfliteCall call) {
        Array x = call.in(0);
        int depth = x.dim(-1);
        if (x.type().isFloat()) {
            return logOfFloats(x, depth);
        }
        Row row = Row.of(call, 1);
        Fixed.Multiplier m = row.multiplier;
        Fixed.Multiplier inverse = Fixed.Multiplier.of((1 << (31 - m.shift())) / (double) m.multiplier());
        int[] in = Integers.of(x, 0);
        int[] out = new int[in.length];
        for (int from = 0; from < in.length; from += depth) {
            int max = max(in, from, depth);
            int log = Fixed.log(row.sum(in, from, depth, max));
            int least = Math.max(row.least - 1, inverse.times(log + Integer.MIN_VALUE));
            for (int i = from; i < from + depth; i++) {
                int diff = in[i] - max;
                long y = diff > least ? Fixed.dividedByPower(m.times(diff) - log, 22) + row.type.max() : row.type.min();
                out[i] = Integers.clamp(y, row.type);
            }
        }
        return Integers.array(row.type, x.dims(), out);
    }

    private static Array logOfFloats(Array x, int depth) {
        float[] in = x.floats();
        float[] out = new float[in.length];
        for (int from = 0; from < in.length; from += depth) {
            float max = max(in, from, depth);
            float sum = 0;
            for (int i = from; i < from + depth; i++) {
                sum += (float) Math.exp(in[i] - max);
            }
            float log = (float) Math.log(sum);
            for (int i = from; i < from + depth; i++) {
                out[i] = in[i] - max - log;
            }
        }
        return new Array(DataType.FLOAT32, x.dims(), out);
    }
}
