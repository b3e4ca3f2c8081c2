package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Tensor;
import java.util.Optional;

/**
 * A part of a constant matrix that a row is multiplied by.
 *
 * @param stored all of it, [in, out], or [out, in] if {@code transposed}
 * @param rows which elements of the row it reads
 * @param columns which columns of the result it makes
 */
record Matrix(Stored stored, boolean transposed, Range rows, Range columns) {
    /** Indices from the first to before the last. */
    record Range(int from, int to) {
        int size() {
            return to - from;
        }

        Range within(int first, int end) {
            return new Range(from + first, from + end);
        }
    }

    /** All of a constant of two axes. */
    static Matrix of(Stored stored, boolean transposed) {
        Tensor tensor = stored.tensor();
        Range first = new Range(0, Math.toIntExact(tensor.shape().size(0)));
        Range second = new Range(0, Math.toIntExact(tensor.shape().size(1)));
        return new Matrix(stored, transposed, transposed ? second : first, transposed ? first : second);
    }

    Matrix rows(int from, int to) {
        return new Matrix(stored, transposed, rows.within(from, to), columns);
    }

    Matrix columns(int from, int to) {
        return new Matrix(stored, transposed, rows, columns.within(from, to));
    }

    /** Where the element stands among all of the constant. */
    int index(int row, int column) {
        int width = Math.toIntExact(stored.tensor().shape().size(1));
        int i = rows.from() + row;
        int j = columns.from() + column;
        return transposed ? j * width + i : i * width + j;
    }

    /** What the integers of each column stand for; empty if it is not of integers or each row has its own scale. */
    Optional<Stored.Steps> steps() {
        return stored.steps().filter(s -> s.isOne() || s.axis() == (transposed ? 0 : 1));
    }
}
