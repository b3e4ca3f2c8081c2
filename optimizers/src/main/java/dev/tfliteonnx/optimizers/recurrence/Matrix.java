package dev.tfliteonnx.optimizers.recurrence;

import dev.tfliteonnx.ir.Tensor;

/**
 * A part of a constant matrix that a row is multiplied by.
 *
 * @param tensor all of it, [in, out], or [out, in] if {@code transposed}
 * @param fromRow the first element of the row that it reads
 * @param rows how many elements of the row it reads
 * @param fromColumn the first column of the result
 * @param columns how many columns of the result it makes
 */
record Matrix(Tensor tensor, boolean transposed, int fromRow, int rows, int fromColumn, int columns) {
    /** All of a constant of two axes. */
    static Matrix of(Tensor tensor, boolean transposed) {
        int first = Math.toIntExact(tensor.shape().size(0));
        int second = Math.toIntExact(tensor.shape().size(1));
        return transposed
                ? new Matrix(tensor, true, 0, second, 0, first)
                : new Matrix(tensor, false, 0, first, 0, second);
    }

    Matrix rows(int from, int to) {
        return new Matrix(tensor, transposed, fromRow + from, to - from, fromColumn, columns);
    }

    Matrix columns(int from, int to) {
        return new Matrix(tensor, transposed, fromRow, rows, fromColumn + from, to - from);
    }

    /** Where the element stands among all of the constant. */
    int index(int row, int column) {
        int width = Math.toIntExact(tensor.shape().size(1));
        int i = fromRow + row;
        int j = fromColumn + column;
        return transposed ? j * width + i : i * width + j;
    }
}
