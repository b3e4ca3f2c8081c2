package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.executor.kernels.Moves;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.stream.IntStream;

/** Images {@code [N,H,W,C]} of another height and width. */
final class Resizing {
    /** Positions of integer images have so many bits after the point. */
    private static final int BITS = 10;

    private static final int ONE = 1 << BITS;

    private Resizing() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("RESIZE_BILINEAR", Resizing::resizeBilinear)
                .one("RESIZE_NEAREST_NEIGHBOR", Resizing::resizeNearestNeighbor);
    }

    /**
     * RESIZE_NEAREST_NEIGHBOR: {@code [N,H,W,C]}, size {@code [2]}, of any type. Source:
     * {@code kernels/internal/reference/resize_nearest_neighbor.h}.
     */
    static Array resizeNearestNeighbor(TfliteCall call) {
        Array x = call.in(0);
        int[] size = call.in(1).ints();
        int[][] maps = {
            Dims.range(x.dim(0)),
            nearest(call, x.dim(1), size[0]),
            nearest(call, x.dim(2), size[1]),
            Dims.range(x.dim(3))
        };
        return Moves.mapped(x, maps, Array.zeros(x.type()));
    }

    private static int[] nearest(TfliteCall call, int in, int out) {
        boolean aligned = call.option(Tfl.ALIGN_CORNERS);
        boolean centered = call.option(Tfl.HALF_PIXEL_CENTERS);
        float scale = aligned && out > 1 ? (in - 1) / (float) (out - 1) : in / (float) out;
        float offset = centered ? 0.5f : 0;
        return IntStream.range(0, out)
                .map(i -> {
                    float at = (i + offset) * scale;
                    int nearest = Math.min(in - 1, (int) (aligned ? Fixed.round(at) : Math.floor(at)));
                    return centered ? Math.max(0, nearest) : nearest;
                })
                .toArray();
    }

    /**
     * RESIZE_BILINEAR: {@code [N,H,W,C]}, size {@code [2]}; floats and UINT8 with float positions, INT8 and INT16 with
     * positions of 10 bits after the point. Source: {@code kernels/internal/reference/resize_bilinear.h}.
     */
    static Array resizeBilinear(TfliteCall call) {
        Array x = call.in(0);
        int[] size = call.in(1).ints();
        int[] dims = {x.dim(0), size[0], size[1], x.dim(3)};
        if (x.type().isFloat() || x.type() == DataType.UINT8) {
            Blend blend = new Blend(x, dims, axis(call, x.dim(1), size[0]), axis(call, x.dim(2), size[1]));
            return x.type().isFloat()
                    ? Array.ofFloats(x.type(), dims, blend.floats(x.floats(), 0))
                    : Array.ofDoubles(
                            x.type(),
                            dims,
                            new Array(DataType.FLOAT32, dims, blend.floats(x.floats(), 0.5f)).doubles());
        }
        Blend blend = new Blend(x, dims, coarseAxis(call, x.dim(1), size[0]), coarseAxis(call, x.dim(2), size[1]));
        return Integers.array(x.type(), dims, blend.integers(Integers.of(x, 0)));
    }

    /**
     * Where the elements of an axis lie between two of the original.
     *
     * @param low the one before
     * @param high the one after
     * @param weight the weight of the one after; in 2⁻¹⁰ for integers
     */
    private record Axis(int[] low, int[] high, float[] weight) {
        static Axis of(int n) {
            return new Axis(new int[n], new int[n], new float[n]);
        }
    }

    private static Axis axis(TfliteCall call, int in, int out) {
        float scale = call.option(Tfl.ALIGN_CORNERS) && out > 1 ? (float) (in - 1) / (out - 1) : (float) in / out;
        boolean centered = call.option(Tfl.HALF_PIXEL_CENTERS);
        Axis axis = Axis.of(out);
        for (int i = 0; i < out; i++) {
            float at = centered ? (i + 0.5f) * scale - 0.5f : i * scale;
            axis.low[i] = Math.max(0, (int) Math.floor(at));
            axis.high[i] = Math.min((int) Math.ceil(at), in - 1);
            axis.weight[i] = at - axis.low[i];
        }
        return axis;
    }

    private static Axis coarseAxis(TfliteCall call, int in, int out) {
        int scale = call.option(Tfl.ALIGN_CORNERS) && out > 1
                ? (ONE * (in - 1) + (out - 1) / 2) / (out - 1)
                : (ONE * in + out / 2) / out;
        boolean centered = call.option(Tfl.HALF_PIXEL_CENTERS);
        Axis axis = Axis.of(out);
        for (int i = 0; i < out; i++) {
            int at = centered ? i * scale + scale / 2 - ONE / 2 : i * scale;
            axis.low[i] = Math.max(at / ONE, 0);
            axis.high[i] = Math.min((at + ONE - 1) / ONE, in - 1);
            axis.weight[i] = at - ONE * axis.low[i];
        }
        return axis;
    }

    /** Means of four elements each, row by row on all cores. */
    private record Blend(Array in, int[] dims, Axis y, Axis x) {
        float[] floats(float[] from, float offset) {
            float[] out = new float[Dims.count(dims)];
            IntStream.range(0, dims[0] * dims[1]).parallel().forEach(row -> {
                float down = y.weight[row % dims[1]];
                for (int ox = 0; ox < dims[2]; ox++) {
                    float right = x.weight[ox];
                    int at = (row * dims[2] + ox) * dims[3];
                    for (int c = 0; c < dims[3]; c++) {
                        out[at + c] = from[corner(row, ox, 0) + c] * (1 - down) * (1 - right)
                                + from[corner(row, ox, 2) + c] * down * (1 - right)
                                + from[corner(row, ox, 1) + c] * (1 - down) * right
                                + from[corner(row, ox, 3) + c] * down * right
                                + offset;
                    }
                }
            });
            return out;
        }

        int[] integers(int[] from) {
            int[] out = new int[Dims.count(dims)];
            IntStream.range(0, dims[0] * dims[1]).parallel().forEach(row -> {
                long down = (long) y.weight[row % dims[1]];
                for (int ox = 0; ox < dims[2]; ox++) {
                    long right = (long) x.weight[ox];
                    int at = (row * dims[2] + ox) * dims[3];
                    for (int c = 0; c < dims[3]; c++) {
                        long sum = from[corner(row, ox, 0) + c] * (ONE - down) * (ONE - right)
                                + from[corner(row, ox, 2) + c] * down * (ONE - right)
                                + from[corner(row, ox, 1) + c] * (ONE - down) * right
                                + from[corner(row, ox, 3) + c] * down * right;
                        int half = 1 << (2 * BITS - 1);
                        out[at + c] = (int) ((sum + (sum > 0 ? half : -half)) / (1 << (2 * BITS)));
                    }
                }
            });
            return out;
        }

        /** The first channel of the element above (0, 1) or below (2, 3), to the left (0, 2) or right. */
        private int corner(int row, int ox, int which) {
            int oy = row % dims[1];
            int iy = which < 2 ? y.low[oy] : y.high[oy];
            int ix = which % 2 == 0 ? x.low[ox] : x.high[ox];
            return ((row / dims[1] * in.dim(1) + iy) * in.dim(2) + ix) * dims[3];
        }
    }
}
