package dev.tfliteonnx.optimizers.layout;

/** Where a tensor of at least three axes keeps its channels. */
enum Layout {
    /** {@code [N,…,C]}, as TFLite has it. */
    CHANNELS_LAST,
    /** {@code [N,C,…]}, as ONNX has it. */
    CHANNELS_SECOND;

    /** The other one. */
    Layout other() {
        return this == CHANNELS_LAST ? CHANNELS_SECOND : CHANNELS_LAST;
    }

    /** The transposition that leads from this layout to the other. */
    Permutation toOther(int rank) {
        int[] order = new int[rank];
        for (int i = 1; i < rank; i++) {
            order[i] = this == CHANNELS_LAST ? (i == 1 ? rank - 1 : i - 1) : (i == rank - 1 ? 1 : i + 1);
        }
        return Permutation.of(order);
    }
}
