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
        rows.one("SOFTMAX", Softmaxes::softmax);
    }

    /**
     * SOFTMAX of floats, of 8-bit integers in fixed point, and of 16-bit ones by tables; 8 bits to 16 are refused. Source:
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
        if (x.type().bits() != 8 || call.outType().bits() != 8) {
            throw new IllegalArgumentException("softmax of " + x.type() + " to " + call.outType());
        }
        int[] in = Integers.of(x, 0);
        int[] out = new int[in.length];
        double factor = (double) call.option(Tfl.BETA) * call.quant(0).scale() * (1 << 26);
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(Math.min(factor, (1L << 31) - 1.0));
        int least = -(int) Math.floor(31.0 * (1L << 26) / (1L << multiplier.shift()));
        for (int from = 0; from < in.length; from += depth) {
            row(in, out, from, depth, new Row(multiplier, least, call.outType()));
        }
        return Integers.array(call.outType(), x.dims(), out);
    }

    private record Row(Fixed.Multiplier multiplier, int least, DataType type) {}

    private static void row(int[] in, int[] out, int from, int depth, Row row) {
        int max = Integer.MIN_VALUE;
        for (int i = from; i < from + depth; i++) {
            max = Math.max(max, in[i]);
        }
        int sum = 0;
        for (int i = from; i < from + depth; i++) {
            if (in[i] - max >= row.least) {
                sum += Fixed.dividedByPower(Fixed.exp(row.multiplier.times(in[i] - max)), 12);
            }
        }
        int headroom = Integer.numberOfLeadingZeros(sum);
        int scale = Fixed.reciprocal((sum << headroom) - Integer.MIN_VALUE);
        int places = 12 - headroom + 31 - 8;
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
            int max = Short.MIN_VALUE;
            for (int i = from; i < from + depth; i++) {
                max = Math.max(max, in[i]);
            }
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

    private static Array floats(Array x, int depth, float beta) {
        float[] in = x.floats();
        float[] out = new float[in.length];
        for (int from = 0; from < in.length; from += depth) {
            float max = -Float.MAX_VALUE;
            for (int i = from; i < from + depth; i++) {
                max = Math.max(max, in[i]);
            }
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
}
