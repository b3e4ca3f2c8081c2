package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;

/**
 * Choosing the best of boxes that overlap.
 *
 * <p>Operands: boxes {@code [n,4]} (two opposite corners y, x, y, x), scores {@code [n]}, most boxes, overlap threshold,
 * score threshold, for V5 the sigma of soft suppression. Results: chosen indices {@code [most]}, for V5 their scores
 * {@code [most]}, how many. What is not used is 0.
 *
 * <p>Source: {@code kernels/non_max_suppression.cc} and {@code internal/reference/non_max_suppression.h}: a box falls if
 * its overlap is at least the threshold, and counts if its score is above its threshold. ONNX NonMaxSuppression-11 wants
 * the overlap to be greater, so it is given the next lower threshold.
 */
final class Suppression {
    /** The product with it is the next lower float, for positive floats that are not denormal. */
    private static final float JUST_BELOW_ONE = Math.nextDown(1f);

    private final TflOp op;
    private final Onnx onnx;
    private final Value most;

    private Suppression(TflOp op, Onnx onnx) {
        this.op = op;
        this.onnx = onnx;
        this.most = onnx.reshape(op.int64(2), 1);
    }

    /** Chosen indices and how many. */
    static List<Value> v4(TflOp op, Onnx onnx) {
        Suppression nms = new Suppression(op, onnx);
        Value chosen = nms.hard();
        return List.of(nms.filled(onnx.cast(chosen, DataType.INT32)), nms.count(chosen));
    }

    /** Chosen indices, their scores and how many. */
    static List<Value> v5(TflOp op, Onnx onnx) {
        Suppression nms = new Suppression(op, onnx);
        boolean hard = op.constant(5).map(t -> t.toDoubles()[0] <= 0).orElse(false);
        if (!hard) {
            List<Value> chosen = nms.soft();
            Value index = chosen.get(0);
            return List.of(nms.filled(onnx.cast(index, DataType.INT32)), nms.filled(chosen.get(1)), nms.count(index));
        }
        Value chosen = nms.hard();
        Value scores = onnx.gather(op.in(1), chosen, 0);
        return List.of(nms.filled(onnx.cast(chosen, DataType.INT32)), nms.filled(scores), nms.count(chosen));
    }

    /** The indices by NonMaxSuppression, int64. */
    private Value hard() {
        Value overlap = onnx.reshape(op.in(3), 1);
        Value below = op.constant(3)
                .map(t -> onnx.constant(
                        Tensor.ofFloats(Shape.of(1), Math.max(0, Math.nextDown((float) t.toDoubles()[0])))))
                .orElseGet(() -> onnx.mul(overlap, onnx.scalar(DataType.FLOAT32, JUST_BELOW_ONE)));
        Value selected = onnx.op(
                "NonMaxSuppression",
                onnx.unsqueeze(op.in(0), 0),
                onnx.unsqueeze(op.in(1), 0, 1),
                limit(overlap),
                below,
                onnx.reshape(op.in(4), 1));
        return onnx.gather(selected, onnx.constant(Tensor.scalar(DataType.INT64, 2)), 1);
    }

    /** How many boxes there may be: of those that may not even touch, one. */
    private Value limit(Value overlap) {
        if (op.constant(3).map(t -> t.toDoubles()[0] > 0).orElse(false)) {
            return most;
        }
        Value touching = onnx.op("Greater", overlap, onnx.scalarLike(overlap, 0));
        return onnx.where(touching, most, onnx.op("Min", most, onnx.ints(1)));
    }

    /** As many as were asked for. */
    private Value filled(Value chosen) {
        Value more = Extents.filled(onnx, chosen.type(), 0, most);
        return onnx.op("Slice", onnx.concat(0, chosen, more), onnx.ints(0), most, onnx.ints(0));
    }

    private Value count(Value chosen) {
        return onnx.cast(onnx.squeeze(onnx.shapeOf(chosen), 0), DataType.INT32);
    }

    /**
     * One box per turn of a Loop: that of the highest score, after which the scores of the boxes that overlap it by less
     * than the threshold shrink by {@code exp(−overlap² / 2σ)}, and the others fall.
     *
     * @return indices, int64, and their scores
     */
    private List<Value> soft() {
        Value sigma = onnx.reshape(op.in(5));
        Value shrink = onnx.div(onnx.scalar(DataType.FLOAT32, -0.5), sigma);
        Value decay =
                onnx.where(onnx.op("Greater", sigma, onnx.scalarLike(sigma, 0)), shrink, onnx.scalarLike(sigma, 0));
        Value threshold = onnx.reshape(op.in(4));
        Corners all = corners(onnx, op.in(0));
        Graph body = onnx.graph().nested(onnx.base() + "/body");
        body.input(ValueInfo.of(onnx.base() + "/turn", DataType.INT64, Shape.SCALAR));
        body.input(ValueInfo.of(onnx.base() + "/go", DataType.BOOL, Shape.SCALAR));
        Value scores = body.input(
                ValueInfo.of(onnx.base() + "/scores", DataType.FLOAT32, op.in(1).shape()));
        Onnx in = onnx.into(body);
        Value best = in.op("ArgMax", Attributes.of(OnnxOps.AXIS, 0L).with(OnnxOps.KEEPDIMS, 0L), scores);
        Value score = in.gather(scores, best, 0);
        Value overlap = overlap(in, all, all.at(in, best));
        Value weight = in.op("Exp", in.mul(decay, in.mul(overlap, overlap)));
        Value falls = in.op("GreaterOrEqual", overlap, in.reshape(op.in(3)));
        Value next = in.where(falls, in.scalar(DataType.FLOAT32, Float.NEGATIVE_INFINITY), in.mul(scores, weight));
        body.setOutputs(List.of(above(in, next, threshold), next, best, score));
        Value start = above(onnx, op.in(1), threshold);
        List<Value> results =
                onnx.ops("Loop", Attributes.of(OnnxOps.BODY, body), 3, onnx.reshape(most), start, op.in(1));
        return results.subList(1, 3);
    }

    private static Value above(Onnx onnx, Value scores, Value threshold) {
        return onnx.op("Greater", onnx.reduce("ReduceMax", scores, false, 0), threshold);
    }

    /** Low and high corners {@code [n,2]} or {@code [2]} and areas {@code [n]} or a scalar. */
    private record Corners(Value low, Value high, Value area) {
        Corners at(Onnx onnx, Value index) {
            return new Corners(onnx.gather(low, index, 0), onnx.gather(high, index, 0), onnx.gather(area, index, 0));
        }
    }

    private static Corners corners(Onnx onnx, Value boxes) {
        List<Value> pair = onnx.split(boxes, 1, 2, 2);
        Value low = onnx.op("Min", pair.get(0), pair.get(1));
        Value high = onnx.op("Max", pair.get(0), pair.get(1));
        return new Corners(low, high, product(onnx, onnx.sub(high, low)));
    }

    private static Value product(Onnx onnx, Value sides) {
        List<Value> pair = onnx.split(sides, 1, 1, 1);
        return onnx.squeeze(onnx.mul(pair.get(0), pair.get(1)), 1);
    }

    /** Intersection over union of all boxes with one; 0 if either has no area. */
    private static Value overlap(Onnx onnx, Corners all, Corners one) {
        Value sides = onnx.sub(onnx.op("Min", all.high, one.high), onnx.op("Max", all.low, one.low));
        Value zero = onnx.scalarLike(sides, 0);
        Value common = product(onnx, onnx.op("Max", sides, zero));
        Value union = onnx.sub(onnx.add(all.area, one.area), common);
        Value solid = onnx.op("Greater", onnx.op("Min", all.area, one.area), zero);
        return onnx.where(solid, onnx.div(common, union), zero);
    }
}
