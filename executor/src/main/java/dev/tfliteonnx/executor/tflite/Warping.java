package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.executor.kernels.Dims;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.tfl.Tfl;
import java.util.List;

/** Images sampled at computed places; custom operators of MediaPipe. */
final class Warping {
    private Warping() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.custom("TransformTensorBilinear", call -> List.of(transformTensorBilinear(call)))
                .custom("Resampler", call -> List.of(resampler(call)));
    }

    /** Whether an operator of MediaPipe counts as its second version does. */
    static boolean isSecond(TfliteCall call) {
        return call.node().attributes().get(Tfl.VERSION_OF_OP, 1L) >= 2;
    }

    /**
     * Image {@code [1,H,W,C]} and a matrix {@code [...,4,4]} that takes places of the result to places of the image →
     * the image as it is seen there, {@code [1,h,w,C]}; 0 outside of the image. Version 2 counts from pixel centres.
     * Source: {@code util/tflite/operations/transform_tensor_bilinear.cc}.
     */
    static Array transformTensorBilinear(TfliteCall call) {
        boolean second = isSecond(call);
        long[] size = CustomOptions.flex(
                call,
                o -> second
                        ? new long[] {o.integer("output_height", 0), o.integer("output_width", 0)}
                        : o.integers("output_size"));
        if (size.length != 2 || size[0] <= 0 || size[1] <= 0) {
            throw new IllegalArgumentException("no size of the result");
        }
        Array x = call.in(0);
        float[] m = call.in(1).floats();
        float[] shift = {m[3], m[7]};
        for (int i = 0; i < 2 && second; i++) {
            shift[i] = (float) (shift[i] + (m[4 * i] * 0.5 + m[4 * i + 1] * 0.5 - 0.5));
        }
        int[] dims = {1, (int) size[0], (int) size[1], x.dim(3)};
        float[] y = new float[Dims.count(dims)];
        Image image = new Image(x.floats(), x.dims(), 0);
        for (int i = 0; i < dims[1] * dims[2]; i++) {
            float column = i % dims[2];
            float row = i / dims[2];
            float atX = m[0] * column + m[1] * row + shift[0];
            float atY = m[4] * column + m[5] * row + shift[1];
            if (atX >= 0 && atX <= x.dim(2) - 1 && atY >= 0 && atY <= x.dim(1) - 1) {
                image.sample(atX, atY, y, i * dims[3]);
            }
        }
        return new Array(DataType.FLOAT32, dims, y);
    }

    /**
     * Image {@code [b,H,W,C]} and places {@code [b,H,W,2]} in it, x before y, in pixels → {@code [b,H,W,C]}. Outside of
     * the image all is 0, and fades to it. Source: {@code util/tflite/operations/resampler.cc}.
     */
    static Array resampler(TfliteCall call) {
        Array x = call.in(0);
        float[] places = call.in(1).floats();
        float[] y = new float[x.size()];
        int image = x.dim(1) * x.dim(2);
        for (int i = 0; i < x.dim(0) * image; i++) {
            float atX = places[2 * i];
            float atY = places[2 * i + 1];
            if (atX > -1 && atY > -1 && atX < x.dim(2) && atY < x.dim(1)) {
                new Image(x.floats(), x.dims(), i / image).sample(atX, atY, y, i * x.dim(3));
            }
        }
        return new Array(DataType.FLOAT32, x.dims(), y);
    }

    /** One image of a batch {@code [N,H,W,C]}. */
    private record Image(float[] elements, int[] dims, int batch) {
        /** Writes the mean of the four elements around a place, weighted by how near they are. */
        void sample(float x, float y, float[] out, int to) {
            int left = (int) Math.floor(x);
            int top = (int) Math.floor(y);
            float right = x - left;
            float below = y - top;
            for (int c = 0; c < dims[3]; c++) {
                double upper = (1.0 - right) * at(top, left, c) + right * at(top, left + 1, c);
                double lower = (1.0 - right) * at(top + 1, left, c) + right * at(top + 1, left + 1, c);
                out[to + c] = (float) (below * (float) lower + (1.0 - below) * (float) upper);
            }
        }

        private float at(int row, int column, int channel) {
            boolean inside = row >= 0 && column >= 0 && row < dims[1] && column < dims[2];
            return inside ? elements[((batch * dims[1] + row) * dims[2] + column) * dims[3] + channel] : 0;
        }
    }
}
