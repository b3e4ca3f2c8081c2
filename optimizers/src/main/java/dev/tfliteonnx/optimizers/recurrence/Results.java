package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.recurrence.Counters.Line;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the results of a loop are of a recurrent operator. */
final class Results {
    /** What a recurrent operator gives. */
    enum Kind {
        /** The state after every step, the first axis being time. */
        ALL,
        /** The state after the last step. */
        LAST,
        /** The cell state after the last step. */
        LAST_CELL
    }

    private static final Line OPEN = new Line(0, Long.MAX_VALUE);
    private static final Line ZERO = new Line(0, 0);

    private final Node loop;
    private final Graph body;
    private final Counters counters;
    private final Body rows;
    private final Dim rounds;

    Results(Node loop, Counters counters, Body rows, Dim rounds) {
        this.loop = loop;
        this.body = loop.attributes().get(OnnxOps.BODY);
        this.counters = counters;
        this.rows = rows;
        this.rounds = rounds;
    }

    /** The results that anything reads, by their number; empty if one is something else. */
    Optional<Map<Integer, Kind>> of(Cell cell, Proof proof) {
        Map<Integer, Kind> kinds = new LinkedHashMap<>();
        for (int i = 0; i < loop.outputs().size(); i++) {
            Value result = loop.outputs().get(i);
            if (result.isPresent() && !(result.uses().isEmpty() && !result.isGraphOutput())) {
                Optional<Kind> kind = kind(i, cell);
                boolean known = proof.holds(
                        kind.isPresent(),
                        "what is read of the loop is the state after the last step or after all steps",
                        "\"" + result.name() + "\"");
                if (!known) {
                    return Optional.empty();
                }
                kinds.put(i, kind.get());
            }
        }
        return Optional.of(kinds);
    }

    private Optional<Kind> kind(int i, Cell cell) {
        Value end = body.outputs().get(i + 1);
        int carried = body.inputs().size() - 2;
        if (i >= carried) {
            boolean all = end.shape().hasRank(2) && isState(rows.of(end), cell.hidden());
            return all ? Optional.of(Kind.ALL) : Optional.empty();
        }
        return last(end, cell).or(() -> isGathered(i, cell) ? Optional.of(Kind.ALL) : Optional.empty());
    }

    private Optional<Kind> last(Value end, Cell cell) {
        boolean flat = end.shape().hasRank(2)
                || (end.shape().hasRank(3) && end.shape().dim(0).is(1));
        if (!flat) {
            return Optional.empty();
        }
        if (isState(rows.of(end), cell.hidden()) || isState(rows.definition(end), cell.hidden())) {
            return Optional.of(Kind.LAST);
        }
        boolean isCell = cell.cell().isPresent()
                && (isState(rows.of(end), cell.cell().getAsInt())
                        || isState(rows.definition(end), cell.cell().getAsInt()));
        return isCell ? Optional.of(Kind.LAST_CELL) : Optional.empty();
    }

    private boolean isState(Optional<Row> row, int state) {
        Optional<Atom> after = rows.of(body.outputs().get(state + 1)).flatMap(Row::atom);
        return after.isPresent() && row.flatMap(Row::atom).equals(after);
    }

    /**
     * Whether every round puts the state in the place of its row: {@code a[0:t], h', a[t+1:]} joined, where t is the place
     * of the step that the round reads, and a has as many rows as there are rounds.
     */
    private boolean isGathered(int i, Cell cell) {
        Value before = body.inputs().get(i + 2);
        Node join = body.outputs().get(i + 1).producer().orElse(null);
        Shape all = Extents.shape(loop.input(i + 2));
        Line at = cell.step().at();
        return join != null
                && join.is("Concat")
                && join.inputs().size() == 3
                && join.attributes().get(OnnxOps.AXIS) == 0
                && all.hasRank(3)
                && all.dim(0).equals(rounds)
                && takes(join.input(0), before, ZERO, at)
                && isState(rows.of(join.input(1)), cell.hidden())
                && takes(join.input(2), before, at.plus(new Line(0, 1)), OPEN);
    }

    private boolean takes(Value part, Value of, Line start, Line end) {
        return part.producer()
                .filter(p -> p.is("Slice") && p.input(0) == of)
                .flatMap(p -> Ranges.of(p, counters))
                .filter(r -> r.isOnly(0, start, end))
                .isPresent();
    }
}
