package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;
import java.util.function.BiFunction;

/** Operators that treat every element by itself; two operands broadcast as in NumPy. */
final class Elementwise {
    private Elementwise() {}

    /** The ONNX operator of one operand with the same meaning. */
    static OpHandler unary(String name) {
        return (op, onnx) -> List.of(onnx.op(name, op.in(0)));
    }

    /** The ONNX operator of two operands with the same meaning. */
    static OpHandler binary(String name) {
        return (op, onnx) -> List.of(onnx.op(name, op.in(0), op.in(1)));
    }

    /**
     * A binary operator that ONNX Runtime computes for int32 and wider alone: narrower integers are widened and cut back,
     * which wraps as the kernel does.
     */
    static OpHandler arithmetic(String name) {
        return (op, onnx) -> List.of(widened(onnx, op.in(0), op.in(1), (a, b) -> onnx.op(name, a, b)));
    }

    private static Value widened(Onnx onnx, Value a, Value b, BiFunction<Value, Value, Value> what) {
        DataType type = a.type();
        boolean narrow = type.isInteger() && (type.bits() < 32 || type == DataType.UINT32);
        if (!narrow) {
            return what.apply(a, b);
        }
        DataType wide = type == DataType.UINT32 ? DataType.INT64 : DataType.INT32;
        return onnx.cast(what.apply(onnx.cast(a, wide), onnx.cast(b, wide)), type);
    }

    /** A comparison, in a type that ONNX Runtime compares. */
    static OpHandler comparison(String name) {
        return (op, onnx) -> {
            Value a = op.in(0);
            Value b = op.in(1);
            boolean narrow = a.type().isInteger() && a.type().bits() < 32;
            return List.of(
                    narrow
                            ? onnx.op(name, onnx.cast(a, DataType.INT32), onnx.cast(b, DataType.INT32))
                            : onnx.op(name, a, b));
        };
    }

    /** {@code a ≠ b}. Source: {@code kernels/comparisons.cc}; ONNX Not(Equal). */
    static List<Value> notEqual(TflOp op, Onnx onnx) {
        return List.of(onnx.op("Not", comparison("Equal").lower(op, onnx).get(0)));
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
     * Another element type, that of the output tensor. Source: {@code kernels/cast.cc}; ONNX Cast-13. Both truncate
     * floats toward zero and wrap integers.
     */
    static List<Value> cast(TflOp op, Onnx onnx) {
        return List.of(onnx.cast(op.in(0), op.out().realType()));
    }

    /** The operand itself; quantization is changed where it is stored. Source: {@code kernels/quantize.cc}. */
    static List<Value> identity(TflOp op, Onnx onnx) {
        return List.of(op.in(0));
    }
}
