package dev.tfliteonnx.handlers;

import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.tfl.FlexOptions;
import java.util.List;

/**
 * The custom operator TFLite_Detection_PostProcess: decodes boxes of a detector and keeps the best that do not overlap.
 *
 * <p>Operands: box encodings {@code [1,N,≥4]} (y, x, h, w relative to anchors), class scores {@code [1,N,C]}, anchors
 * {@code [N,4]} (centre y, centre x, h, w). Results: boxes {@code [1,D,4]} (y, x, y, x of two corners), classes
 * {@code [1,D]}, scores {@code [1,D]}, how many {@code [1]}, all float32; D = max_detections ·
 * max_classes_per_detection, whatever shapes the file gives. What is not used is 0.
 *
 * <p>Source: {@code kernels/detection_postprocess.cc}: a score passes if it is at least its threshold, a box falls if
 * it overlaps by more than its threshold, of equal scores the first goes first. ONNX NonMaxSuppression-11, whose score
 * test is strict, so that it is given the next lower threshold.
 */
final class DetectionPostProcess {
    private static final class Options {
        private final long maxDetections;
        private final long maxClasses;
        private final long perClass;
        private final boolean regular;
        private final float scoreThreshold;
        private final float overlapThreshold;
        private final long classes;
        private final Tensor centreScales;
        private final Tensor sizeScales;

        Options(FlexOptions flex) {
            maxDetections = flex.integer("max_detections", 0);
            maxClasses = flex.integer("max_classes_per_detection", 0);
            perClass = flex.integer("detections_per_class", 100);
            regular = flex.flag("use_regular_nms", false);
            scoreThreshold = flex.number("nms_score_threshold", 0);
            overlapThreshold = flex.number("nms_iou_threshold", 0);
            classes = flex.integer("num_classes", 0);
            centreScales = Tensor.ofFloats(Shape.of(2), flex.number("y_scale", 0), flex.number("x_scale", 0));
            sizeScales = Tensor.ofFloats(Shape.of(2), flex.number("h_scale", 0), flex.number("w_scale", 0));
        }

        boolean isSound() {
            return maxDetections > 0
                    && maxClasses > 0
                    && maxDetections <= Tensor.SMALL
                    && maxClasses <= Tensor.SMALL / maxDetections
                    && perClass > 0
                    && classes > 0;
        }

        long slots() {
            return maxDetections * maxClasses;
        }
    }

    private final TflOp op;
    private final Onnx onnx;
    private final Options options;

    private DetectionPostProcess(TflOp op, Onnx onnx, Options options) {
        this.op = op;
        this.onnx = onnx;
        this.options = options;
    }

    /** Expresses the operator. */
    static List<Value> lower(TflOp op, Onnx onnx) {
        Options options = CustomOptions.flex(op, Options::new);
        if (!options.isSound()) {
            String reason = "its options contradict each other: max_detections = " + options.maxDetections
                    + ", max_classes_per_detection = " + options.maxClasses + ", detections_per_class = "
                    + options.perClass + ", num_classes = " + options.classes;
            throw op.refuse(DiagnosticCode.INVALID_MODEL, reason, "");
        }
        return new DetectionPostProcess(op, onnx, options).detect();
    }

    private List<Value> detect() {
        long background = op.size(1, 2) - options.classes;
        if (background < 0 || background > 1) {
            String reason = op.size(1, 2) + " columns of scores do not fit " + options.classes + " classes";
            throw op.refuse(DiagnosticCode.INVALID_MODEL, reason, "");
        }
        Value scores = background == 0 ? op.in(1) : part(op.in(1), 2, background, background + options.classes);
        return options.regular ? regular(boxes(), scores) : fast(boxes(), scores);
    }

    /** Two corners of each box, {@code [1,N,4]}: centre and half size in double precision, as the kernel has them. */
    private Value boxes() {
        Value at = onnx.div(wide(part(op.in(0), 2, 0, 2)), wide(onnx.constant(options.centreScales)));
        Value extent = onnx.div(wide(part(op.in(0), 2, 2, 4)), wide(onnx.constant(options.sizeScales)));
        Value size = wide(part(op.in(2), 1, 2, 4));
        Value centre = onnx.add(onnx.mul(at, size), wide(part(op.in(2), 1, 0, 2)));
        Value half = onnx.mul(onnx.mul(onnx.op("Exp", extent), onnx.scalar(DataType.FLOAT64, 0.5)), size);
        Value from = onnx.cast(centre, DataType.FLOAT32);
        Value by = onnx.cast(half, DataType.FLOAT32);
        return onnx.concat(2, onnx.sub(from, by), onnx.add(from, by));
    }

    private Value wide(Value x) {
        return onnx.cast(x, DataType.FLOAT64);
    }

    /** All classes compete: a box counts with its best score, and brings its best classes along. */
    private List<Value> fast(Value boxes, Value scores) {
        Value best = onnx.reduce("ReduceMax", scores, false, 2);
        Value selected = suppressed(boxes, onnx.unsqueeze(best, 1), options.maxDetections);
        Value index = onnx.gather(selected, onnx.constant(Tensor.scalar(DataType.INT64, 2)), 1);
        Value rows = onnx.gather(onnx.squeeze(bestClasses(boxes, scores), 0), index, 0);
        Shape empty = Shape.of(options.maxDetections, options.maxClasses, 6);
        Value padded = onnx.concat(0, rows, onnx.constant(Tensor.splat(DataType.FLOAT32, empty, 0)));
        return results(part(padded, 0, 0, options.maxDetections), onnx.shapeOf(index));
    }

    /**
     * Rows of box, class and score for the best classes of every box, {@code [1,N,classes,6]}. They are sought before
     * boxes are chosen: ONNX Runtime's TopK does not survive to be given none.
     */
    private Value bestClasses(Value boxes, Value scores) {
        long k = Math.min(options.maxClasses, options.classes);
        List<Value> top = onnx.ops("TopK", Attributes.of(OnnxOps.AXIS, 2L), 2, scores, onnx.ints(k));
        Value box = onnx.unsqueeze(boxes, 2);
        Value rows = onnx.concat(
                3,
                k == 1 ? box : onnx.op("Tile", box, onnx.ints(1, 1, k, 1)),
                onnx.unsqueeze(onnx.cast(top.get(1), DataType.FLOAT32), 3),
                onnx.unsqueeze(top.get(0), 3));
        long missing = options.maxClasses - k;
        return missing == 0 ? rows : onnx.op("Pad", rows, onnx.ints(0, 0, 0, 0, 0, 0, missing, 0));
    }

    /** Each class for itself; the best of all classes stay. */
    private List<Value> regular(Value boxes, Value scores) {
        Value byClass = onnx.transpose(scores, 0, 2, 1);
        Value selected = suppressed(boxes, byClass, Math.min(options.perClass, options.maxDetections));
        Value score = onnx.op("GatherND", byClass, selected);
        Value index = onnx.gather(selected, onnx.constant(Tensor.scalar(DataType.INT64, 2)), 1);
        Value rows = onnx.concat(
                1,
                onnx.gather(onnx.squeeze(boxes, 0), index, 0),
                onnx.cast(part(selected, 1, 1, 2), DataType.FLOAT32),
                onnx.unsqueeze(score, 1));
        long n = options.maxDetections;
        // as many empty rows as can be missing, which rank behind all others
        Value padded = onnx.concat(0, rows, onnx.constant(Tensor.splat(DataType.FLOAT32, Shape.of(n, 6), 0)));
        Tensor lowest = Tensor.splat(DataType.FLOAT32, Shape.of(n), Float.NEGATIVE_INFINITY);
        Value rank = onnx.concat(0, score, onnx.constant(lowest));
        Value order = onnx.ops("TopK", Attributes.of(OnnxOps.AXIS, 0L), 2, rank, onnx.ints(n))
                .get(1);
        Value sorted = onnx.gather(padded, order, 0);
        if (options.slots() > n) {
            Shape unused = Shape.of(options.slots() - n, 6);
            sorted = onnx.concat(0, sorted, onnx.constant(Tensor.splat(DataType.FLOAT32, unused, 0)));
        }
        return results(sorted, onnx.op("Min", onnx.shapeOf(index), onnx.ints(n)));
    }

    /** The chosen of {@code [1,N,4]} boxes by {@code [1,classes,N]} scores, as {@code [k,3]}: batch, class, box. */
    private Value suppressed(Value boxes, Value scores, long most) {
        return onnx.op(
                "NonMaxSuppression",
                boxes,
                scores,
                onnx.ints(most),
                onnx.constant(Tensor.ofFloats(Shape.of(1), options.overlapThreshold)),
                onnx.constant(Tensor.ofFloats(Shape.of(1), Math.nextDown(options.scoreThreshold))));
    }

    /** Cuts {@code [D,6]} rows of box, class and score apart. */
    private List<Value> results(Value rows, Value count) {
        List<Value> parts = onnx.split(onnx.reshape(rows, 1, options.slots(), 6), 2, 4, 1, 1);
        return List.of(
                parts.get(0),
                onnx.squeeze(parts.get(1), 2),
                onnx.squeeze(parts.get(2), 2),
                onnx.cast(count, DataType.FLOAT32));
    }

    private Value part(Value x, int axis, long from, long to) {
        boolean whole = from == 0 && x.shape().isRanked() && x.shape().dim(axis).is(to);
        return whole ? x : onnx.slice(x, new long[] {from}, new long[] {to}, new long[] {axis}, new long[] {1});
    }
}
