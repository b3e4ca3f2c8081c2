package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;

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

    /** {@code a ≠ b}. Source: {@code kernels/comparisons.cc}; ONNX Not(Equal). */
    static List<Value> notEqual(TflOp op, Onnx onnx) {
        return List.of(onnx.op("Not", onnx.op("Equal", op.in(0), op.in(1))));
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
