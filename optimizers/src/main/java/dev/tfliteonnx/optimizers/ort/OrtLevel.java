package dev.tfliteonnx.optimizers.ort;

/** How far a graph is optimized, by ONNX Runtime's names of its levels. */
public enum OrtLevel {
    /** Not at all. */
    DISABLE,
    /** With operators of ONNX alone. */
    BASIC,
    /** With operators of {@code com.microsoft} too. */
    EXTENDED,
    /** With channels last for convolutions of integers, and sums within convolutions. */
    LAYOUT,
    /** Everything; the same as {@link #LAYOUT} as long as no layout in blocks of channels is made. */
    ALL
}
