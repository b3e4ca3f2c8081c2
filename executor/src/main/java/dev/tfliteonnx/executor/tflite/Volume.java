package dev.tfliteonnx.executor.tflite;

import java.util.stream.IntStream;

/**
 * How the places of a small volume lie in a large one: {@code large = small · stride − pad + tap · dilation} on each of
 * three axes. A convolution leads from the large to the small, a transposed one from the small to the large.
 *
 * @param batch how many of each there are
 * @param d the axis of depth: {@code in} of the large volume, {@code out} of the small
 * @param y the vertical axis
 * @param x the horizontal axis
 */
record Volume(int batch, Window.Axis d, Window.Axis y, Window.Axis x) {
    /** What is done for a pair of places. */
    @FunctionalInterface
    interface Pair {
        /**
         * The number of the filter's element that joins them, the place in the large and the one in the small volume.
         */
        void at(int tap, int large, int small);
    }

    /** All pairs, the rows of the small volume on all cores. */
    void bySmallRows(Pair pair) {
        IntStream.range(0, batch * d.out() * y.out()).parallel().forEach(row -> {
            int n = row / y.out() / d.out();
            for (int kd = 0; kd < d.kernel(); kd++) {
                int inD = d.at(row / y.out() % d.out(), kd);
                for (int ky = 0; ky < y.kernel(); ky++) {
                    int inY = y.at(row % y.out(), ky);
                    if (inD >= 0 && inD < d.in() && inY >= 0 && inY < y.in()) {
                        int large = ((n * d.in() + inD) * y.in() + inY) * x.in();
                        columns(pair, (kd * y.kernel() + ky) * x.kernel(), large, row * x.out());
                    }
                }
            }
        });
    }

    /** All pairs, the rows of the large volume on all cores; those of one place in the order of the small volume. */
    void byLargeRows(Pair pair) {
        IntStream.range(0, batch * d.in() * y.in()).parallel().forEach(row -> {
            int n = row / y.in() / d.in();
            for (int kd = d.kernel() - 1; kd >= 0; kd--) {
                int outD = small(d, row / y.in() % d.in(), kd);
                for (int ky = y.kernel() - 1; ky >= 0; ky--) {
                    int outY = small(y, row % y.in(), ky);
                    if (outD >= 0 && outY >= 0) {
                        int small = ((n * d.out() + outD) * y.out() + outY) * x.out();
                        columns(pair, (kd * y.kernel() + ky) * x.kernel(), row * x.in(), small);
                    }
                }
            }
        });
    }

    /** The place on the small axis, or −1 if none leads there. */
    private static int small(Window.Axis axis, int large, int tap) {
        int at = large + axis.pad() - tap * axis.dilation();
        return at >= 0 && at % axis.stride() == 0 && at / axis.stride() < axis.out() ? at / axis.stride() : -1;
    }

    /**
     * The pairs of two rows: a place in the large one by its taps backward, one in the small one by its taps forward.
     */
    private void columns(Pair pair, int tap, int large, int small) {
        for (int out = 0; out < x.out(); out++) {
            for (int k = 0; k < x.kernel(); k++) {
                int in = x.at(out, k);
                if (in >= 0 && in < x.in()) {
                    pair.at(tap + k, large + in, small + out);
                }
            }
        }
    }
}
