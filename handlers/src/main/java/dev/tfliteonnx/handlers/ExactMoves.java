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
        return List.of(op.source(0).type() == DataType.UINT8 ? blended(op, onnx) : Resizing.weighted(op, onnx));
    }

    private static Value blended(TflOp op, Onnx onnx) {
        Axis rows = Axis.of(op, onnx, 1);
        Axis columns = Axis.of(op, onnx, 2);
        Value x = onnx.cast(op.raw(0), DataType.FLOAT32);
        Value upper = onnx.gather(x, rows.lower, 1);
        Value lower = onnx.gather(x, rows.upper, 1);
        Value sum = corner(onnx, upper, columns.lower, rows.ofLower, columns.ofLower);
        sum = onnx.add(sum, corner(onnx, lower, columns.lower, rows.ofUpper, columns.ofLower));
        sum = onnx.add(sum, corner(onnx, upper, columns.upper, rows.ofLower, columns.ofUpper));
        sum = onnx.add(sum, corner(onnx, lower, columns.upper, rows.ofUpper, columns.ofUpper));
        return onnx.cast(
                onnx.add(sum, onnx.scalar(DataType.FLOAT32, 0.5)), op.out().type());
    }

    private static Value corner(Onnx onnx, Value rows, Value columns, Value byRow, Value byColumn) {
        return onnx.mul(onnx.mul(onnx.gather(rows, columns, 2), byRow), byColumn);
    }

    /**
     * Between which pixels of the operand those of the result lie, along an axis of {@code [N,H,W,C]}.
     *
     * @param lower int64 {@code [out]}
     * @param upper int64 {@code [out]}
     * @param ofLower weights of the lower ones, float32, broadcast with {@code [N,H,W,C]}
     * @param ofUpper weights of the upper ones
     */
    private record Axis(Value lower, Value upper, Value ofLower, Value ofUpper) {
        static Axis of(TflOp op, Onnx onnx, int axis) {
            return Resizing.isKnown(op, axis) ? known(op, onnx, axis) : computed(op, onnx, axis);
        }

        private static Axis known(TflOp op, Onnx onnx, int axis) {
            long in = op.size(0, axis);
            int out = (int) op.longs(1)[axis - 1];
            boolean half = op.option(Tfl.HALF_PIXEL_CENTERS);
            float scale = op.option(Tfl.ALIGN_CORNERS) && out > 1 ? (in - 1) / (float) (out - 1) : in / (float) out;
            long[] lower = new long[out];
            long[] upper = new long[out];
            float[] ofLower = new float[out];
            float[] ofUpper = new float[out];
            for (int i = 0; i < out; i++) {
                float at = half ? (i + 0.5f) * scale - 0.5f : i * scale;
                lower[i] = Math.max((long) Math.floor(at), 0);
                upper[i] = Math.min((long) Math.ceil(at), in - 1);
                ofUpper[i] = at - lower[i];
                ofLower[i] = 1 - ofUpper[i];
            }
            Shape shape = axis == 1 ? Shape.of(out, 1, 1) : Shape.of(out, 1);
            return new Axis(
                    onnx.ints(lower),
                    onnx.ints(upper),
                    onnx.constant(Tensor.ofFloats(shape, ofLower)),
                    onnx.constant(Tensor.ofFloats(shape, ofUpper)));
        }

        private static Axis computed(TflOp op, Onnx onnx, int axis) {
            Value in = onnx.gather(onnx.shapeOf(op.raw(0)), onnx.ints(axis), 0);
            Value out = onnx.gather(op.int64(1), onnx.ints(axis - 1), 0);
            Value half = onnx.scalar(DataType.FLOAT32, op.option(Tfl.HALF_PIXEL_CENTERS) ? 0.5 : 0);
            Value steps = onnx.cast(Resizing.upTo(onnx, out), DataType.FLOAT32);
            Value scale = Resizing.Ratio.of(op, onnx, in, out).inSinglePrecision(onnx);
            Value at = onnx.sub(onnx.mul(onnx.add(steps, half), scale), half);
            Value lower = onnx.op("Max", onnx.cast(onnx.op("Floor", at), DataType.INT64), onnx.ints(0));
            Value next = onnx.cast(onnx.op("Ceil", at), DataType.INT64);
            Value upper = onnx.op("Min", next, onnx.sub(in, onnx.ints(1)));
            Value fraction = onnx.sub(at, onnx.cast(lower, DataType.FLOAT32));
            Value ofUpper = axis == 1 ? onnx.reshape(fraction, -1, 1, 1) : onnx.reshape(fraction, -1, 1);
            return new Axis(lower, upper, onnx.sub(onnx.scalar(DataType.FLOAT32, 1), ofUpper), ofUpper);
        }
    }
}
