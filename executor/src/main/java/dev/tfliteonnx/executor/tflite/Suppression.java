package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Boxes with the highest scores that do not overlap one another. Source: {@code kernels/non_max_suppression.cc}, {@code
 * kernels/internal/reference/non_max_suppression.h}.
 */
final class Suppression {
    private record Candidate(int box, float score, int compared) {}

    private Suppression() {}

    /**
     * NON_MAX_SUPPRESSION_V4 and V5: boxes [n, 4], scores [n], most, overlap, least score and, in V5, the sigma of soft
     * suppression → indices [most], in V5 scores [most], count.
     */
    static List<Array> run(TfliteCall call, boolean soft) {
        int most = Math.toIntExact(call.in(2).integer());
        float overlap = (float) call.in(3).real();
        float least = (float) call.in(4).real();
        float sigma = soft ? (float) call.in(5).real() : 0;
        List<Candidate> picked =
                pick(call.in(0).floats(), call.in(1).floats(), new float[] {most, overlap, least, sigma});
        long[] indices = new long[most];
        float[] scores = new float[most];
        for (int i = 0; i < picked.size(); i++) {
            indices[i] = picked.get(i).box;
            scores[i] = picked.get(i).score;
        }
        Array chosen = Array.ofLongs(DataType.INT32, new int[] {most}, indices);
        Array count = Array.ofLongs(DataType.INT32, new int[0], picked.size());
        return soft
                ? List.of(chosen, Array.ofFloats(DataType.FLOAT32, new int[] {most}, scores), count)
                : List.of(chosen, count);
    }

    /**
     * The boxes in the order that they are picked.
     *
     * @param limits the most boxes, the overlap from which on a box is dropped, the score that must be passed, sigma
     */
    private static List<Candidate> pick(float[] boxes, float[] scores, float[] limits) {
        PriorityQueue<Candidate> queue = new PriorityQueue<>(
                Comparator.comparingDouble((Candidate c) -> -c.score).thenComparingInt(Candidate::box));
        for (int i = 0; i < scores.length; i++) {
            if (scores[i] > limits[2]) {
                queue.add(new Candidate(i, scores[i], 0));
            }
        }
        int wanted = Math.min(queue.size(), (int) limits[0]);
        float decay = limits[3] > 0 ? (float) (-0.5 / limits[3]) : 0;
        List<Candidate> picked = new ArrayList<>();
        while (picked.size() < wanted && !queue.isEmpty()) {
            Candidate next = queue.remove();
            float score = next.score;
            boolean dropped = false;
            for (int j = picked.size() - 1; j >= next.compared && !dropped && score > limits[2]; j--) {
                float iou = intersectionOverUnion(boxes, next.box, picked.get(j).box);
                dropped = iou >= limits[1];
                score = dropped || limits[3] <= 0 ? score : score * (float) Math.exp(decay * iou * iou);
            }
            if (!dropped && score == next.score) {
                picked.add(next);
            } else if (!dropped && score > limits[2]) {
                queue.add(new Candidate(next.box, score, picked.size()));
            }
        }
        return picked;
    }

    private static float intersectionOverUnion(float[] boxes, int first, int second) {
        float[] a = corners(boxes, first);
        float[] b = corners(boxes, second);
        float one = (a[2] - a[0]) * (a[3] - a[1]);
        float other = (b[2] - b[0]) * (b[3] - b[1]);
        if (one <= 0 || other <= 0) {
            return 0;
        }
        float height = Math.max(Math.min(a[2], b[2]) - Math.max(a[0], b[0]), 0);
        float width = Math.max(Math.min(a[3], b[3]) - Math.max(a[1], b[1]), 0);
        return height * width / (one + other - height * width);
    }

    private static float[] corners(float[] boxes, int box) {
        float[] out = new float[4];
        for (int i = 0; i < 2; i++) {
            out[i] = Math.min(boxes[4 * box + i], boxes[4 * box + i + 2]);
            out[i + 2] = Math.max(boxes[4 * box + i], boxes[4 * box + i + 2]);
        }
        return out;
    }
}
