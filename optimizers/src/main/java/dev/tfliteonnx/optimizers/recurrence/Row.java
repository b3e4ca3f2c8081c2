package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/**
 * A value of a loop's body as columns of sums that stand side by side.
 *
 * @param examples the extents of all axes but the last, without those of 1: one row for each combination
 * @param blocks the sums, from the first column on
 */
record Row(List<Dim> examples, List<Sum> blocks) {
    Row {
        examples = List.copyOf(examples);
        blocks = List.copyOf(blocks);
    }

    /** What a value of that shape has for {@link #examples}; empty if an extent is not known even by name. */
    static Optional<List<Dim>> examples(Shape shape) {
        if (!shape.isRanked() || shape.rank() == 0) {
            return Optional.empty();
        }
        List<Dim> axes = shape.dims().subList(0, shape.rank() - 1);
        return axes.stream().anyMatch(d -> d instanceof Dim.Unknown)
                ? Optional.empty()
                : Optional.of(axes.stream().filter(d -> !d.is(1)).toList());
    }

    int width() {
        return blocks.stream().mapToInt(Sum::width).sum();
    }

    /** How many atoms it is made of, those within others too. */
    int size() {
        return blocks.stream().mapToInt(Sum::size).sum();
    }

    boolean isConstant() {
        return examples.isEmpty() && blocks.stream().allMatch(Sum::isConstant);
    }

    /** The atom that it is, if it is one alone. */
    Optional<Atom> atom() {
        return blocks.size() == 1 ? blocks.get(0).atom() : Optional.empty();
    }

    /** The sum that it is, if it is one alone. */
    Optional<Sum> sum() {
        return blocks.size() == 1 ? Optional.of(blocks.get(0)) : Optional.empty();
    }

    Row map(UnaryOperator<Sum> f) {
        return new Row(examples, blocks.stream().map(f).toList());
    }

    Row columns(int from, int to) {
        List<Sum> out = new ArrayList<>();
        int at = 0;
        for (Sum block : blocks) {
            int first = Math.max(from, at);
            int end = Math.min(to, at + block.width());
            if (first < end) {
                out.add(block.columns(first - at, end - at));
            }
            at += block.width();
        }
        return new Row(examples, out);
    }

    /** An elementwise operation; empty if the rows are not of the same examples or widths. */
    Optional<Row> with(Row other, BinaryOperator<Sum> f) {
        boolean sameRows = examples.equals(other.examples) || isConstant() || other.isConstant();
        if (!sameRows) {
            return Optional.empty();
        }
        List<Dim> rows = examples.isEmpty() ? other.examples : examples;
        if (other.isUniform()) {
            Scale number = other.blocks.get(0).constant();
            return Optional.of(new Row(
                    rows,
                    blocks.stream()
                            .map(b -> f.apply(b, Sum.constant(b.width(), number)))
                            .toList()));
        }
        if (isUniform()) {
            return other.with(this, (a, b) -> f.apply(b, a));
        }
        if (width() != other.width()) {
            return Optional.empty();
        }
        TreeSet<Integer> cuts = new TreeSet<>(ends());
        cuts.addAll(other.ends());
        List<Sum> out = new ArrayList<>();
        int from = 0;
        for (int to : cuts) {
            out.add(f.apply(part(from, to), other.part(from, to)));
            from = to;
        }
        return Optional.of(new Row(rows, out));
    }

    private boolean isUniform() {
        return isConstant() && blocks.size() == 1 && blocks.get(0).constant().isUniform();
    }

    private List<Integer> ends() {
        List<Integer> ends = new ArrayList<>();
        int at = 0;
        for (Sum block : blocks) {
            at += block.width();
            ends.add(at);
        }
        return ends;
    }

    private Sum part(int from, int to) {
        return columns(from, to).blocks.get(0);
    }
}
