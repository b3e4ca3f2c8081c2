package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.handlers.Steps.Domain;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Element-wise operators of two tensors of integers of 8 or 16 bits, exact; shapes broadcast as in NumPy. */
final class ExactArithmetic {
    private static final int BYTE = 1 << 8;

    /** Comparisons are of numbers with so many places behind the point. */
    private static final int COMPARED_SHIFT = 8;

    private ExactArithmetic() {}

    /**
     * Sum or difference: both operands are brought to common fine steps, of which a table has all there are of 8 bits. Of
     * 16 bits whose scales are powers of two one operand is brought to the steps of the other, which are the result's.
     *
     * <p>Source: {@code kernels/add.cc}, {@code kernels/sub.cc}, {@code kernels/internal/reference/integer_ops/add.h}.
     */
    static OpHandler sum(String name) {
        return (op, onnx) -> {
            boolean isShort = op.out().type() == DataType.INT16;
            float out = op.out().quant().orElseThrow().scale();
            if (isShort
                    && op.option(Tfl.POT_SCALE_INT16)
                    && isPower(scale(op, 0))
                    && isPower(scale(op, 1))
                    && isPower(out)) {
                Value y = onnx.op(name, halved(op, onnx, 0), halved(op, onnx, 1));
                return List.of(Steps.clamped(op, onnx, y));
            }
            int shift = isShort ? 15 : 20;
            double twice = 2 * Math.max(scale(op, 0), scale(op, 1));
            Value x = onnx.op(name, fine(op, onnx, 0, twice, shift), fine(op, onnx, 1, twice, shift));
            return List.of(Steps.store(
                    op, onnx, x, List.of(Multiplier.of(twice / ((1 << shift) * (double) out))), Shape.SCALAR));
        };
    }

    /** An operand whose scale is the result's divided by a power of two, in steps of the result. */
    private static Value halved(TflOp op, Onnx onnx, int i) {
        int places = Math.getExponent(op.out().quant().orElseThrow().scale()) - Math.getExponent(scale(op, i));
        if (places < 0) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM,
                    "the scale of \"" + op.source(i).name() + "\" is greater than that of the result, which its kernel"
                            + " does not take",
                    "convert with --quant qdq");
        }
        Value x = onnx.cast(op.raw(i), DataType.INT32);
        Value half = onnx.scalar(DataType.INT32, (1 << places) / 2);
        Value size = onnx.div(onnx.add(onnx.op("Abs", x), half), onnx.scalar(DataType.INT32, 1 << places));
        return places == 0 ? x : onnx.mul(size, onnx.op("Sign", x));
    }

    private static boolean isPower(float scale) {
        return scale == Math.scalb(1f, Math.getExponent(scale));
    }

    private static float scale(TflOp op, int i) {
        return op.source(i).quant().orElseThrow().scale();
    }

    /** An operand in steps of {@code unit · 2^−shift}. */
    private static Value fine(TflOp op, Onnx onnx, int i, double unit, int shift) {
        int zero = (int) op.source(i).quant().orElseThrow().zeroPoint();
        Multiplier multiplier = Multiplier.of(scale(op, i) / unit);
        if (op.source(i).type().bits() == 8) {
            return Steps.lookUp(onnx, op.raw(i), DataType.INT32, q -> multiplier.times((q - zero) << shift));
        }
        Value shifted = onnx.mul(Steps.centred(op, onnx, i), onnx.scalar(DataType.INT32, 1 << shift));
        return Steps.rescaled(onnx, shifted, List.of(multiplier), Shape.SCALAR, 0);
    }

    /** The product. Source: {@code kernels/mul.cc}, {@code kernels/internal/reference/integer_ops/mul.h}. */
    static List<Value> mul(TflOp op, Onnx onnx) {
        Value product = onnx.mul(Steps.centred(op, onnx, 0), Steps.centred(op, onnx, 1));
        float factor =
                scale(op, 0) * scale(op, 1) / op.out().quant().orElseThrow().scale();
        return List.of(Steps.store(op, onnx, product, List.of(Multiplier.of(factor)), Shape.SCALAR));
    }

    /** The square of the difference. Source: {@code kernels/squared_difference.cc}. */
    static List<Value> squaredDifference(TflOp op, Onnx onnx) {
        int shift = 7;
        double twice = 2 * Math.max(scale(op, 0), scale(op, 1));
        Value x = onnx.sub(fine(op, onnx, 0, twice, shift), fine(op, onnx, 1, twice, shift));
        double out = op.out().quant().orElseThrow().scale();
        Multiplier by = Multiplier.of(twice * twice / ((1 << 2 * shift) * out));
        return List.of(Steps.store(op, onnx, onnx.mul(x, x), List.of(by), Shape.SCALAR));
    }

    /**
     * The quotient of uint8: a table has those of all pairs.
     *
     * <p>Source: {@code kernels/div.cc}, {@code DivElementwise} in {@code kernels/internal/reference/div.h}.
     */
    static List<Value> div(TflOp op, Onnx onnx) {
        QuantParams a = op.source(0).quant().orElseThrow();
        QuantParams b = op.source(1).quant().orElseThrow();
        QuantParams out = op.out().quant().orElseThrow();
        Multiplier by = Multiplier.of(a.scale() / (b.scale() * out.scale()));
        long[] range = Steps.range(op);
        Value left = onnx.mul(onnx.cast(op.raw(0), DataType.INT32), onnx.scalar(DataType.INT32, BYTE));
        Value pair = onnx.add(left, onnx.cast(op.raw(1), DataType.INT32));
        return List.of(Steps.lookUp(onnx, pair, op.out().type(), new Domain(0, BYTE * BYTE), p -> {
            long y = quotient(p / BYTE - a.zeroPoint(), p % BYTE - b.zeroPoint(), by) + out.zeroPoint();
            return (int) Math.max(range[0], Math.min(range[1], y));
        }));
    }

    private static long quotient(long a, long b, Multiplier by) {
        if (a == 0) {
            return 0;
        }
        long x = b < 0 ? -a : a;
        int divisor = (int) Math.max(1, Math.abs(b));
        int up = Integer.numberOfLeadingZeros(divisor);
        int room = Integer.numberOfLeadingZeros((int) (x < 0 ? ~x : x)) - 1;
        long whole = FixedPoint.product(x << room, FixedPoint.reciprocal((long) divisor << up));
        return FixedPoint.quotient(FixedPoint.product(whole, by.multiplier()), 31 - up + room - by.shift());
    }

    /**
     * Whether operands compare so; int16 by what is stored.
     *
     * <p>Source: {@code ComparisonQuantized} in {@code kernels/comparisons.cc}.
     */
    static OpHandler comparison(String... steps) {
        return (op, onnx) -> {
            boolean asStored = op.source(0).type() == DataType.INT16;
            Value y = onnx.op(steps[0], compared(op, onnx, 0, asStored), compared(op, onnx, 1, asStored));
            for (int i = 1; i < steps.length; i++) {
                y = onnx.op(steps[i], y);
            }
            return List.of(y);
        };
    }

    /**
     * Whether a comparison depends on how its kernel rounds: it brings 8-bit numbers to multiples of 2⁻⁸, so that those of
     * different scales become equal or no longer are, and neighbours in steps below that become equal.
     */
    static boolean comparesRounded(TflOp op) {
        for (int i = 0; i < 2; i++) {
            if (op.raw(i).type().bits() != 8 || op.source(i).quant().isEmpty() || scale(op, i) >= 1) {
                return false;
            }
        }
        boolean same = op.source(0).quant().equals(op.source(1).quant());
        return !same || scale(op, 0) < 2.0 / (1 << COMPARED_SHIFT);
    }

    private static Value compared(TflOp op, Onnx onnx, int i, boolean asStored) {
        if (asStored) {
            return onnx.cast(op.raw(i), DataType.INT32);
        }
        if (scale(op, i) >= 1) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM,
                    "the scale of \"" + op.source(i).name() + "\" is " + scale(op, i)
                            + "; its kernel needs one below 1",
                    "convert with --quant qdq");
        }
        return fine(op, onnx, i, 1, COMPARED_SHIFT);
    }

    /** The greater or lesser of stored numbers. Source: {@code kernels/maximum_minimum.cc}, which never rescales. */
    static OpHandler choice(String name) {
        return (op, onnx) -> {
            Value a = onnx.cast(op.raw(0), DataType.INT32);
            Value b = onnx.cast(op.raw(1), DataType.INT32);
            return List.of(onnx.cast(onnx.op(name, a, b), op.out().type()));
        };
    }

    /** {@code x ≥ 0 ? x : alpha · x}. Source: {@code PreluPrepare} in {@code kernels/activations.cc}, {@code reference/prelu.h}. */
    static List<Value> prelu(TflOp op, Onnx onnx) {
        Value x = Steps.centred(op, onnx, 0);
        float out = op.out().quant().orElseThrow().scale();
        Multiplier above = Multiplier.of(scale(op, 0) / out);
        Multiplier below = Multiplier.of(scale(op, 0) * scale(op, 1) / out);
        long zero = op.out().quant().orElseThrow().zeroPoint();
        Value kept = Steps.rescaled(onnx, x, List.of(above), Shape.SCALAR, zero);
        Value product = onnx.mul(x, Steps.centred(op, onnx, 1));
        Value bent = Steps.rescaled(onnx, product, List.of(below), Shape.SCALAR, zero);
        Value positive = onnx.op("GreaterOrEqual", x, onnx.scalar(DataType.INT32, 0));
        return List.of(Steps.clamped(op, onnx, onnx.where(positive, kept, bent)));
    }
}
