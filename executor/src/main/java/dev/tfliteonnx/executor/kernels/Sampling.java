package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Key;
import java.util.Arrays;

/**
 * Elements at places between indices. Source: GridSample-20 (and 16 under its older mode names), RoiAlign-16.
 */
final class Sampling {
    private static final Key<String> MODE = Key.ofString("mode");
    private static final Key<String> PADDING = Key.ofString("padding_mode");
    private static final Key<Long> ALIGN_CORNERS = Key.ofInt("align_corners");
    private static final Key<String> COORDINATES = Key.ofString("coordinate_transformation_mode");
    private static final Key<Long> OUTPUT_HEIGHT = Key.ofInt("output_height");
    private static final Key<Long> OUTPUT_WIDTH = Key.ofInt("output_width");
    private static final Key<Long> SAMPLING_RATIO = Key.ofInt("sampling_ratio");
    private static final Key<Float> SPATIAL_SCALE = Key.ofFloat("spatial_scale");
    private static final double CUBIC_A = -0.75;

    /** The neighbours of a place along one axis; index −1 stands for zero. */
    private static final class Neighbours {
        private final int[] index;
        private final double[] weight;

        Neighbours(int[] index, double[] weight) {
            this.index = index;
            this.weight = weight;
        }
    }

    private Sampling() {}

    /** GridSample: x [N, C, D..., W], grid [N, d..., k] in −1 … 1, last axis first → [N, C, d...]. */
    static Array gridSample(Call call) {
        Array x = call.in(0);
        Array grid = call.in(1);
        int k = x.rank() - 2;
        int[] spatial = Dims.slice(x.dims(), 2, x.rank());
        int points = Dims.count(grid.dims(), 1, grid.rank() - 1);
        int size = Dims.count(spatial);
        int channels = x.dim(1);
        double[] in = x.doubles();
        double[] places = grid.doubles();
        double[] out = new double[x.dim(0) * channels * points];
        for (int p = 0; p < x.dim(0) * points; p++) {
            Neighbours[] near = new Neighbours[k];
            for (int axis = 0; axis < k; axis++) {
                near[axis] = neighbours(call, places[p * k + k - 1 - axis], spatial[axis]);
            }
            for (int c = 0; c < channels; c++) {
                int plane = p / points * channels + c;
                out[plane * points + p % points] = weighted(in, plane * size, spatial, near, 0);
            }
        }
        int[] head = {x.dim(0), channels};
        return Array.ofDoubles(x.type(), Dims.concat(head, Dims.slice(grid.dims(), 1, grid.rank() - 1)), out);
    }

    private static double weighted(double[] in, int at, int[] dims, Neighbours[] near, int axis) {
        if (axis == dims.length) {
            return in[at];
        }
        int stride = Dims.count(dims, axis + 1, dims.length);
        double sum = 0;
        for (int i = 0; i < near[axis].index.length; i++) {
            int index = near[axis].index[i];
            if (index >= 0 && near[axis].weight[i] != 0) {
                sum += near[axis].weight[i] * weighted(in, at + index * stride, dims, near, axis + 1);
            }
        }
        return sum;
    }

    private static Neighbours neighbours(Call call, double normal, int size) {
        boolean corners = call.flag(ALIGN_CORNERS);
        String padding = call.option(PADDING, "zeros");
        double low = corners ? 0 : -0.5;
        double high = corners ? size - 1 : size - 0.5;
        double place = corners ? (normal + 1) / 2 * (size - 1) : ((normal + 1) * size - 1) / 2;
        String mode = call.option(MODE, "linear");
        place = mode.equals("nearest") ? Math.rint(place) : place;
        if (place < low || place > high) {
            place = switch (padding) {
                case "border" -> Math.max(0, Math.min(size - 1, place));
                case "reflection" -> reflect(place, low, high);
                default -> place;
            };
        }
        int floor = (int) Math.floor(place);
        double ratio = place - floor;
        double[] weights =
                switch (mode) {
                    case "nearest" -> new double[] {1};
                    case "bicubic", "cubic" ->
                        new double[] {
                            Resizing.cubic(1 + ratio, CUBIC_A),
                            Resizing.cubic(ratio, CUBIC_A),
                            Resizing.cubic(1 - ratio, CUBIC_A),
                            Resizing.cubic(2 - ratio, CUBIC_A)
                        };
                    default -> new double[] {1 - ratio, ratio};
                };
        int first = weights.length == 1 ? (int) Math.rint(place) : weights.length == 4 ? floor - 1 : floor;
        int[] index = new int[weights.length];
        Arrays.setAll(index, i -> index(first + i, size, padding, low, high));
        return new Neighbours(index, weights);
    }

    private static int index(int i, int size, String padding, double low, double high) {
        if (i >= 0 && i < size) {
            return i;
        }
        return switch (padding) {
            case "border" -> Math.max(0, Math.min(size - 1, i));
            case "reflection" -> Math.max(0, Math.min(size - 1, (int) reflect(i, low, high)));
            default -> -1;
        };
    }

    private static double reflect(double place, double low, double high) {
        double range = high - low;
        if (range == 0) {
            return low;
        }
        double distance = place < low ? low - place : place - high;
        long turns = (long) (distance / range);
        double rest = distance - turns * range;
        boolean fromLow = place < low == (turns % 2 == 0);
        return fromLow ? low + rest : high - rest;
    }

    /** RoiAlign: x [N, C, H, W], rois [R, 4] as x1, y1, x2, y2, batch [R] → [R, C, output_height, output_width]. */
    static Array roiAlign(Call call) {
        Array x = call.in(0);
        double[] rois = call.in(1).doubles();
        int[] batches = call.in(2).ints();
        int height = call.option(OUTPUT_HEIGHT, 1);
        int width = call.option(OUTPUT_WIDTH, 1);
        boolean half = call.option(COORDINATES, "half_pixel").equals("half_pixel");
        float scale = call.option(SPATIAL_SCALE, 1f);
        int channels = x.dim(1);
        int[] dims = {batches.length, channels, height, width};
        double[] out = new double[Dims.count(dims)];
        for (int r = 0; r < batches.length; r++) {
            double[] box = new double[4];
            for (int i = 0; i < 4; i++) {
                box[i] = rois[4 * r + i] * scale - (half ? 0.5 : 0);
            }
            double[] bin = {
                (half ? box[3] - box[1] : Math.max(1, box[3] - box[1])) / height,
                (half ? box[2] - box[0] : Math.max(1, box[2] - box[0])) / width
            };
            for (int i = 0; i < channels * height * width; i++) {
                int plane = (batches[r] * channels + i / (height * width)) * x.dim(2) * x.dim(3);
                double top = box[1] + i / width % height * bin[0];
                double left = box[0] + i % width * bin[1];
                out[r * channels * height * width + i] =
                        pooled(call, x, plane, new double[] {top, left, bin[0], bin[1]});
            }
        }
        return Array.ofDoubles(x.type(), dims, out);
    }

    private static double pooled(Call call, Array x, int plane, double[] bin) {
        int ratio = call.option(SAMPLING_RATIO, 0);
        int rows = ratio > 0 ? ratio : (int) Math.ceil(bin[2]);
        int columns = ratio > 0 ? ratio : (int) Math.ceil(bin[3]);
        boolean max = call.option(MODE, "avg").equals("max");
        float[] in = x.floats();
        double result = max ? Double.NEGATIVE_INFINITY : 0;
        for (int i = 0; i < rows * columns; i++) {
            double y = bin[0] + (i / columns + 0.5) * bin[2] / rows;
            double z = bin[1] + (i % columns + 0.5) * bin[3] / columns;
            double[] parts = corners(in, plane, x.dims(), y, z);
            double sum = parts[0] + parts[1] + parts[2] + parts[3];
            double most = Math.max(Math.max(parts[0], parts[1]), Math.max(parts[2], parts[3]));
            result = max ? Math.max(result, most) : result + sum;
        }
        return max ? result : result / Math.max(1, rows * columns);
    }

    /** The four neighbours of a place, each times its weight; pooling by max takes the greatest of these products. */
    private static double[] corners(float[] in, int plane, int[] dims, double y, double x) {
        int height = dims[2];
        int width = dims[3];
        if (y < -1 || y > height || x < -1 || x > width) {
            return new double[4];
        }
        double cy = Math.max(0, Math.min(height - 1, y));
        double cx = Math.max(0, Math.min(width - 1, x));
        int top = (int) cy;
        int left = (int) cx;
        int bottom = Math.min(height - 1, top + 1);
        int right = Math.min(width - 1, left + 1);
        double fy = cy - top;
        double fx = cx - left;
        return new double[] {
            (1 - fy) * (1 - fx) * in[plane + top * width + left],
            (1 - fy) * fx * in[plane + top * width + right],
            fy * (1 - fx) * in[plane + bottom * width + left],
            fy * fx * in[plane + bottom * width + right]
        };
    }
}
