package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Activation;
import dev.tfliteonnx.tfl.Padding;
import java.util.Arrays;
import java.util.List;

/** Max pooling that remembers where the greatest element stood, and its reverse; custom operators. */
final class Unpooling {
    private Unpooling() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("MaxPoolingWithArgmax2D", Unpooling::maxPoolingWithArgmax2d)
                .custom("MaxUnpooling2D", call -> List.of(maxUnpooling2d(call)))
                .custom("LiteRtMaxUnpooling2D", call -> List.of(maxUnpooling2d(call)));
    }

    /** The struct that is these operators' options: C's numbers for padding are 1 SAME, 2 VALID. */
    private record Pool(Padding padding, int[] strides, int[] sizes, Activation activation) {
        static Pool of(TfliteCall call) {
            int[] s = CustomOptions.struct(call, 6);
            boolean isSound = (s[0] == 1 || s[0] == 2) && s[5] >= 0 && s[5] < Activation.values().length;
            if (!isSound || Arrays.stream(s, 1, 5).anyMatch(i -> i <= 0)) {
                throw new IllegalArgumentException("a window of " + Arrays.toString(s));
            }
            return new Pool(
                    s[0] == 1 ? Padding.SAME : Padding.VALID,
                    new int[] {s[2], s[1]},
                    new int[] {s[4], s[3]},
                    Activation.values()[s[5]]);
        }

        Window.Axis axis(int axis, int in) {
            return Window.Axis.of(in, sizes[axis], strides[axis], 1, padding);
        }
    }

    /**
     * {@code [N,H,W,C]} → the greatest element of each window and, as float32, its place in the window counted by rows,
     * plus 0.1. Source: MediaPipe's {@code util/tflite/operations/max_pool_argmax.cc}.
     */
    static List<Array> maxPoolingWithArgmax2d(TfliteCall call) {
        Pool pool = Pool.of(call);
        Array x = call.in(0);
        Window.Axis down = pool.axis(0, x.dim(1));
        Window.Axis right = pool.axis(1, x.dim(2));
        int channels = x.dim(3);
        int[] dims = {x.dim(0), down.out(), right.out(), channels};
        float[] in = x.floats();
        float[] y = new float[Dims.count(dims)];
        float[] places = new float[y.length];
        Arrays.fill(y, -Float.MAX_VALUE);
        Arrays.fill(places, 0.1f);
        new Volume(x.dim(0), Window.Axis.of(1, 1, 1, 1, Padding.VALID), down, right)
                .bySmallRows((tap, large, small) -> {
                    for (int c = 0; c < channels; c++) {
                        if (in[large * channels + c] > y[small * channels + c]) {
                            y[small * channels + c] = in[large * channels + c];
                            places[small * channels + c] = tap + 0.1f;
                        }
                    }
                });
        return List.of(
                new Array(DataType.FLOAT32, dims, FusedActivation.apply(pool.activation, y)),
                new Array(DataType.FLOAT32, dims, places));
    }

    /**
     * {@code [N,h,w,C]} and where each element goes → {@code [N,H,W,C]}, 0 where nothing goes. Places are float32
     * within a window, as {@link #maxPoolingWithArgmax2d} gives them, or int32 within a whole image. Source:
     * MediaPipe's {@code util/tflite/operations/max_unpooling.cc} for the former, {@code
     * kernels/perception/max_unpooling_2d.cc} for the latter.
     */
    static Array maxUnpooling2d(TfliteCall call) {
        Pool pool = Pool.of(call);
        Array x = call.in(0);
        boolean isWindow = call.in(1).type().isFloat();
        int[] size = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            int n = x.dim(axis + 1);
            size[axis] = isWindow
                    ? n * pool.sizes[axis]
                    : pool.padding == Padding.SAME
                            ? n * pool.strides[axis]
                            : (n - 1) * pool.strides[axis] + pool.sizes[axis];
        }
        int[] dims = {x.dim(0), size[0], size[1], x.dim(3)};
        float[] in = x.floats();
        float[] y = new float[Dims.count(dims)];
        int image = y.length / Math.max(1, dims[0]);
        int[] places = isWindow
                ? placesOfImage(pool, x, call.in(1).floats(), size)
                : call.in(1).ints();
        for (int i = 0; i < in.length; i++) {
            y[i / (in.length / dims[0]) * image + places[i]] = in[i];
        }
        return new Array(DataType.FLOAT32, dims, y);
    }

    private static int[] placesOfImage(Pool pool, Array x, float[] places, int[] size) {
        int channels = x.dim(3);
        int[] before = new int[2];
        for (int axis = 0; axis < 2; axis++) {
            int covered = (x.dim(axis + 1) - 1) * pool.strides[axis] + pool.sizes[axis];
            before[axis] = Math.max(0, covered - size[axis]) / 2;
        }
        int[] out = new int[places.length];
        for (int i = 0; i < out.length; i++) {
            int place = (int) places[i];
            int row = i / channels / x.dim(2) % x.dim(1) * pool.strides[0] - before[0] + place / pool.sizes[1];
            int column = i / channels % x.dim(2) * pool.strides[1] - before[1] + place % pool.sizes[1];
            out[i] = (row * size[1] + column) * channels + i % channels;
        }
        return out;
    }
}
