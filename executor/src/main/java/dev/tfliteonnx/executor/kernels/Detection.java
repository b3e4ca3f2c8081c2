package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Choosing among boxes. Source: NonMaxSuppression-11. */
final class Detection {
    private static final Key<Long> CENTER_POINT_BOX = Key.ofInt("center_point_box");

    private Detection() {}

    /**
     * NonMaxSuppression: boxes [N, B, 4], scores [N, C, B] → [picked, 3] of batch, class, box; in every class the boxes
     * with the highest scores that do not overlap one picked before by more than a threshold.
     */
    static Array nonMaxSuppression(Call call) {
        Array boxes = call.in(0);
        Array scores = call.in(1);
        long most = call.optional(2).map(Array::integer).orElse(0L);
        double overlap = call.optional(3).map(Array::real).orElse(0.0);
        double least = call.optional(4).map(Array::real).orElse(Double.NEGATIVE_INFINITY);
        double[] corners = corners(boxes, call.flag(CENTER_POINT_BOX));
        double[] score = scores.doubles();
        int n = boxes.dim(1);
        List<long[]> picked = new ArrayList<>();
        for (int row = 0; row < scores.dim(0) * scores.dim(1); row++) {
            int batch = row / scores.dim(1);
            int from = row * n;
            List<Integer> ranked = new ArrayList<>();
            for (int b = 0; b < n; b++) {
                if (score[from + b] > least) {
                    ranked.add(b);
                }
            }
            ranked.sort(Comparator.comparingDouble(b -> -score[from + b]));
            List<Integer> kept = new ArrayList<>();
            for (int b : ranked) {
                boolean free = kept.stream()
                        .noneMatch(k -> intersectionOverUnion(corners, batch * n + k, batch * n + b) > overlap);
                if (kept.size() < most && free) {
                    kept.add(b);
                    picked.add(new long[] {batch, row % scores.dim(1), b});
                }
            }
        }
        long[] out = picked.stream().flatMapToLong(java.util.Arrays::stream).toArray();
        return Array.ofLongs(DataType.INT64, new int[] {picked.size(), 3}, out);
    }

    /** Boxes as least and greatest coordinates. */
    private static double[] corners(Array boxes, boolean centred) {
        double[] in = boxes.doubles();
        double[] out = new double[in.length];
        for (int i = 0; i < in.length; i += 4) {
            for (int axis = 0; axis < 2; axis++) {
                double a = centred ? in[i + axis] - in[i + axis + 2] / 2 : in[i + axis];
                double b = centred ? in[i + axis] + in[i + axis + 2] / 2 : in[i + axis + 2];
                out[i + axis] = Math.min(a, b);
                out[i + axis + 2] = Math.max(a, b);
            }
        }
        return out;
    }

    private static double intersectionOverUnion(double[] c, int first, int second) {
        int a = 4 * first;
        int b = 4 * second;
        double h = Math.min(c[a + 2], c[b + 2]) - Math.max(c[a], c[b]);
        double w = Math.min(c[a + 3], c[b + 3]) - Math.max(c[a + 1], c[b + 1]);
        if (h <= 0 || w <= 0) {
            return 0;
        }
        double one = (c[a + 2] - c[a]) * (c[a + 3] - c[a + 1]);
        double other = (c[b + 2] - c[b]) * (c[b + 3] - c[b + 1]);
        return one <= 0 || other <= 0 ? 0 : h * w / (one + other - h * w);
    }
}
