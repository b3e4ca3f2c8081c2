package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Operators on complex numbers, which are pairs along one more axis at the end: {@code x [...]} of complex64 is
 * {@code [...,2]} of float32, the real part first.
 */
final class ComplexNumbers {
    /** Operators that pass tensors on and never look at them. */
    private static final Set<String> INDIFFERENT = Set.of(
            "IF",
            "WHILE",
            "CALL",
            "STABLEHLO_COMPOSITE",
            "STABLEHLO_CASE",
            "STABLEHLO_WHILE",
            "READ_VARIABLE",
            "ASSIGN_VARIABLE",
            "VARIABLE_TENSOR",
            "RFFT2D",
            "REAL",
            "IMAG",
            "COMPLEX_ABS");

    private ComplexNumbers() {}

    /** How an operator is expressed that reads or writes complex numbers; refused if it cannot. */
    static OpHandler handler(TflOp op, OpHandler otherwise) {
        if (INDIFFERENT.contains(op.name())) {
            return otherwise;
        }
        return switch (op.name()) {
            case "RESHAPE" -> ComplexNumbers::reshape;
            case "TRANSPOSE" -> ComplexNumbers::transpose;
            case "EXPAND_DIMS" -> ComplexNumbers::expandDims;
            case "ADD" -> (o, onnx) -> List.of(onnx.add(o.in(0), o.in(1)));
            case "SUB" -> (o, onnx) -> List.of(onnx.sub(o.in(0), o.in(1)));
            case "MUL" -> ComplexNumbers::mul;
            case "CAST" -> ComplexNumbers::cast;
            default ->
                throw op.refuse(
                        DiagnosticCode.UNSUPPORTED_TYPE,
                        "it is not handled for complex numbers",
                        "export the model with real numbers there");
        };
    }

    /** The real parts. Source: {@code kernels/complex_support.cc}; ONNX Gather-13. */
    static List<Value> real(TflOp op, Onnx onnx) {
        return List.of(part(onnx, op.in(0), 0));
    }

    /** The imaginary parts. Source: {@code kernels/complex_support.cc}; ONNX Gather-13. */
    static List<Value> imag(TflOp op, Onnx onnx) {
        return List.of(part(onnx, op.in(0), 1));
    }

    /** The magnitudes. Source: {@code kernels/complex_support.cc}; ONNX ReduceSum-13 of squares, Sqrt-13. */
    static List<Value> abs(TflOp op, Onnx onnx) {
        Value x = op.in(0);
        return List.of(onnx.op("Sqrt", onnx.reduce("ReduceSum", onnx.mul(x, x), false, op.rank(0) - 1)));
    }

    private static Value part(Onnx onnx, Value x, int which) {
        return onnx.gather(x, onnx.scalar(DataType.INT64, which), x.shape().rank() - 1);
    }

    private static Value paired(Onnx onnx, Value re, Value im) {
        int axis = re.shape().rank();
        return onnx.concat(axis, onnx.unsqueeze(re, axis), onnx.unsqueeze(im, axis));
    }

    /** As {@link Shaping#reshape}. */
    private static List<Value> reshape(TflOp op, Onnx onnx) {
        if (op.has(1) && op.constant(1).isEmpty()) {
            return List.of(onnx.op("Reshape", op.in(0), onnx.concat(0, op.int64(1), onnx.ints(2))));
        }
        long[] wanted = op.has(1)
                ? op.longs(1)
                : op.node().attributes().find(Tfl.NEW_SHAPE).orElse(Ints.of()).toArray();
        long[] pairs = Arrays.copyOf(wanted, wanted.length + 1);
        pairs[wanted.length] = 2;
        return List.of(onnx.reshape(op.in(0), pairs));
    }

    private static List<Value> transpose(TflOp op, Onnx onnx) {
        long[] axes = op.longs(1);
        int[] perm = new int[axes.length + 1];
        for (int i = 0; i < axes.length; i++) {
            perm[i] = (int) (axes[i] < 0 ? axes[i] + axes.length : axes[i]);
        }
        perm[axes.length] = axes.length;
        return List.of(onnx.transpose(op.in(0), perm));
    }

    private static List<Value> expandDims(TflOp op, Onnx onnx) {
        return List.of(onnx.unsqueeze(op.in(0), op.axis(1, op.rank(0))));
    }

    /** {@code (a + ib)(c + id)}. Source: {@code kernels/mul.cc}; ONNX Mul-14, Sub-14, Add-14. */
    private static List<Value> mul(TflOp op, Onnx onnx) {
        Value a = part(onnx, op.in(0), 0);
        Value b = part(onnx, op.in(0), 1);
        Value c = part(onnx, op.in(1), 0);
        Value d = part(onnx, op.in(1), 1);
        Value re = onnx.sub(onnx.mul(a, c), onnx.mul(b, d));
        Value im = onnx.add(onnx.mul(a, d), onnx.mul(b, c));
        return List.of(paired(onnx, re, im));
    }

    /** To real numbers the real part, from real numbers without an imaginary part. Source: {@code kernels/cast.cc}. */
    private static List<Value> cast(TflOp op, Onnx onnx) {
        DataType to = Complex.part(op.out().type());
        if (!Complex.is(op.source(0).type())) {
            op.rank(0);
            Value re = onnx.cast(op.in(0), to);
            return List.of(paired(onnx, re, onnx.sub(re, re)));
        }
        Value x = Complex.is(op.out().type()) ? op.in(0) : part(onnx, op.in(0), 0);
        return List.of(onnx.cast(x, to));
    }
}
