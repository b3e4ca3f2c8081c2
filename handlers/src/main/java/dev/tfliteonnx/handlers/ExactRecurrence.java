package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.handlers.FixedPoint.Multiplier;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Operators that keep integers from run to run, exact. */
final class ExactRecurrence {
    private ExactRecurrence() {}

    /**
     * {@code x [B,I]} int8, feature weights {@code [F,I]} int8, time weights {@code [F,M]} int16, bias {@code [F/rank]}, state
     * {@code [B,F·M]} int16 → {@code [B,F/rank]} int8: features of the last M runs, weighted and summed.
     *
     * <p>Source: {@code kernels/svdf.cc}, {@code EvalIntegerSVDF} in {@code kernels/internal/reference/svdf.h}.
     */
    static List<Value> svdf(TflOp op, Onnx onnx) {
        if (op.source(4).type() != DataType.INT16 || op.source(2).type() != DataType.INT16) {
            throw op.refuse(
                    DiagnosticCode.NO_EXACT_FORM,
                    "its state is " + op.source(4).type() + " and its time weights are "
                            + op.source(2).type() + "; the form is exact for INT16",
                    "convert with --quant qdq");
        }
        long filters = op.size(1, 0);
        long memory = op.size(2, 1);
        long rank = op.option(Tfl.RANK);
        Value acc = ExactProducts.features(op, onnx);
        Value feature = onnx.clip(
                Steps.rescaled(onnx, acc, List.of(factor(op, 0, 1, op.source(4))), Shape.SCALAR, 0),
                Short.MIN_VALUE,
                Short.MAX_VALUE);
        Value past = onnx.cast(onnx.reshape(op.raw(4), -1, filters, memory), DataType.INT64);
        Value kept = onnx.slice(past, new long[] {1}, new long[] {memory}, new long[] {2}, new long[] {1});
        Value state = onnx.concat(2, kept, onnx.unsqueeze(feature, 2));
        op.assign(4, onnx.cast(onnx.reshape(state, -1, filters * memory), DataType.INT16));
        Value weighted = onnx.mul(state, onnx.cast(op.raw(2), DataType.INT64));
        Value summed = onnx.reduce("ReduceSum", weighted, false, 2);
        Value units =
                rank == 1 ? summed : onnx.reduce("ReduceSum", onnx.reshape(summed, -1, filters / rank, rank), false, 2);
        Value y = op.has(3) ? onnx.add(units, onnx.cast(op.raw(3), DataType.INT64)) : units;
        long zero = op.out().quant().orElseThrow().zeroPoint();
        DataType type = op.out().type();
        // the kernel has no activation
        Value steps = Steps.rescaled(onnx, y, List.of(factor(op, 4, 2, op.out())), Shape.SCALAR, zero);
        return List.of(onnx.cast(onnx.clip(steps, type.min(), type.max()), type));
    }

    private static Multiplier factor(TflOp op, int a, int b, Value to) {
        float from = op.source(a).quant().orElseThrow().scale()
                * op.source(b).quant().orElseThrow().scale();
        return Multiplier.of(from / to.quant().orElseThrow().scale());
    }
}
