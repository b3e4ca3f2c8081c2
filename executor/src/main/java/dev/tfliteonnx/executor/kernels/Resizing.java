package dev.tfliteonnx.executor.kernels;

import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import java.util.Arrays;
import java.util.Optional;

/**
 * Resize and Upsample: x [...] → [...] with other extents, axis by axis; every index of the result is a weighted sum of
 * indices of the input. Source: Resize-19 with all its coordinate, nearest and aspect modes, Upsample-9.
 */
final class Resizing {
    private static final Key<Ints> AXES = Key.ofInts("axes");
    private static final Key<Floats> SCALES = Key.ofFloats("scales");
    private static final Key<String> MODE = Key.ofString("mode");
    private static final Key<String> COORDINATES = Key.ofString("coordinate_transformation_mode");
    private static final Key<String> NEAREST = Key.ofString("nearest_mode");
    private static final Key<String> POLICY = Key.ofString("keep_aspect_ratio_policy");
    private static final Key<Float> CUBIC_A = Key.ofFloat("cubic_coeff_a");
    private static final Key<Float> EXTRAPOLATION = Key.ofFloat("extrapolation_value");
    private static final Key<Long> EXCLUDE_OUTSIDE = Key.ofInt("exclude_outside");
    private static final Key<Long> ANTIALIAS = Key.ofInt("antialias");

    /**
     * One axis.
     *
     * @param in extent of the input
     * @param out extent of the output
     * @param scale output per input
     * @param start where the part of the input begins that is asked for, as a share of its extent
     * @param end where it ends
     */
    record Axis(int in, int out, double scale, double start, double end) {
        /** The place in the input that an index of the output stands for. */
        double place(int i, String mode) {
            double half = (i + 0.5) / scale - 0.5;
            return switch (mode) {
                case "half_pixel" -> half;
                case "half_pixel_symmetric" -> in / 2.0 * (1 - out / (scale * in)) + half;
                case "pytorch_half_pixel" -> out > 1 ? half : 0;
                case "align_corners" -> out == 1 ? 0 : i * (in - 1) / (scale * in - 1);
                case "asymmetric" -> i / scale;
                case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
                case "tf_crop_and_resize" ->
                    out > 1
                            ? start * (in - 1) + i * (end - start) * (in - 1) / (out - 1)
                            : 0.5 * (start + end) * (in - 1);
                default -> throw new IllegalArgumentException("coordinate_transformation_mode " + mode);
            };
        }
    }

    private Resizing() {}

    /** Resize. */
    static Array resize(Call call) {
        Array x = call.in(0);
        boolean hasScales = call.optional(2).map(a -> a.size() > 0).orElse(false);
        Axis[] axes = axes(call, x, call.in(hasScales ? 2 : 3).doubles(), !hasScales);
        return interpolate(call, x, axes);
    }

    /** Upsample: Resize by scales in the old way of counting. */
    static Array upsample(Call call) {
        Array x = call.in(0);
        Optional<double[]> option = call.option(SCALES).map(Resizing::widened);
        double[] scales = option.orElseGet(() -> call.in(1).doubles());
        Axis[] axes = new Axis[x.rank()];
        Arrays.setAll(axes, i -> new Axis(x.dim(i), (int) Math.floor(x.dim(i) * scales[i]), scales[i], 0, 1));
        return call.option(MODE, "nearest").equals("nearest")
                ? nearest(x, axes, "asymmetric", "floor")
                : linearOrCubic(call, x, axes, "asymmetric");
    }

    private static double[] widened(Floats floats) {
        double[] out = new double[floats.size()];
        Arrays.setAll(out, floats::get);
        return out;
    }

    private static Axis[] axes(Call call, Array x, double[] given, boolean sizes) {
        int rank = x.rank();
        int[] named = call.option(AXES).map(a -> Dims.axes(a.toArray(), rank)).orElseGet(() -> Dims.range(rank));
        double[] roi = call.optional(1).map(Array::doubles).orElse(new double[0]);
        double[] scales = new double[rank];
        int[] out = x.dims().clone();
        Arrays.fill(scales, 1);
        double common = sizes ? common(call.option(POLICY, "stretch"), x, named, given) : 0;
        for (int i = 0; i < named.length; i++) {
            int axis = named[i];
            int in = x.dim(axis);
            if (!sizes) {
                scales[axis] = given[i];
                out[axis] = (int) Math.floor(in * given[i]);
            } else {
                out[axis] = common > 0 ? (int) Math.floor(in * common + 0.5) : (int) given[i];
                scales[axis] = common > 0 ? common : given[i] / in;
            }
        }
        Axis[] axes = new Axis[rank];
        for (int i = 0; i < rank; i++) {
            axes[i] = new Axis(x.dim(i), out[i], scales[i], 0, 1);
        }
        for (int i = 0; i < named.length && roi.length == 2 * named.length; i++) {
            int axis = named[i];
            axes[axis] = new Axis(x.dim(axis), out[axis], scales[axis], roi[i], roi[i + named.length]);
        }
        return axes;
    }

    /** The scale of all axes that keeps the aspect ratio; 0 if they are stretched apart. */
    private static double common(String policy, Array x, int[] named, double[] sizes) {
        double[] ratios = new double[named.length];
        Arrays.setAll(ratios, i -> sizes[i] / x.dim(named[i]));
        return switch (policy) {
            case "not_larger" -> Arrays.stream(ratios).min().orElse(0);
            case "not_smaller" -> Arrays.stream(ratios).max().orElse(0);
            default -> 0;
        };
    }

    private static Array interpolate(Call call, Array x, Axis[] axes) {
        String coordinates = call.option(COORDINATES, "half_pixel");
        Array out = call.option(MODE, "nearest").equals("nearest")
                ? nearest(x, axes, coordinates, call.option(NEAREST, "round_prefer_floor"))
                : linearOrCubic(call, x, axes, coordinates);
        if (!coordinates.equals("tf_crop_and_resize")) {
            return out;
        }
        int[][] maps = new int[axes.length][];
        for (int k = 0; k < axes.length; k++) {
            Axis axis = axes[k];
            maps[k] = Arrays.stream(Dims.range(axis.out))
                    .map(i -> outside(axis.place(i, coordinates), axis.in) ? -1 : i)
                    .toArray();
        }
        double[] beyond = {call.option(EXTRAPOLATION, 0f)};
        return Moves.mapped(out, maps, Array.ofDoubles(x.type(), new int[0], beyond));
    }

    private static boolean outside(double place, int size) {
        return place < 0 || place > size - 1;
    }

    private static Array nearest(Array x, Axis[] axes, String coordinates, String rounding) {
        int[][] maps = new int[axes.length][];
        for (int k = 0; k < axes.length; k++) {
            Axis axis = axes[k];
            maps[k] = new int[axis.out];
            boolean same = axis.scale == 1 && axis.out == axis.in && axis.start == 0 && axis.end == 1;
            for (int i = 0; i < axis.out; i++) {
                double place = same ? i : axis.place(i, coordinates);
                maps[k][i] = Math.max(0, Math.min(axis.in - 1, round(place, rounding)));
            }
        }
        return Moves.mapped(x, maps, Array.zeros(x.type()));
    }

    private static int round(double place, String mode) {
        return (int)
                switch (mode) {
                    case "round_prefer_floor" -> Math.ceil(place - 0.5);
                    case "round_prefer_ceil" -> Math.floor(place + 0.5);
                    case "floor" -> Math.floor(place);
                    case "ceil" -> Math.ceil(place);
                    default -> throw new IllegalArgumentException("nearest_mode " + mode);
                };
    }

    private static Array linearOrCubic(Call call, Array x, Axis[] axes, String coordinates) {
        double[] values = x.doubles();
        int[] dims = x.dims().clone();
        for (int k = 0; k < axes.length; k++) {
            Axis axis = axes[k];
            if (axis.scale == 1 && axis.in == axis.out && axis.start == 0 && axis.end == 1) {
                continue;
            }
            int inner = Dims.count(dims, k + 1, dims.length);
            int outer = Dims.count(dims, 0, k);
            double[] out = new double[outer * axis.out * inner];
            double[][] weights = new double[axis.out][];
            int[] firsts = new int[axis.out];
            for (int i = 0; i < axis.out; i++) {
                double place = axis.place(i, coordinates);
                int floor = (int) Math.floor(place);
                weights[i] = weights(call, place - floor, axis.scale);
                firsts[i] = floor + 1 - weights[i].length / 2;
                excludeOutside(call, weights[i], firsts[i], axis.in);
            }
            for (int o = 0; o < outer; o++) {
                for (int i = 0; i < axis.out; i++) {
                    int to = (o * axis.out + i) * inner;
                    for (int w = 0; w < weights[i].length; w++) {
                        int at = Math.max(0, Math.min(axis.in - 1, firsts[i] + w));
                        int from = (o * axis.in + at) * inner;
                        for (int j = 0; j < inner; j++) {
                            out[to + j] += weights[i][w] * values[from + j];
                        }
                    }
                }
            }
            values = out;
            dims[k] = axis.out;
        }
        return Array.ofDoubles(x.type(), dims, values);
    }

    private static void excludeOutside(Call call, double[] weights, int first, int size) {
        if (!call.flag(EXCLUDE_OUTSIDE)) {
            return;
        }
        double sum = 0;
        for (int w = 0; w < weights.length; w++) {
            weights[w] = first + w < 0 || first + w >= size ? 0 : weights[w];
            sum += weights[w];
        }
        for (int w = 0; w < weights.length; w++) {
            weights[w] /= sum;
        }
    }

    /** The weights of an even number of neighbours, half of them up to the place's floor. */
    private static double[] weights(Call call, double ratio, double scale) {
        boolean cubic = call.option(MODE, "nearest").equals("cubic");
        float a = call.option(CUBIC_A, -0.75f);
        double shrink = call.flag(ANTIALIAS) ? Math.min(1, scale) : 1;
        int half = -(int) Math.floor((cubic ? -2 : -1) / shrink);
        double[] weights = new double[2 * half];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double distance = Math.abs(i + 1 - half - ratio) * shrink;
            weights[i] = cubic ? cubic(distance, a) : Math.max(0, 1 - distance);
            sum += weights[i];
        }
        for (int i = 0; i < weights.length && shrink < 1; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    /** The weight of a neighbour at a distance in interpolation by third-degree polynomials. */
    static double cubic(double d, double a) {
        if (d <= 1) {
            return ((a + 2) * d - (a + 3)) * d * d + 1;
        }
        return d < 2 ? ((a * d - 5 * a) * d + 8 * a) * d - 4 * a : 0;
    }
}
