package dev.tfliteonnx.testmodels.cases;

import dev.tfliteonnx.testmodels.SeededValues;
import java.util.Arrays;
import java.util.List;

/** What a drawn case is made of: extents, options and types, which a seed decides. */
final class Draw {
    private final SeededValues random;

    Draw(long seed) {
        random = SeededValues.fixed(seed);
    }

    /** A whole number in {@code [low, high]}. */
    int in(int low, int high) {
        return (int) random.next(low, high);
    }

    /** A real number in {@code [low, high)}, of two decimals: it may stand in a name. */
    double real(double low, double high) {
        return Math.round(random.next(low, high) * 100) / 100.0;
    }

    boolean coin() {
        return in(0, 1) == 1;
    }

    <T> T of(List<T> choices) {
        return choices.get(in(0, choices.size() - 1));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    final <T> T of(T... choices) {
        return of(List.of(choices));
    }

    /** Extents of a rank in {@code [least, most]}, each in {@code [1, 9]}, of a thousand elements or fewer. */
    int[] shape(int least, int most) {
        int[] shape = new int[in(least, most)];
        int room = 1000;
        for (int i = 0; i < shape.length; i++) {
            shape[i] = in(1, Math.min(9, room));
            room /= shape[i];
        }
        return shape;
    }

    /** The extents, one of which is at times 0 instead: a tensor without elements. */
    int[] emptied(int[] shape) {
        return shape.length > 0 && in(0, 15) == 0 ? Shapes.with(shape, in(0, shape.length - 1), 0) : shape;
    }

    /** A signature of extents: at times a run decides some of them. */
    int[] signature(int[] shape) {
        int[] out = shape.clone();
        if (in(0, 3) == 0) {
            for (int i = 0; i < out.length; i++) {
                out[i] = coin() ? -1 : out[i];
            }
        }
        return out;
    }

    /** A tensor of a rank in {@code [least, most]} of numbers on both sides of 0, or seldom on one. */
    DrawnTensor tensor(int least, int most) {
        int[] shape = emptied(shape(least, most));
        double low = in(0, 5) == 0 ? 0 : real(-9, -0.1);
        double high = low < 0 && in(0, 5) == 0 ? 0 : real(0.1, 9);
        return new DrawnTensor(shape, signature(shape), low, high);
    }

    /** As {@link #shape}, of fewer elements than {@code room}. */
    int[] shape(int least, int most, int room) {
        int[] shape = shape(least, most);
        while (Shapes.count(shape) > room) {
            shape[in(0, shape.length - 1)] = 1;
        }
        return shape;
    }

    /** As {@link #shape}, and now and then without elements since one extent is 0. */
    int[] shapeOrEmpty(int least, int most) {
        return emptied(shape(least, most));
    }

    /** Extents of a rank of {@code count} elements; of a greater rank if there are no elements or too many factors. */
    int[] factors(int count, int rank) {
        if (rank == 0 && count != 1) {
            return factors(count, 1);
        }
        int[] out = new int[rank];
        Arrays.fill(out, 1);
        int rest = count;
        for (int p = 2; rest > 1; p++) {
            for (; rest % p == 0; rest /= p) {
                out[in(0, rank - 1)] *= p;
            }
        }
        return count == 0 ? Shapes.with(out, in(0, rank - 1), 0) : out;
    }

    /** Extents that broadcast against others: some are 1, and some of the first may be left out. */
    int[] broadcastable(int[] shape) {
        int left = in(0, 3) == 0 ? in(0, shape.length) : 0;
        int[] other = new int[shape.length - left];
        for (int i = 0; i < other.length; i++) {
            other[i] = in(0, 2) == 0 ? 1 : shape[left + i];
        }
        return other;
    }

    /** An axis of a tensor of a rank, counted from the front or, as negative numbers are, from the end. */
    int axis(int rank) {
        return in(-rank, rank - 1);
    }

    /** The same axis counted from the front or from the end. */
    int either(int axis, int rank) {
        return coin() ? axis : axis - rank;
    }

    /** Some axes of a tensor of a rank, each once, in any order, counted from the front or from the end. */
    int[] axes(int rank, int least) {
        int[] axes = Arrays.copyOf(order(rank), in(Math.min(least, rank), rank));
        Arrays.setAll(axes, i -> either(axes[i], rank));
        return axes;
    }

    /** Whole numbers in {@code [low, high]}. */
    int[] list(int count, int low, int high) {
        int[] out = new int[count];
        for (int i = 0; i < count; i++) {
            out[i] = in(low, high);
        }
        return out;
    }

    /** The numbers from 0 to {@code count} − 1 in any order. */
    int[] order(int count) {
        int[] out = new int[count];
        for (int i = 0; i < count; i++) {
            int at = in(0, i);
            out[i] = out[at];
            out[at] = i;
        }
        return out;
    }

    /** So many of the numbers from 0 to {@code of} − 1, in ascending order. */
    int[] some(int count, int of) {
        return Arrays.stream(order(of)).limit(count).sorted().toArray();
    }
}
