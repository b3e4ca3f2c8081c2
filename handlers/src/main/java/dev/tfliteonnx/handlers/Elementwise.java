package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;
import java.util.Set;

/** Operators that treat every element by itself; two operands broadcast as in NumPy. */
final class Elementwise {
    /** Integers beyond which TFLite's CAST of float32 does not go. */
    private static final Set<DataType> CLAMPED = Set.of(DataType.UINT8, DataType.INT16, DataType.INT32);

    private Elementwise() {}

    /** The ONNX operator of one operand with the same meaning. */
    static OpHandler unary(String name) {
        return (op, onnx) -> List.of(onnx.op(name, op.in(0)));
    }

    /** The ONNX operator of two operands with the same meaning. */
    static OpHandler binary(String name) {
        return (op, onnx) -> List.of(onnx.op(name, op.in(0), op.in(1)));
    }

    /** The greater ({@code Max}) or lesser ({@code Min}) of two. Source: {@code kernels/maximum_minimum.cc}; ONNX Max-13, Min-13. */
    static OpHandler extreme(String name) {
        return (op, onnx) -> List.of(Integers.extreme(onnx, name, op.in(0), op.in(1)));
    }

    /**
     * A comparison, whose result goes through further operators of one operand. Source: {@code kernels/comparisons.cc};
     * ONNX Equal-13, Greater-13, GreaterOrEqual-16, Less-13, LessOrEqual-16. A truth value cannot be nearly right, so
     * what the kernel rounds first is rounded here, too.
     */
    static OpHandler comparison(String... steps) {
        OpHandler rounded = ExactArithmetic.comparison(steps);
        return (op, onnx) -> {
            if (ExactArithmetic.comparesRounded(op)) {
                return rounded.lower(op, onnx);
            }
            Value y = onnx.op(steps[0], op.in(0), op.in(1));
            for (String step : List.of(steps).subList(1, steps.length)) {
                y = onnx.op(step, y);
            }
            return List.of(y);
        };
    }

    /** {@code (a − b)²}. Source: {@code kernels/squared_difference.cc}; ONNX Sub, Mul. */
    static List<Value> squaredDifference(TflOp op, Onnx onnx) {
        Value d = onnx.sub(op.in(0), op.in(1));
        return List.of(onnx.mul(d, d));
    }

    /** {@code x²}. Source: {@code kernels/elementwise.cc}; ONNX Mul. */
    static List<Value> square(TflOp op, Onnx onnx) {
        return List.of(onnx.mul(op.in(0), op.in(0)));
    }

    /** {@code 1/√x}. Source: {@code kernels/elementwise.cc}; ONNX Sqrt, Reciprocal. */
    static List<Value> rsqrt(TflOp op, Onnx onnx) {
        return List.of(onnx.op("Reciprocal", onnx.op("Sqrt", op.in(0))));
    }

    /**
     * {@code condition ? x : y}, broadcast as in NumPy. Source: {@code kernels/select.cc}; ONNX Where-16.
     */
    static List<Value> selectV2(TflOp op, Onnx onnx) {
        return List.of(onnx.where(op.in(0), op.in(1), op.in(2)));
    }

    /**
     * Another element type, that of the output tensor. Both sides truncate floats toward zero and wrap integers.
     *
     * <p>Source: {@code kernels/cast.cc}, which holds float32 within uint8, int16 and int32, but within no other type;
     * ONNX Cast-13 after Clip-13, for int32 in float64, which alone has its greatest number.
     */
    static List<Value> cast(TflOp op, Onnx onnx) {
        Value x = op.in(0);
        DataType to = op.out().realType();
        if (x.type() == DataType.FLOAT32 && CLAMPED.contains(to)) {
            Value wide = to == DataType.INT32 ? onnx.cast(x, DataType.FLOAT64) : x;
            x = onnx.clip(wide, (double) to.min(), (double) to.max());
        }
        return List.of(onnx.cast(x, to));
    }

    /** The operand itself; quantization is changed where it is stored. Source: {@code kernels/quantize.cc}. */
    static List<Value> identity(TflOp op, Onnx onnx) {
        return List.of(op.in(0));
    }
}
