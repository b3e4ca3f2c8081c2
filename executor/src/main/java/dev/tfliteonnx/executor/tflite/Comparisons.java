package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.tfl.ComparisonDirection;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;

/** Truth values of two operands that are stretched to each other. */
final class Comparisons {
    private Comparisons() {}

    static void rows(TfliteKernels.Rows rows) {
        for (Order order : Order.values()) {
            rows.one(order.name(), c -> compare(c, order));
        }
        rows.one("STABLEHLO_COMPARE", c -> compare(c, of(c.option(Tfl.COMPARISON_DIRECTION))));
    }

    /** How two elements may stand to each other; NaN is only unequal. */
    enum Order {
        EQUAL,
        NOT_EQUAL,
        LESS,
        LESS_EQUAL,
        GREATER,
        GREATER_EQUAL;

        boolean holds(long a, long b) {
            return holds(a < b, a == b, a > b);
        }

        /** None of the three is so for what is not a number. */
        boolean holds(double a, double b) {
            return holds(a < b, a == b, a > b);
        }

        private boolean holds(boolean less, boolean equal, boolean greater) {
            return switch (this) {
                case EQUAL -> equal;
                case NOT_EQUAL -> !equal;
                case LESS -> less;
                case LESS_EQUAL -> less || equal;
                case GREATER -> greater;
                case GREATER_EQUAL -> greater || equal;
            };
        }
    }

    private static Order of(ComparisonDirection direction) {
        return switch (direction) {
            case EQ -> Order.EQUAL;
            case NE -> Order.NOT_EQUAL;
            case LT -> Order.LESS;
            case LE -> Order.LESS_EQUAL;
            case GT -> Order.GREATER;
            case GE -> Order.GREATER_EQUAL;
        };
    }

    /**
     * Numbers, truth values or byte strings; quantized numbers of 8 bits are scaled first, those of 16 bits
     * stay as stored. Source: {@code kernels/comparisons.cc}, {@code reference/comparisons.h}.
     */
    static Array compare(TfliteCall call, Order order) {
        int[] dims = Dims.broadcast(call.in(0).dims(), call.in(1).dims());
        Array a = Moves.stretched(call.in(0), dims);
        Array b = Moves.stretched(call.in(1), dims);
        byte[] out = new byte[a.size()];
        if (a.type() == DataType.STRING) {
            for (int i = 0; i < out.length; i++) {
                boolean isSame = Arrays.equals(a.strings()[i], b.strings()[i]);
                out[i] = bit(order.holds(isSame ? 1L : 0L, 1L));
            }
        } else if (a.type().isFloat()) {
            double[] x = a.doubles();
            double[] y = b.doubles();
            for (int i = 0; i < out.length; i++) {
                out[i] = bit(order.holds(x[i], y[i]));
            }
        } else {
            boolean isScaled = isScaled(call);
            long[] x = isScaled ? scaled(a, call.quant(0)) : a.longs();
            long[] y = isScaled ? scaled(b, call.quant(1)) : b.longs();
            for (int i = 0; i < out.length; i++) {
                out[i] = bit(order.holds(x[i], y[i]));
            }
        }
        return Array.ofBooleans(dims, out);
    }

    private static byte bit(boolean holds) {
        return (byte) (holds ? 1 : 0);
    }

    private static boolean isScaled(TfliteCall call) {
        DataType type = call.in(0).type();
        return type.isInteger() && type.bits() == 8 && call.isQuantized(0) && call.isQuantized(1);
    }

    private static long[] scaled(Array x, QuantParams quant) {
        Fixed.Multiplier multiplier = Fixed.Multiplier.of(quant.scale());
        int[] values = Integers.of(x, quant.zeroPoint());
        long[] out = new long[values.length];
        Arrays.setAll(out, i -> multiplier.times(values[i] << 8));
        return out;
    }
}
