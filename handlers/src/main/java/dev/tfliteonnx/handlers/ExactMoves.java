package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Operators that join, extend and resize tensors of integers, exact. */
final class ExactMoves {
    private ExactMoves() {}

    /**
     * Joined; uint8 of other parameters than the result's is rescaled in single precision first.
     *
     * <p>Source: {@code ConcatenationWithScaling} in {@code kernels/internal/reference/concatenation.h}.
     */
    static List<Value> concatenation(TflOp op, Onnx onnx) {
        QuantParams out = op.out().quant().orElseThrow();
        float inverse = 1 / out.scale();
        Value[] parts = new Value[op.inputs()];
        for (int i = 0; i < parts.length; i++) {
            QuantParams in = op.source(i).quant().orElseThrow();
            float scale = in.scale() * inverse;
            float bias = -in.zeroPoint() * scale;
            boolean same = in.scale() == out.scale() && in.zeroPoint() == out.zeroPoint();
            parts[i] = same || op.source(i).type() != DataType.UINT8
                    ? op.raw(i)
                    : ExactTables.table(
                            op, onnx, op.raw(i), q -> (int) (FixedPoint.away(q * scale + bias) + out.zeroPoint()));
        }
        long axis = op.option(Tfl.AXIS);
        return List.of(onnx.concat((int) (axis < 0 ? axis + op.rank(0) : axis), parts));
    }

    /** Extended by the zero point of the result. Source: {@code kernels/pad.cc}; ONNX Pad-13. */
    static List<Value> pad(TflOp op, Onnx onnx) {
        Value zero = onnx.scalar(op.out().type(), op.out().quant().orElseThrow().zeroPoint());
        return List.of(Padders.padded(op, onnx, op.raw(0), zero));
    }

    /** Extended by the zero point of the result. Source: {@code kernels/space_to_batch_nd.cc}; ONNX Pad-13. */
    static List<Value> spaceToBatchNd(TflOp op, Onnx onnx) {
        Value zero = onnx.scalar(op.out().type(), op.out().quant().orElseThrow().zeroPoint());
        return Batches.spaceToBatchNd(op.asStored(), onnx, zero);
    }

    /**
     * Bilinear: int8 and int16 by integers, uint8 in single precision in the order of the kernel.
     *
     * <p>Source: {@code kernels/internal/reference/resize_bilinear.h}.
     */
    static List<Value> resizeBilinear(TflOp op, Onnx onnx) {
        if (op.source(0).type() != DataType.UINT8) {
            return List.of(Resizing.weighted(op, onnx));
        }
        if (op.constant(1).isEmpty()) {
            throw op.notConstant(1);
        }
        return List.of(blended(op, onnx));
    }

    private static Value blended(TflOp op, Onnx onnx) {
        Axis rows = Axis.of(op, 1);
        Axis columns = Axis.of(op, 2);
        Value x = onnx.cast(op.raw(0), DataType.FLOAT32);
        Value upper = onnx.gather(x, onnx.ints(rows.lower), 1);
        Value lower = onnx.gather(x, onnx.ints(rows.upper), 1);
        Value sum = corner(onnx, upper, columns.lower, rows.rest(onnx, true), columns.rest(onnx, true));
        sum = onnx.add(sum, corner(onnx, lower, columns.lower, rows.rest(onnx, false), columns.rest(onnx, true)));
        sum = onnx.add(sum, corner(onnx, upper, columns.upper, rows.rest(onnx, true), columns.rest(onnx, false)));
        sum = onnx.add(sum, corner(onnx, lower, columns.upper, rows.rest(onnx, false), columns.rest(onnx, false)));
        return onnx.cast(
                onnx.add(sum, onnx.scalar(DataType.FLOAT32, 0.5)), op.out().type());
    }

    private static Value corner(Onnx onnx, Value rows, long[] columns, Value byRow, Value byColumn) {
        return onnx.mul(onnx.mul(onnx.gather(rows, onnx.ints(columns), 2), byRow), byColumn);
    }

    /** Where the pixels of the result lie between those of the operand, along an axis of {@code [N,H,W,C]}. */
    private record Axis(int axis, long[] lower, long[] upper, float[] fraction) {
        static Axis of(TflOp op, int axis) {
            long in = op.size(0, axis);
            int out = (int) op.longs(1)[axis - 1];
            boolean half = op.option(Tfl.HALF_PIXEL_CENTERS);
            float scale = op.option(Tfl.ALIGN_CORNERS) && out > 1 ? (in - 1) / (float) (out - 1) : in / (float) out;
            Axis result = new Axis(axis, new long[out], new long[out], new float[out]);
            for (int i = 0; i < out; i++) {
                float at = half ? (i + 0.5f) * scale - 0.5f : i * scale;
                result.lower[i] = Math.max((long) Math.floor(at), 0);
                result.upper[i] = Math.min((long) Math.ceil(at), in - 1);
                result.fraction[i] = at - result.lower[i];
            }
            return result;
        }

        /** The weights of the lower or the upper neighbours. */
        Value rest(Onnx onnx, boolean ofLower) {
            float[] weights = fraction.clone();
            for (int i = 0; i < weights.length && ofLower; i++) {
                weights[i] = 1 - weights[i];
            }
            Shape shape = axis == 1 ? Shape.of(weights.length, 1, 1) : Shape.of(weights.length, 1);
            return onnx.constant(Tensor.ofFloats(shape, weights));
        }
    }
}
