package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/**
 * Functions of several elements of operands that are stretched to each other: f(a [...], b [...]) → [...]. Source: ONNX
 * operator pages; Add-14, Div-14, Pow-15, Mod-13, BitShift-11, Clip-13, Where-16.
 */
final class Arithmetic {
    private static final Key<Long> FMOD = Key.ofInt("fmod");
    private static final Key<String> DIRECTION = Key.ofString("direction");
    private static final Key<Float> MIN = Key.ofFloat("min");
    private static final Key<Float> MAX = Key.ofFloat("max");

    private Arithmetic() {}

    /** A kernel of a function of two elements. */
    static Array binary(Call call, DoubleBinaryOperator f, LongBinaryOperator g) {
        return Elementwise.map(call.in(0), call.in(1), f, g);
    }

    /** A kernel of a function of two elements that is faster on floats by a loop of its own. */
    static Array binary(Call call, FloatLoops.Pairs loop, DoubleBinaryOperator f, LongBinaryOperator g) {
        return apply(call.in(0), call.in(1), loop, f, g);
    }

    private static Array apply(Array a, Array b, FloatLoops.Pairs loop, DoubleBinaryOperator f, LongBinaryOperator g) {
        boolean single = Lane.of(a.type()) == Lane.FLOAT && Lane.of(b.type()) == Lane.FLOAT;
        return single ? FloatLoops.map(a, b, loop) : Elementwise.map(a, b, f, g);
    }

    /** A kernel of an operator of one or more operands that is applied from the left. */
    static Array fold(Call call, FloatLoops.Pairs loop, DoubleBinaryOperator f, LongBinaryOperator g) {
        List<Array> inputs = call.inputsFrom(0);
        Array result = call.in(0);
        for (Array next : inputs.subList(1, inputs.size())) {
            result = apply(result, next, loop, f, g);
        }
        return result;
    }

    /** Mean of one or more operands. */
    static Array mean(Call call) {
        int n = call.arity();
        Array wide = Elementwise.reals(call.in(0), Array.scalar(0), DataType.FLOAT64, Double::sum);
        for (Array next : call.inputsFrom(1)) {
            wide = Elementwise.reals(wide, next, DataType.FLOAT64, Double::sum);
        }
        return Array.ofDoubles(
                call.in(0).type(),
                wide.dims(),
                Elementwise.map(wide, x -> x / n).doubles());
    }

    /** Max of one or more operands; NaN wins. */
    static Array max(Call call) {
        return unsigned(call)
                ? fold(call, FloatLoops.MAX, Math::max, (a, b) -> Long.compareUnsigned(a, b) > 0 ? a : b)
                : fold(call, FloatLoops.MAX, Math::max, Math::max);
    }

    /** Min of one or more operands; NaN wins. */
    static Array min(Call call) {
        return unsigned(call)
                ? fold(call, FloatLoops.MIN, Math::min, (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b)
                : fold(call, FloatLoops.MIN, Math::min, Math::min);
    }

    /** Div: integers truncate towards zero. */
    static Array div(Call call) {
        return binary(call, FloatLoops.DIV, (a, b) -> a / b, unsigned(call) ? Long::divideUnsigned : (a, b) -> a / b);
    }

    /** Mod: with the sign of the divisor, or of the dividend if fmod is set. */
    static Array mod(Call call) {
        boolean fmod = call.flag(FMOD);
        LongBinaryOperator whole = unsigned(call) ? Long::remainderUnsigned : fmod ? (a, b) -> a % b : Math::floorMod;
        return binary(call, (a, b) -> fmod || a % b == 0 || a < 0 == b < 0 ? a % b : a % b + b, whole);
    }

    /** Pow: the result has the type of the base. */
    static Array pow(Call call) {
        Array base = call.in(0);
        Array exponent = call.in(1);
        if (base.type().isInteger() && exponent.type().isInteger()) {
            return Elementwise.whole(base, exponent, base.type(), Arithmetic::power);
        }
        return Elementwise.reals(base, exponent, base.type(), Math::pow);
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            return (long) Math.pow((double) base, (double) exponent);
        }
        long result = 1;
        long square = base;
        for (long e = exponent; e > 0; e >>= 1) {
            result = (e & 1) == 1 ? result * square : result;
            square *= square;
        }
        return result;
    }

    /** BitShift: LEFT or RIGHT; signed numbers keep their sign; by a negative number is by more bits than there are. */
    static Array bitShift(Call call) {
        boolean left = call.option(DIRECTION, "").equals("LEFT");
        boolean signed = call.in(0).type().isSignedInteger();
        return binary(call, (a, b) -> Double.NaN, (a, b) -> {
            boolean out = b < 0 || b > 63;
            if (left) {
                return out ? 0 : a << b;
            }
            return signed ? a >> (out ? 63 : b) : out ? 0 : a >>> b;
        });
    }

    /** PRelu: x, or slope·x below zero. */
    static Array pRelu(Call call) {
        return binary(call, (x, slope) -> x < 0 ? slope * x : x, (x, slope) -> x < 0 ? slope * x : x);
    }

    /** Clip: kept within min and max, each an input, or an option before opset 11, and each optional. */
    static Array clip(Call call) {
        Array x = call.in(0);
        Optional<Array> low = bound(call, MIN, 1);
        Optional<Array> high = bound(call, MAX, 2);
        if (x.type().isFloat()) {
            double min = low.map(Array::real).orElse(Double.NEGATIVE_INFINITY);
            double max = high.map(Array::real).orElse(Double.POSITIVE_INFINITY);
            if (Lane.of(x.type()) == Lane.FLOAT) {
                return FloatLoops.map(x, FloatLoops.clip((float) min, (float) max));
            }
            return Elementwise.map(x, v -> v < min ? Math.min(min, max) : v > max ? max : v);
        }
        long flip = x.type() == DataType.UINT64 ? Long.MIN_VALUE : 0;
        long min = low.map(a -> a.integer() ^ flip).orElse(Long.MIN_VALUE);
        long max = high.map(a -> a.integer() ^ flip).orElse(Long.MAX_VALUE);
        return Elementwise.map(x, v -> v, v -> Math.min(max, Math.max(min, v ^ flip)) ^ flip);
    }

    private static Optional<Array> bound(Call call, Key<Float> option, int input) {
        return call.option(option)
                .map(v -> Array.ofFloats(DataType.FLOAT32, new int[0], new float[] {v}))
                .or(() -> call.optional(input));
    }

    /** Where: x or y, as the condition says; all three are stretched to each other. */
    static Array where(Call call) {
        Array condition = call.in(0);
        Array x = call.in(1);
        Array y = call.in(2);
        int[] dims = Dims.broadcast(condition.dims(), Dims.broadcast(x.dims(), y.dims()));
        byte[] chosen = Moves.stretched(condition, dims).booleans();
        Object out = Moves.copy(Moves.stretched(y, dims));
        int[] index = new int[chosen.length];
        for (int i = 0; i < index.length; i++) {
            index[i] = chosen[i] != 0 ? i : -1;
        }
        Lane.pick(Moves.stretched(x, dims).data(), index, out);
        return new Array(x.type(), dims, out);
    }

    private static boolean unsigned(Call call) {
        return call.in(0).type() == DataType.UINT64;
    }
}
