package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.ErrorFunction;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.Tfl;
import java.util.function.DoubleUnaryOperator;

/** Activations that multiply their operand by a gate between 0 and 1 that it opens itself. */
final class GatedActivations {
    private static final float ROOT_OF_TWO_BY_PI = (float) Math.sqrt(2 / Math.PI);
    private static final float ROOT_OF_HALF = (float) Math.sqrt(0.5);

    private GatedActivations() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("GELU", GatedActivations::gelu).one("HARD_SWISH", GatedActivations::hardSwish);
    }

    /**
     * GELU, by the error function or approximated by tanh; integers by tables. Source: {@code reference/gelu.h},
     * {@code GeluPrepare} in {@code kernels/activations.cc}.
     */
    static Array gelu(TfliteCall call) {
        DoubleUnaryOperator gelu =
                call.option(Tfl.APPROXIMATE) ? GatedActivations::geluByTanh : GatedActivations::geluByError;
        if (call.in(0).type() != DataType.INT16) {
            return Activations.table(gelu).apply(call);
        }
        int[] table = Fixed.table(call.quant(0), call.outQuant(), gelu);
        return Integers.map(call.in(0), call.outType(), q -> Fixed.interpolated(table, q));
    }

    private static double geluByError(double x) {
        float in = (float) x;
        return 0.5f * in * (float) ErrorFunction.erfc(-in * ROOT_OF_HALF);
    }

    private static double geluByTanh(double x) {
        float in = (float) x;
        return 0.5f * in * (1f + (float) Math.tanh(ROOT_OF_TWO_BY_PI * (in + 0.044715f * in * in * in)));
    }

    /**
     * HARD_SWISH of floats, and of 8-bit integers in 16 bits. Source: {@code HardSwishPrepare} in
     * {@code kernels/activations.cc}, {@code reference/hard_swish.h}.
     */
    static Array hardSwish(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            return Activations.floats(x -> {
                        float in = (float) x;
                        return in * Math.min(6, Math.max(0, in + 3)) / 6;
                    })
                    .apply(call);
        }
        QuantParams in = call.quant(0);
        float fine = 1f / 128 * in.scale();
        Fixed.Multiplier toOut = Fixed.Multiplier.of(fine / call.outQuant().scale());
        Fixed.Multiplier toGate = Fixed.Multiplier.of(fine / (3f / 32768));
        int zero = (int) in.zeroPoint();
        int outZero = (int) call.outQuant().zeroPoint();
        return Integers.map(call.in(0), call.outType(), q -> {
            int x = (q - zero) << 7;
            int scaled = Fixed.highShort(x, toOut.reduced());
            int product = gate(x, toGate) * scaled / (1 << 15);
            int y = Fixed.dividedByPower((short) product, -toOut.shift());
            return Integers.clamp((short) (y + outZero), call.outType());
        });
    }

    /** {@code (x + 3) / 6} from 0 to 1, in steps of 2⁻¹⁵. */
    private static int gate(int x, Fixed.Multiplier multiplier) {
        int places = multiplier.shift();
        int y = places > 0 ? Integers.clamp((long) x << (places - 1), DataType.INT16) : x;
        y = Fixed.highShort(y, multiplier.reduced());
        y = places > 0 ? Integers.clamp(2L * y, DataType.INT16) : places < 0 ? Fixed.dividedByPower(y, -places) : y;
        return (y + (1 << 15)) >> 1;
    }
}
