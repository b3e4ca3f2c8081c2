package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.executor.kernels.Array;
import java.util.function.IntConsumer;

/**
 * How the vectors of a sequence lie in an operand {@code [T,N,F]}, {@code [N,T,F]} or {@code [N,F]}.
 *
 * @param times how many there are, one after the other
 * @param batch how many sequences there are
 * @param timeMajor whether all vectors of a time lie together
 */
record Sequence(int times, int batch, boolean timeMajor) {
    static Sequence of(Array x, boolean timeMajor) {
        if (x.rank() == 2) {
            return new Sequence(1, x.dim(0), true);
        }
        return timeMajor ? new Sequence(x.dim(0), x.dim(1), true) : new Sequence(x.dim(1), x.dim(0), false);
    }

    /** Does something for each time, {@code backward} from the last to the first. */
    void walk(boolean backward, IntConsumer action) {
        for (int i = 0; i < times; i++) {
            action.accept(backward ? times - 1 - i : i);
        }
    }

    /** The vectors of a time. */
    float[] rows(float[] all, int time) {
        float[] rows = new float[all.length / times];
        copy(all, time, rows, rows.length / batch);
        return rows;
    }

    /** The vectors of a time. */
    int[] rows(int[] all, int time) {
        int[] rows = new int[all.length / times];
        copy(all, time, rows, rows.length / batch);
        return rows;
    }

    private void copy(Object all, int time, Object rows, int width) {
        for (int n = 0; n < batch; n++) {
            System.arraycopy(all, place(time, n) * width, rows, n * width, width);
        }
    }

    private int place(int time, int n) {
        return timeMajor ? time * batch + n : n * times + time;
    }

    /**
     * Where vectors go that are computed.
     *
     * @param all an array of the primitive type of the vectors
     * @param stride how many elements there are for each time and sequence
     * @param from the first of them that is written
     */
    record Target(Object all, int stride, int from) {}

    /** Writes the vectors of a time, each {@code width} long. */
    void put(Object rows, int width, int time, Target target) {
        for (int n = 0; n < batch; n++) {
            int at = place(time, n) * target.stride + target.from;
            System.arraycopy(rows, n * width, target.all, at, width);
        }
    }
}
