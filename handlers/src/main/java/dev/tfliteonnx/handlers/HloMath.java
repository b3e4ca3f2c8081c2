package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.ComparisonType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** StableHLO operators that treat every element by itself. Source: the StableHLO specification. */
final class HloMath {
    private HloMath() {}

    /**
     * A binary operator, for truth values a logical one.
     *
     * @param logical the ONNX operator for truth values
     */
    static OpHandler binary(String name, String logical) {
        return (op, onnx) -> List.of(combine(onnx, name, logical, op.in(0), op.in(1)));
    }

    static Value combine(Onnx onnx, String name, String logical, Value a, Value b) {
        if (a.type() == DataType.BOOL) {
            return onnx.op(logical, a, b);
        }
        boolean isExtreme = name.equals("Max") || name.equals("Min");
        return isExtreme ? Integers.extreme(onnx, name, a, b) : onnx.op(name, a, b);
    }

    /** The remainder of a division that truncates, of the sign of the dividend. ONNX Mod-13, or Div-14, Mul-14, Sub-14. */
    static List<Value> remainder(TflOp op, Onnx onnx) {
        Value a = op.in(0);
        Value b = op.in(1);
        if (a.type().isFloat()) {
            return List.of(onnx.op("Mod", Attributes.of(OnnxOps.FMOD, 1L), a, b));
        }
        return List.of(onnx.sub(a, onnx.mul(onnx.div(a, b), b)));
    }

    /** least, {@code x}, greatest → {@code x} within both. ONNX Max-13, Min-13. */
    static List<Value> clamp(TflOp op, Onnx onnx) {
        Value raised = Integers.extreme(onnx, "Max", op.in(1), op.in(0));
        return List.of(Integers.extreme(onnx, "Min", raised, op.in(2)));
    }

    /** A comparison. ONNX Equal-13, Not-1, Greater-13, GreaterOrEqual-16, Less-13, LessOrEqual-16. */
    static List<Value> compare(TflOp op, Onnx onnx) {
        if (op.option(Tfl.COMPARE_TYPE) == ComparisonType.FLOAT_TOTAL_ORDER) {
            throw op.refuse(
                    DiagnosticCode.UNSUPPORTED_OPTION,
                    "compare_type is FLOAT_TOTAL_ORDER; ONNX has no order of NaN and signed zeros",
                    "export the model with comparisons of FLOAT");
        }
        boolean logical = op.in(0).type() == DataType.BOOL;
        Value a = logical ? onnx.cast(op.in(0), DataType.INT32) : op.in(0);
        Value b = logical ? onnx.cast(op.in(1), DataType.INT32) : op.in(1);
        return List.of(
                switch (op.option(Tfl.COMPARISON_DIRECTION)) {
                    case EQ -> onnx.op("Equal", a, b);
                    case NE -> onnx.op("Not", onnx.op("Equal", a, b));
                    case GE -> onnx.op("GreaterOrEqual", a, b);
                    case GT -> onnx.op("Greater", a, b);
                    case LE -> onnx.op("LessOrEqual", a, b);
                    case LT -> onnx.op("Less", a, b);
                });
    }

    /** The cubic root. ONNX Abs-13, Pow-13, Sign-13, Mul-14. */
    static List<Value> cbrt(TflOp op, Onnx onnx) {
        Value x = op.in(0);
        Value root = onnx.op("Pow", onnx.op("Abs", x), onnx.scalarLike(x, 1.0 / 3));
        return List.of(onnx.mul(onnx.op("Sign", x), root));
    }

    /**
     * {@code a · 2ᵇ} in the width of the type. Source: {@code kernels/stablehlo_shift_left.cc}; ONNX BitShift-11 of the
     * bits as unsigned numbers.
     */
    static List<Value> shiftLeft(TflOp op, Onnx onnx) {
        Value bits = onnx.cast(op.in(0), DataType.UINT32);
        Value count = onnx.cast(op.in(1), DataType.UINT32);
        Value shifted = onnx.op("BitShift", Attributes.of(OnnxOps.DIRECTION, "LEFT"), bits, count);
        return List.of(onnx.cast(shifted, op.in(0).type()));
    }
}
