package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Elementwise operators on real numbers that take more than one ONNX operator. */
final class RealMath {
    private RealMath() {}

    /** The sum of all operands, from the first on. Source: {@code kernels/add_n.cc}; ONNX Sum-13, of integers Add-14. */
    static List<Value> addN(TflOp op, Onnx onnx) {
        Value[] all = op.allIn();
        if (all[0].type().isFloat() && all.length > 1) {
            return List.of(onnx.op("Sum", all));
        }
        Value sum = all[0];
        for (int i = 1; i < all.length; i++) {
            sum = onnx.add(sum, all[i]);
        }
        return List.of(sum);
    }

    /**
     * The angle of the point {@code (x, y)}, y being operand 0, in {@code [−π, π]}.
     *
     * <p>Source: {@code kernels/atan2_custom.cc}; ONNX Atan-7 of the quotient, put into the right quadrant. The sign of
     * a zero y does not count where x is negative, and two infinities give NaN.
     */
    static List<Value> atan2(TflOp op, Onnx onnx) {
        DataType type = op.in(0).type();
        // ONNX Runtime has no Atan of doubles
        Value y = onnx.cast(op.in(0), DataType.FLOAT32);
        Value x = onnx.cast(op.in(1), DataType.FLOAT32);
        if (type == DataType.FLOAT64) {
            op.note(DiagnosticCode.NOT_EXACT, "the angle is computed in single precision");
        }
        Value zero = onnx.scalar(DataType.FLOAT32, 0);
        // −0 + 0 is +0, so that the quotient has the sign of y
        Value quotient = onnx.div(y, onnx.add(x, zero));
        Value angle = onnx.op("Atan", onnx.where(onnx.op("Equal", y, zero), y, quotient));
        Value turn = onnx.where(
                onnx.op("Less", y, zero),
                onnx.scalar(DataType.FLOAT32, -Math.PI),
                onnx.scalar(DataType.FLOAT32, Math.PI));
        Value left = onnx.where(onnx.op("Less", x, zero), turn, zero);
        return List.of(onnx.cast(onnx.add(angle, left), type));
    }

    /**
     * The operand rounded to the steps of a quantization between the options min and max, which are moved so that 0 is
     * a step.
     *
     * <p>Source: {@code kernels/fake_quant.cc} and {@code kernels/internal/quantization_util.cc}, which rounds halves
     * up; ONNX Clip-12, Sub-14, Mul-14, Floor-13, Add-14.
     */
    static List<Value> fakeQuant(TflOp op, Onnx onnx) {
        float min = op.option(Tfl.MIN);
        float max = op.option(Tfl.MAX);
        long bits = op.option(Tfl.NUM_BITS);
        if (!(min < max) || bits < 2 || bits > 16) {
            String reason = "min " + min + ", max " + max + " and num_bits " + bits + " give no steps";
            throw op.refuse(DiagnosticCode.INVALID_MODEL, reason, "");
        }
        float low = op.option(Tfl.NARROW_RANGE) ? 1 : 0;
        float high = (1 << bits) - 1;
        float scale = (max - min) / (high - low);
        float zero = Math.max(low, Math.min(high, Math.round(low - min / scale)));
        float least = (low - zero) * scale;
        float most = (high - zero) * scale;
        Value x = op.in(0);
        Value steps = onnx.mul(
                onnx.sub(onnx.clip(x, least, most), onnx.scalarLike(x, least)), onnx.scalarLike(x, 1f / scale));
        Value whole = onnx.op("Floor", onnx.add(steps, onnx.scalarLike(x, 0.5)));
        return List.of(onnx.add(onnx.mul(whole, onnx.scalarLike(x, scale)), onnx.scalarLike(x, least)));
    }
}
