package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.recurrence.Counters.Line;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a Slice of step 1 takes, in every round.
 *
 * @param axes the axes, counted from the first
 * @param starts the first index on each of them
 * @param ends the index behind the last on each of them
 */
record Ranges(List<Integer> axes, List<Line> starts, List<Line> ends) {
    /** Empty if a start or an end depends on more than the number of the round. */
    static Optional<Ranges> of(Node slice, Counters counters) {
        Value from = slice.input(0);
        Optional<List<Line>> starts = counters.of(slice.input(1));
        Optional<List<Line>> ends = counters.of(slice.input(2));
        boolean plain = !slice.input(4).isPresent() || Content.all(slice.input(4), s -> s == 1);
        Optional<long[]> given = Content.longs(slice.input(3));
        if (starts.isEmpty()
                || ends.isEmpty()
                || !plain
                || !from.shape().isRanked()
                || (slice.input(3).isPresent() && given.isEmpty())) {
            return Optional.empty();
        }
        List<Integer> axes = new ArrayList<>();
        for (int i = 0; i < starts.get().size(); i++) {
            long axis = given.isPresent() ? given.get()[i] : i;
            axes.add((int) (axis < 0 ? axis + from.shape().rank() : axis));
        }
        return Optional.of(new Ranges(axes, starts.get(), ends.get()));
    }

    /** The range on an axis is of these indices, and on all other axes everything is taken. */
    boolean isOnly(int axis, Line start, Line end) {
        boolean found = false;
        for (int i = 0; i < axes.size(); i++) {
            boolean here = axes.get(i) == axis;
            found |= here;
            boolean whole = starts.get(i).equals(new Line(0, 0)) && isOpen(ends.get(i));
            boolean wanted = starts.get(i).equals(start)
                    && (isOpen(end) ? isOpen(ends.get(i)) : ends.get(i).equals(end));
            if (!(here ? wanted : whole)) {
                return false;
            }
        }
        return found;
    }

    /** Whether an end is behind any extent. */
    static boolean isOpen(Line end) {
        return end.slope() == 0 && end.base() >= Integer.MAX_VALUE;
    }
}
