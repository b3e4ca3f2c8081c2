package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;

/** What it costs to move a tensor. */
final class Weights {
    private static final long UNKNOWN = 32;
    private static final long MOST = 1L << 32;

    private Weights() {}

    /** Bytes of a value; a batch of unknown size counts 1, another unknown extent {@value #UNKNOWN}. */
    static long bytes(Value value) {
        Shape shape = value.shape();
        long count = 1;
        for (int i = 0; shape.isRanked() && i < shape.rank(); i++) {
            long extent = shape.isFixed(i) ? shape.size(i) : i == 0 ? 1 : UNKNOWN;
            count = Math.min(MOST, count * Math.min(MOST >> 2, Math.max(1, extent)));
        }
        return Math.min(MOST, count) * Math.max(1, value.type().wideBytes());
    }
}
