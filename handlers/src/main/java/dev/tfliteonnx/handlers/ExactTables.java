package dev.tfliteonnx.handlers;

import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.handlers.FixedPoint.RealFunction;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;

/** Functions of one integer of 8 or 16 bits, exact: a table has all their values. */
final class ExactTables {
    private ExactTables() {}

    /** A function of real numbers. Source: {@code LUTPopulate} and {@code LUTLookup} in {@code kernels/internal/common.h}. */
    static OpHandler real(Function<TflOp, RealFunction> function) {
        return (op, onnx) -> {
            QuantParams in = op.source(0).quant().orElseThrow();
            QuantParams out = op.out().quant().orElseThrow();
            RealFunction real = function.apply(op);
            if (op.out().type() == DataType.INT16) {
                int[] table = FixedPoint.table(in, out, real);
                return table(op, onnx, q -> FixedPoint.interpolated(table, q));
            }
            float inverse = 1 / out.scale();
            return table(op, onnx, q -> {
                float y = real.of(in.scale() * (q - in.zeroPoint()));
                return (int) ((float) FixedPoint.away(y * inverse) + out.zeroPoint());
            });
        };
    }

    /** Without its sign. Source: {@code AbsEvalQuantized} in {@code kernels/elementwise.cc}. */
    static List<Value> abs(TflOp op, Onnx onnx) {
        int in = (int) op.source(0).quant().orElseThrow().zeroPoint();
        int out = (int) op.out().quant().orElseThrow().zeroPoint();
        Multiplier by = Multiplier.of(scale(op) / outScale(op));
        boolean same = scale(op) == outScale(op);
        return table(op, onnx, q -> (same ? Math.abs(q - in) : by.times(Math.abs(q - in))) + out);
    }

    /** One over the root. Source: {@code RsqrtEvalQuantizedInt8} in {@code kernels/elementwise.cc}. */
    static List<Value> rsqrt(TflOp op, Onnx onnx) {
        int in = (int) op.source(0).quant().orElseThrow().zeroPoint();
        int out = (int) op.out().quant().orElseThrow().zeroPoint();
        Multiplier by = Multiplier.of(1.0 / ((float) Math.sqrt(scale(op)) * outScale(op)));
        int places = 20;
        return table(op, onnx, q -> {
            // TFLite refuses to run with what is below 0
            if (q <= in) {
                return (int) op.out().type().max();
            }
            Multiplier root = FixedPoint.inverseRoot(q - in);
            int fine = new Multiplier(root.multiplier(), root.shift() + places).times(1);
            return new Multiplier(by.multiplier(), by.shift() - places).times(fine) + out;
        });
    }

    /** Source: {@code QuantizedReluX} in {@code kernels/activations.cc}. */
    static OpHandler relu(float low, float high) {
        return (op, onnx) -> {
            long[] range = Steps.range(op, low, high);
            IntUnaryOperator rescaled = rescaled(op, Multiplier.of(scale(op) / outScale(op)));
            return table(op, onnx, q -> (int) Math.max(range[0], Math.min(range[1], rescaled.applyAsInt(q))));
        };
    }

    /** Source: {@code LeakyReluPrepare} in {@code kernels/activations.cc}, {@code reference/leaky_relu.h}. */
    static List<Value> leakyRelu(TflOp op, Onnx onnx) {
        float alpha = op.option(Tfl.ALPHA);
        IntUnaryOperator kept = rescaled(op, Multiplier.of(scale(op) / outScale(op)));
        IntUnaryOperator bent = rescaled(op, Multiplier.of(scale(op) * alpha / outScale(op)));
        long zero = op.source(0).quant().orElseThrow().zeroPoint();
        return table(op, onnx, q -> (q >= zero ? kept : bent).applyAsInt(q));
    }

    /**
     * Real numbers are divided by the scale and rounded half away from zero; integers are brought to other steps.
     *
     * <p>Source: {@code kernels/quantize.cc}, {@code kernels/internal/reference/quantize.h} and {@code requantize.h}.
     */
    static List<Value> quantize(TflOp op, Onnx onnx) {
        if (op.source(0).quant().isEmpty()) {
            return List.of(rounded(op, onnx));
        }
        Multiplier by = Multiplier.of((double) scale(op) / outScale(op));
        return op.source(0).type().bits() <= 16
                ? table(op, onnx, rescaled(op, by))
                : List.of(Steps.store(op, onnx, Steps.centred(op, onnx, 0), List.of(by), Shape.SCALAR));
    }

    private static Value rounded(TflOp op, Onnx onnx) {
        QuantParams out = op.out().quant().orElseThrow();
        DataType type = op.out().type();
        Shape along = Shape.SCALAR;
        if (!out.isPerTensor()) {
            long[] extents = new long[op.rank(0) - out.axis()];
            Arrays.fill(extents, 1);
            extents[0] = out.count();
            along = Shape.of(extents);
        }
        Value zero = onnx.constant(Tensor.ofIntegers(DataType.INT32, along, out.zeroPoints()));
        Value steps = Steps.away(onnx, onnx.div(op.raw(0), onnx.constant(Tensor.ofFloats(along, out.scales()))));
        // what is further away than twice the range is clipped all the same
        Value bounded = onnx.clip(steps, 2.0 * (type.min() - type.max()), 2.0 * (type.max() - type.min()));
        Value placed = onnx.add(onnx.cast(bounded, DataType.INT32), zero);
        return onnx.cast(onnx.clip(placed, type.min(), type.max()), type);
    }

    /**
     * {@code x · relu6(x + 3) / 6} in 16 bits.
     *
     * <p>Source: {@code HardSwishPrepare} in {@code kernels/activations.cc}, {@code reference/hard_swish.h}.
     */
    static List<Value> hardSwish(TflOp op, Onnx onnx) {
        float fine = (1 / 128f) * scale(op);
        Multiplier toOut = Multiplier.of(fine / outScale(op));
        Multiplier toUnit = Multiplier.of(fine / (3 / 32768f));
        long in = op.source(0).quant().orElseThrow().zeroPoint();
        long zero = op.out().quant().orElseThrow().zeroPoint();
        return table(op, onnx, q -> {
            long x = (q - in) << 7;
            long factor = (relu(x, toUnit) + (1 << 15)) >> 1;
            // the reference truncates toward zero here to cancel a bias
            long y = factor * high(x, toOut) / (1 << 15);
            return (int) (FixedPoint.quotient(y, -toOut.shift()) + zero);
        });
    }

    /** {@code x} scaled so that ±3 is ±2¹⁵, within 16 bits. */
    private static long relu(long x, Multiplier by) {
        long y = by.shift() > 0 ? within16Bits(x << (by.shift() - 1)) : x;
        y = high(y, by);
        return by.shift() > 0 ? within16Bits(y << 1) : FixedPoint.quotient(y, -by.shift());
    }

    /** The upper half of the double product with the upper 16 bits of a multiplier. */
    private static long high(long x, Multiplier by) {
        int half = 1 << 15;
        long upper = by.multiplier() >= Integer.MAX_VALUE - half ? Short.MAX_VALUE : (by.multiplier() + half) >> 16;
        return (x * upper + (1 << 14)) >> 15;
    }

    private static long within16Bits(long x) {
        return Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, x));
    }

    private static float scale(TflOp op) {
        return op.source(0).quant().orElseThrow().scale();
    }

    private static float outScale(TflOp op) {
        return op.out().quant().orElseThrow().scale();
    }

    private static IntUnaryOperator rescaled(TflOp op, Multiplier by) {
        int in = (int) op.source(0).quant().orElseThrow().zeroPoint();
        int out = (int) op.out().quant().orElseThrow().zeroPoint();
        return q -> by.times(q - in) + out;
    }

    /** The operand looked up in the table of a function, whose results are held within the type of the result. */
    static List<Value> table(TflOp op, Onnx onnx, IntUnaryOperator function) {
        return List.of(table(op, onnx, op.raw(0), function));
    }

    /** The same of any integers of 8 or 16 bits. */
    static Value table(TflOp op, Onnx onnx, Value x, IntUnaryOperator function) {
        DataType type = op.out().type();
        return Steps.lookUp(
                onnx, x, type, q -> (int) Math.max(type.min(), Math.min(type.max(), function.applyAsInt(q))));
    }
}
