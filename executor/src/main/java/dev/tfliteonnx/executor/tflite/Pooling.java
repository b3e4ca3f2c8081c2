package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import dev.tfliteonnx.ir.DataType;
import java.util.stream.IntStream;

/** Pooling over height and width of {@code [N,H,W,C]}; padding does not count. Source: {@code kernels/pooling.cc}. */
final class Pooling {
    private Pooling() {}

    static void rows(TfliteKernels.Rows rows) {
        rows.one("AVERAGE_POOL_2D", Pooling::averagePool2d)
                .one("MAX_POOL_2D", Pooling::maxPool2d)
                .one("L2_POOL_2D", Pooling::l2Pool2d);
    }

    /** AVERAGE_POOL_2D: integers round half away from zero. Source: {@code reference/integer_ops/pooling.h}. */
    static Array averagePool2d(TfliteCall call) {
        if (call.in(0).type().isFloat()) {
            return floats(call, false);
        }
        Window w = Window.ofPool(call);
        FusedActivation.Bounds bounds = FusedActivation.bounds(call);
        int[] x = Integers.of(call.in(0), 0);
        int channels = w.in()[3];
        int[] y = new int[w.rows() * w.x().out() * channels];
        places(w, (box, out) -> {
            int n = box.count();
            for (int c = 0; c < channels; c++) {
                int sum = 0;
                for (int i = box.y0; i < box.y1; i++) {
                    for (int j = box.x0; j < box.x1; j++) {
                        sum += x[box.offset(w, i, j) + c];
                    }
                }
                sum = sum > 0 ? (sum + n / 2) / n : (sum - n / 2) / n;
                y[out + c] = bounds.clamp(sum);
            }
        });
        return Integers.array(call.outType(), w.outDims(channels), y);
    }

    /** MAX_POOL_2D. Source: {@code reference/integer_ops/pooling.h}. */
    static Array maxPool2d(TfliteCall call) {
        Window w = Window.ofPool(call);
        int channels = w.in()[3];
        if (call.in(0).type().isFloat()) {
            float[] x = call.in(0).floats();
            float[] y = new float[w.rows() * w.x().out() * channels];
            places(w, (box, out) -> {
                for (int c = 0; c < channels; c++) {
                    float max = -Float.MAX_VALUE;
                    for (int i = box.y0; i < box.y1; i++) {
                        for (int j = box.x0; j < box.x1; j++) {
                            max = Math.max(max, x[box.offset(w, i, j) + c]);
                        }
                    }
                    y[out + c] = max;
                }
            });
            return new Array(DataType.FLOAT32, w.outDims(channels), FusedActivation.apply(call.activation(), y));
        }
        int[] x = Integers.of(call.in(0), 0);
        int[] y = new int[w.rows() * w.x().out() * channels];
        FusedActivation.Bounds bounds = FusedActivation.bounds(call);
        places(w, (box, out) -> {
            for (int c = 0; c < channels; c++) {
                int max = Integer.MIN_VALUE;
                for (int i = box.y0; i < box.y1; i++) {
                    for (int j = box.x0; j < box.x1; j++) {
                        max = Math.max(max, x[box.offset(w, i, j) + c]);
                    }
                }
                y[out + c] = bounds.clamp(max);
            }
        });
        return Integers.array(call.outType(), w.outDims(channels), y);
    }

    /** L2_POOL_2D: the root of the mean of squares. Source: {@code reference/pooling.h}. */
    static Array l2Pool2d(TfliteCall call) {
        return floats(call, true);
    }

    private static Array floats(TfliteCall call, boolean squares) {
        Window w = Window.ofPool(call);
        int channels = w.in()[3];
        float[] x = call.in(0).floats();
        float[] y = new float[w.rows() * w.x().out() * channels];
        places(w, (box, out) -> {
            for (int c = 0; c < channels; c++) {
                float sum = 0;
                for (int i = box.y0; i < box.y1; i++) {
                    for (int j = box.x0; j < box.x1; j++) {
                        float v = x[box.offset(w, i, j) + c];
                        sum += squares ? v * v : v;
                    }
                }
                float mean = sum / box.count();
                y[out + c] = squares ? (float) Math.sqrt(mean) : mean;
            }
        });
        return new Array(DataType.FLOAT32, w.outDims(channels), FusedActivation.apply(call.activation(), y));
    }

    /** The part of the input that a window covers. */
    private record Box(int batch, int y0, int y1, int x0, int x1) {
        int count() {
            return (y1 - y0) * (x1 - x0);
        }

        int offset(Window w, int i, int j) {
            return ((batch * w.y().in() + i) * w.x().in() + j) * w.in()[3];
        }
    }

    private interface Place {
        void at(Box box, int out);
    }

    private static void places(Window w, Place place) {
        IntStream.range(0, w.rows()).parallel().forEach(row -> {
            int y = w.y().first(row % w.y().out());
            for (int ox = 0; ox < w.x().out(); ox++) {
                int x = w.x().first(ox);
                Box box = new Box(
                        row / w.y().out(),
                        Math.max(0, y),
                        Math.min(w.y().in(), y + w.y().kernel()),
                        Math.max(0, x),
                        Math.min(w.x().in(), x + w.x().kernel()));
                place.at(box, (row * w.x().out() + ox) * w.in()[3]);
            }
        });
    }
}
