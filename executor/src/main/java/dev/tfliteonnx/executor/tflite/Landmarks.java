package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.FlexOptions;
import java.util.Arrays;
import java.util.List;

/** Landmarks and the matrices that bring a crop of an image upright; custom operators of MediaPipe. */
final class Landmarks {
    private Landmarks() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("TransformLandmarks", call -> List.of(transformLandmarks(call)))
                .custom("Landmarks2TransformMatrix", call -> List.of(toTransformMatrix(call)));
    }

    /**
     * Landmarks {@code [1,h,w,k·d]} (version 1) or {@code [1,k,d]} (version 2) and a matrix of 16 elements → landmarks
     * with x and y transformed; a third coordinate stays. Version 1 scales the translation. Source: {@code
     * util/tflite/operations/transform_landmarks.cc}.
     */
    static Array transformLandmarks(TfliteCall call) {
        boolean second = Warping.isSecond(call);
        int d = second ? call.in(0).dim(2) : CustomOptions.flex(call, o -> (int) o.integer("dimensions", 0));
        float scale = second ? 1 : CustomOptions.flex(call, o -> o.number("scale", 0));
        if ((d != 2 && d != 3) || scale == 0) {
            throw new IllegalArgumentException(d + " dimensions, a scale of " + scale);
        }
        float[] m = call.in(1).floats();
        float[] in = call.in(0).floats();
        float[] y = in.clone();
        for (int i = 0; i + d <= y.length; i += d) {
            y[i] = m[0] * in[i] + m[1] * in[i + 1] + m[3] * scale;
            y[i + 1] = m[4] * in[i] + m[5] * in[i + 1] + m[7] * scale;
        }
        return new Array(DataType.FLOAT32, call.in(0).dims(), y);
    }

    /**
     * Landmarks of three dimensions → the matrix {@code [1,4,4]} that takes the pixels of an upright crop around some
     * of them to places in the image. Two of them say which way is level. Source: {@code
     * util/tflite/operations/landmarks_to_transform_matrix.cc}; the kernel multiplies matrices of shifts, turns and
     * scales, here is their product.
     */
    static Array toTransformMatrix(TfliteCall call) {
        float[] points = call.in(0).floats();
        float[] matrix =
                CustomOptions.flex(call, o -> Warping.isSecond(call) ? fromTarget(points, o) : fromLevel(points, o));
        return new Array(DataType.FLOAT32, new int[] {1, 4, 4}, matrix);
    }

    /** Version 1: results in relative coordinates of the input image. */
    private static float[] fromLevel(float[] points, FlexOptions o) {
        long[] in = o.integers("input_hw");
        long[] out = o.integers("output_hw");
        double range = o.integer("landmarks_range", 0);
        float multiplier = o.number("bbox_size_multiplier", 0);
        require(in.length == 2 && out.length == 2 && range > 0 && multiplier != 0 && o.integer("dimensions", 0) == 3);
        double[] delta = delta(points, o);
        Crop crop = Crop.of(points, o.integers("subset"), -Math.atan(delta[1] / delta[0]));
        float[] matrix = identity();
        for (int row = 0; row < 2; row++) {
            double half = (in[1 - row] - 1) / 2.0;
            double corner = 0;
            for (int column = 0; column < 2; column++) {
                double side = crop.turnBack(row, column) * crop.size[column] * multiplier / range;
                matrix[4 * row + column] = (float) (half * side * 2 / (out[1 - column] - 1));
                corner -= side;
            }
            matrix[4 * row + 3] = (float) (half * (corner + crop.middle[row] / range * 2));
        }
        return matrix;
    }

    /** Version 2: results in the landmarks' own coordinates. */
    private static float[] fromTarget(float[] points, FlexOptions o) {
        double[] out = {o.integer("output_width", 0), o.integer("output_height", 0)};
        float[] scales = {o.number("scale_x", 0), o.number("scale_y", 0)};
        require(out[0] > 0 && out[1] > 0);
        double[] delta = delta(points, o);
        double angle = o.number("target_rotation_radians", 0) - Math.atan2(delta[1], delta[0]);
        Crop crop = Crop.of(points, o.integers("subset_idxs"), angle);
        float[] matrix = identity();
        for (int row = 0; row < 2; row++) {
            double shift = crop.middle[row];
            for (int column = 0; column < 2; column++) {
                double side = crop.turnBack(row, column) * scales[column] * crop.size[column] / out[column];
                matrix[4 * row + column] = (float) side;
                shift -= side * out[column] / 2;
            }
            matrix[4 * row + 3] = (float) shift;
        }
        return matrix;
    }

    private static float[] identity() {
        float[] matrix = new float[16];
        matrix[10] = 1;
        matrix[15] = 1;
        return matrix;
    }

    private static void require(boolean isSound) {
        if (!isSound) {
            throw new IllegalArgumentException("its options contradict each other");
        }
    }

    /** From the left landmark to the right. */
    private static double[] delta(float[] points, FlexOptions o) {
        int left = (int) o.integer("left_rotation_idx", -1);
        int right = (int) o.integer("right_rotation_idx", -1);
        require(left >= 0 && right >= 0);
        return new double[] {points[3 * right] - points[3 * left], points[3 * right + 1] - points[3 * left + 1]};
    }

    /**
     * The box around turned points.
     *
     * @param angle by which they were turned
     * @param middle of the box, turned back
     * @param size its width and height
     */
    private record Crop(double angle, double[] middle, double[] size) {
        static Crop of(float[] points, long[] subset, double angle) {
            require(subset.length > 0 && Arrays.stream(subset).allMatch(i -> i >= 0));
            double[] low = {Double.MAX_VALUE, Double.MAX_VALUE};
            double[] high = {-Double.MAX_VALUE, -Double.MAX_VALUE};
            for (long i : subset) {
                double[] turned = turned(points[3 * (int) i], points[3 * (int) i + 1], angle);
                for (int axis = 0; axis < 2; axis++) {
                    low[axis] = Math.min(low[axis], turned[axis]);
                    high[axis] = Math.max(high[axis], turned[axis]);
                }
            }
            double[] middle = turned((low[0] + high[0]) / 2, (low[1] + high[1]) / 2, -angle);
            return new Crop(angle, middle, new double[] {high[0] - low[0], high[1] - low[1]});
        }

        private static double[] turned(double x, double y, double angle) {
            return new double[] {x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)};
        }

        /** An element of the matrix that turns back. */
        double turnBack(int row, int column) {
            double sin = Math.sin(-angle);
            return row == column ? Math.cos(-angle) : row == 0 ? -sin : sin;
        }
    }
}
