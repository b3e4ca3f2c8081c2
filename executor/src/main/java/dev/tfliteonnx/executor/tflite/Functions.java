package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;

/** Functions of elements that are not quantized: rounding, angles, bits, truth values and whole quotients. */
final class Functions {
    private Functions() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("SIN", c -> map(c, Math::sin))
                .one("COS", c -> map(c, Math::cos))
                .one("STABLEHLO_COSINE", c -> map(c, Math::cos))
                .one("CEIL", c -> map(c, Math::ceil))
                .one("FLOOR", c -> map(c, Math::floor))
                .one("STABLEHLO_FLOOR", c -> map(c, Math::floor))
                .one("STABLEHLO_CBRT", c -> map(c, Math::cbrt))
                .one("ROUND", c -> map(c, Math::rint))
                .one("SIGN", c -> map(c, Math::signum))
                .custom("Sign", c -> List.of(map(c, Math::signum)))
                .one("ATAN2", c -> reals(c, Math::atan2))
                .custom("Atan2", c -> List.of(reals(c, Math::atan2)))
                .one("LOGICAL_AND", c -> wholes(c, (a, b) -> a & b))
                .one("LOGICAL_OR", c -> wholes(c, (a, b) -> a | b))
                .one(
                        "LOGICAL_NOT",
                        c -> Array.ofBooleans(c.in(0).dims(), not(c.in(0).booleans())))
                .one("BITWISE_XOR", c -> wholes(c, (a, b) -> a ^ b))
                .one("STABLEHLO_AND", c -> wholes(c, (a, b) -> a & b))
                .one("STABLEHLO_OR", c -> wholes(c, (a, b) -> a | b))
                .one("STABLEHLO_ADD", c -> numbers(c, Double::sum, Long::sum))
                .one("STABLEHLO_SUBTRACT", c -> numbers(c, (a, b) -> a - b, (a, b) -> a - b))
                .one("STABLEHLO_MULTIPLY", c -> numbers(c, (a, b) -> a * b, (a, b) -> a * b))
                .one("STABLEHLO_MAXIMUM", c -> numbers(c, Math::max, Math::max))
                .one("STABLEHLO_MINIMUM", c -> numbers(c, Math::min, Math::min))
                .one("STABLEHLO_SHIFT_LEFT", c -> wholes(c, (a, b) -> a << b))
                .one("RIGHT_SHIFT", Functions::rightShift)
                .one("FLOOR_DIV", Functions::floorDiv)
                .one("FLOOR_MOD", Functions::floorMod)
                .one("CAST", Functions::cast)
                .one("STABLEHLO_CONVERT", Functions::cast);
    }

    private static byte[] not(byte[] values) {
        byte[] out = new byte[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (values[i] == 0 ? 1 : 0);
        }
        return out;
    }

    /** A function of real numbers, rounded once. Source: {@code kernels/elementwise.cc}, {@code kernels/sign.cc} and others. */
    static Array map(TfliteCall call, DoubleUnaryOperator f) {
        double[] in = call.in(0).doubles();
        double[] out = new double[in.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(in[i]);
        }
        return Array.ofDoubles(call.outType(), call.in(0).dims(), out);
    }

    private static Array reals(TfliteCall call, DoubleBinaryOperator f) {
        return reals(call.in(0), call.in(1), call.outType(), f);
    }

    private static Array reals(Array x, Array y, DataType type, DoubleBinaryOperator f) {
        int[] dims = Dims.broadcast(x.dims(), y.dims());
        double[] a = Moves.stretched(x, dims).doubles();
        double[] b = Moves.stretched(y, dims).doubles();
        double[] out = new double[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(a[i], b[i]);
        }
        return Array.ofDoubles(type, dims, out);
    }

    /** A function of whole numbers or truth values. Source: {@code kernels/logical.cc}, {@code kernels/bitwise_xor.cc}. */
    private static Array wholes(TfliteCall call, LongBinaryOperator f) {
        return wholes(call.in(0), call.in(1), call.outType(), f);
    }

    private static Array wholes(Array x, Array y, DataType type, LongBinaryOperator f) {
        int[] dims = Dims.broadcast(x.dims(), y.dims());
        long[] a = Moves.stretched(x, dims).longs();
        long[] b = Moves.stretched(y, dims).longs();
        long[] out = new long[a.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsLong(a[i], b[i]);
        }
        return Array.ofLongs(type, dims, out);
    }

    /** A function of numbers; of truth values, sums are "or". Source: {@code kernels/stablehlo_elementwise.cc}. */
    private static Array numbers(TfliteCall call, DoubleBinaryOperator f, LongBinaryOperator g) {
        return numbers(call.in(0), call.in(1), f, g);
    }

    /** A function of real or one of whole numbers, of the type of {@code x}. */
    static Array numbers(Array x, Array y, DoubleBinaryOperator f, LongBinaryOperator g) {
        return x.type().isFloat() ? reals(x, y, x.type(), f) : wholes(x, y, x.type(), g);
    }

    /** RIGHT_SHIFT: by at most all bits but one; signed numbers keep their sign. Source: {@code kernels/right_shift.cc}. */
    static Array rightShift(TfliteCall call) {
        int bits = call.outType().bits();
        return wholes(call, (a, b) -> a >> Math.max(0, Math.min(bits - 1, b)));
    }

    /** FLOOR_DIV. Source: {@code kernels/floor_div.cc}, {@code kernels/internal/reference/floor_div.h}. */
    static Array floorDiv(TfliteCall call) {
        return call.outType().isFloat() ? reals(call, (a, b) -> Math.floor(a / b)) : wholes(call, Math::floorDiv);
    }

    /** FLOOR_MOD: with the sign of the divisor. Source: {@code kernels/internal/reference/floor_mod.h}. */
    static Array floorMod(TfliteCall call) {
        return call.outType().isFloat()
                ? reals(call, (a, b) -> {
                    double rest = a % b;
                    return rest != 0 && b < 0 != rest < 0 ? (float) rest + (float) b : rest;
                })
                : wholes(call, Math::floorMod);
    }

    /** CAST: floats truncate, and saturate where they do not fit; integers wrap. Source: {@code kernels/cast.cc}. */
    static Array cast(TfliteCall call) {
        Array x = call.in(0);
        DataType to = call.outType();
        if (x.type() == to) {
            return x;
        }
        if (x.type() == DataType.COMPLEX64 || to == DataType.COMPLEX64) {
            return ComplexNumbers.cast(x, to);
        }
        return x.type().isFloat() || to.isFloat()
                ? Array.ofDoubles(to, x.dims(), x.doubles())
                : Array.ofLongs(to, x.dims(), x.longs());
    }
}
