package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.FlexOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The custom operator TFLite_Detection_PostProcess: box encodings {@code [1,N,≥4]}, class scores {@code [1,N,C]},
 * anchors {@code [N,4]} → boxes {@code [1,D,4]}, classes {@code [1,D]}, scores {@code [1,D]}, how many {@code [1]}. Of
 * equal scores the first goes first. Source: {@code kernels/detection_postprocess.cc}.
 */
final class DetectionPostProcess {
    private final Options options;
    private final float[] boxes;
    private final float[] scores;
    private final int count;
    private final int columns;

    private record Options(
            int maxDetections,
            int maxClasses,
            int perClass,
            boolean regular,
            Limits limits,
            int classes,
            double[] scales) {}

    private record Limits(float score, float overlap) {}

    private record Detection(int box, int column, float score) {}

    private DetectionPostProcess(TfliteCall call) {
        options = CustomOptions.flex(call, DetectionPostProcess::options);
        Array encodings = call.in(0);
        count = encodings.dim(1);
        columns = call.in(1).dim(2);
        scores = reals(call, 1);
        boxes = boxes(reals(call, 0), encodings.dim(2), reals(call, 2));
        int background = columns - options.classes;
        if (encodings.dim(0) != 1 || background < 0 || background > 1 || options.maxClasses <= 0) {
            throw new IllegalArgumentException(encodings + ", " + call.in(1) + " for " + options.classes + " classes");
        }
        if (!(options.limits.overlap > 0 && options.limits.overlap <= 1)) {
            throw new IllegalArgumentException("an overlap of " + options.limits.overlap);
        }
    }

    private static Options options(FlexOptions flex) {
        double[] scales = {
            flex.number("y_scale", 0), flex.number("x_scale", 0), flex.number("h_scale", 0), flex.number("w_scale", 0)
        };
        return new Options(
                (int) flex.integer("max_detections", 0),
                (int) flex.integer("max_classes_per_detection", 0),
                (int) flex.integer("detections_per_class", 100),
                flex.flag("use_regular_nms", false),
                new Limits(flex.number("nms_score_threshold", 0), flex.number("nms_iou_threshold", 0)),
                (int) flex.integer("num_classes", 0),
                scales);
    }

    static List<Array> run(TfliteCall call) {
        DetectionPostProcess process = new DetectionPostProcess(call);
        return process.options.regular ? process.regular() : process.fast();
    }

    private static float[] reals(TfliteCall call, int operand) {
        Array x = call.in(operand);
        if (x.type().isFloat()) {
            return x.floats();
        }
        int[] values = Integers.of(x, call.quant(operand).zeroPoint());
        float[] out = new float[values.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = call.quant(operand).scale() * values[i];
        }
        return out;
    }

    /** Two corners of each box: y, x, y, x. */
    private float[] boxes(float[] encodings, int width, float[] anchors) {
        float[] out = new float[4 * count];
        for (int b = 0; b < count; b++) {
            for (int axis = 0; axis < 2; axis++) {
                double size = anchors[4 * b + 2 + axis];
                float centre =
                        (float) (encodings[b * width + axis] / options.scales[axis] * size + anchors[4 * b + axis]);
                float half =
                        (float) (0.5 * Math.exp(encodings[b * width + 2 + axis] / options.scales[2 + axis]) * size);
                out[4 * b + axis] = centre - half;
                out[4 * b + 2 + axis] = centre + half;
                if (out[4 * b + axis] > out[4 * b + 2 + axis]) {
                    throw new IllegalArgumentException("box " + b + " ends before it begins");
                }
            }
        }
        return out;
    }

    private float score(int box, int category) {
        return scores[box * columns + columns - options.classes + category];
    }

    /** Each class for itself; the best of all classes stay. */
    private List<Array> regular() {
        List<Detection> all = new ArrayList<>();
        for (int category = 0; category < options.classes; category++) {
            int c = category;
            for (int box : suppressed(b -> score(b, c), Math.min(options.perClass, options.maxDetections))) {
                all.add(new Detection(box, c, score(box, c)));
            }
        }
        all.sort(Comparator.comparingDouble((Detection d) -> -d.score));
        List<Detection> best = all.subList(0, Math.min(all.size(), options.maxDetections));
        return results(best, best.size());
    }

    /** All classes compete: a box counts with its best score, and brings its best classes along. */
    private List<Array> fast() {
        int most = Math.min(options.maxClasses, options.classes);
        List<List<Integer>> ranked = new ArrayList<>();
        for (int box = 0; box < count; box++) {
            int b = box;
            ranked.add(IntStream.range(0, options.classes)
                    .boxed()
                    .sorted(Comparator.comparingDouble(c -> -score(b, c)))
                    .toList());
        }
        List<Detection> detections = new ArrayList<>();
        List<Integer> selected = suppressed(b -> score(b, ranked.get(b).get(0)), options.maxDetections);
        for (int box : selected) {
            for (int i = 0; i < options.maxClasses; i++) {
                int category = ranked.get(box).get(Math.min(i, most - 1));
                detections.add(i < most ? new Detection(box, category, score(box, category)) : new Detection(-1, 0, 0));
            }
        }
        return results(detections, selected.size());
    }

    private interface Score {
        float of(int box);
    }

    private List<Integer> suppressed(Score score, int most) {
        List<Integer> candidates = new ArrayList<>();
        for (int b = 0; b < count; b++) {
            if (score.of(b) >= options.limits.score) {
                candidates.add(b);
            }
        }
        candidates.sort(Comparator.comparingDouble(b -> -score.of(b)));
        List<Integer> selected = new ArrayList<>();
        for (int b : candidates) {
            if (selected.size() >= most) {
                break;
            }
            if (selected.stream().allMatch(s -> overlap(s, b) <= options.limits.overlap)) {
                selected.add(b);
            }
        }
        return selected;
    }

    private float overlap(int i, int j) {
        float one = extent(i, i, 0) * extent(i, i, 1);
        float other = extent(j, j, 0) * extent(j, j, 1);
        if (one <= 0 || other <= 0) {
            return 0;
        }
        float both = Math.max(extent(i, j, 0), 0) * Math.max(extent(i, j, 1), 0);
        return both / (one + other - both);
    }

    /** How long two boxes overlap on an axis. */
    private float extent(int i, int j, int axis) {
        return Math.min(boxes[4 * i + 2 + axis], boxes[4 * j + 2 + axis])
                - Math.max(boxes[4 * i + axis], boxes[4 * j + axis]);
    }

    private List<Array> results(List<Detection> detections, int found) {
        int slots = options.maxDetections * options.maxClasses;
        float[] corners = new float[4 * slots];
        float[] classes = new float[slots];
        float[] best = new float[slots];
        for (int i = 0; i < detections.size(); i++) {
            Detection d = detections.get(i);
            if (d.box >= 0) {
                System.arraycopy(boxes, 4 * d.box, corners, 4 * i, 4);
                classes[i] = d.column;
                best[i] = d.score;
            }
        }
        return List.of(
                new Array(DataType.FLOAT32, new int[] {1, slots, 4}, corners),
                new Array(DataType.FLOAT32, new int[] {1, slots}, classes),
                new Array(DataType.FLOAT32, new int[] {1, slots}, best),
                new Array(DataType.FLOAT32, new int[] {1}, new float[] {found}));
    }
}
