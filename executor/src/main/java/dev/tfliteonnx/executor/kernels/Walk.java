package dev.tfliteonnx.executor.kernels;

/**
 * A walk over a box of indices, row by row, that keeps the offset of each row's first element in several arrays. Axes
 * that lie one behind the other in all arrays are walked as one.
 */
public final class Walk {
    private final int[] dims;
    private final int[][] strides;
    private final int[] index;
    private final int[] offsets;
    private final int rows;
    private final int length;
    private final int[] rowStrides;
    private int row;

    /** Walks a box of {@code dims} with one list of strides for each array. */
    public Walk(int[] dims, int[]... strides) {
        int[] merged = new int[Math.max(1, dims.length)];
        int[][] steps = new int[strides.length][merged.length];
        merged[0] = 1;
        int n = 0;
        for (int i = 0; i < dims.length; i++) {
            if (dims[i] == 1) {
                continue;
            }
            boolean joins = n > 0 && continues(strides, steps, n - 1, i, dims[i]);
            merged[joins ? n - 1 : n] = joins ? merged[n - 1] * dims[i] : dims[i];
            n += joins ? 0 : 1;
            for (int t = 0; t < strides.length; t++) {
                steps[t][n - 1] = strides[t][i];
            }
        }
        n = Math.max(1, n);
        this.length = merged[n - 1];
        this.rowStrides = new int[strides.length];
        for (int t = 0; t < strides.length; t++) {
            rowStrides[t] = steps[t][n - 1];
        }
        this.dims = Dims.slice(merged, 0, n - 1);
        this.strides = steps;
        this.index = new int[n - 1];
        this.offsets = new int[strides.length];
        this.rows = length == 0 ? 0 : Dims.count(this.dims);
    }

    private static boolean continues(int[][] strides, int[][] steps, int last, int axis, int size) {
        for (int t = 0; t < strides.length; t++) {
            if (steps[t][last] != strides[t][axis] * size) {
                return false;
            }
        }
        return true;
    }

    /** Whether there is a row at which the walk stands. */
    public boolean valid() {
        return row < rows;
    }

    /** Goes to the next row. */
    public void next() {
        row++;
        for (int i = dims.length - 1; i >= 0; i--) {
            if (++index[i] < dims[i]) {
                for (int t = 0; t < offsets.length; t++) {
                    offsets[t] += strides[t][i];
                }
                return;
            }
            index[i] = 0;
            for (int t = 0; t < offsets.length; t++) {
                offsets[t] -= strides[t][i] * (dims[i] - 1);
            }
        }
    }

    /** The number of elements of every row. */
    public int length() {
        return length;
    }

    /** The number of elements of all rows before this one. */
    public int position() {
        return row * length;
    }

    /** Where the row starts in array {@code t}. */
    public int offset(int t) {
        return offsets[t];
    }

    /** How far the elements of a row are apart in array {@code t}. */
    public int stride(int t) {
        return rowStrides[t];
    }
}
