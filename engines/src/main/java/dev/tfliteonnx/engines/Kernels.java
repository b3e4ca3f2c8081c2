package dev.tfliteonnx.engines;

/** The sets of kernels that TFLite can be built from. They differ, mostly in how quantized results are rounded. */
public enum Kernels {
    /** What an application gets: the XNNPACK delegate takes what it can, {@link #OPTIMIZED} the rest. */
    XNNPACK,
    /** The optimized kernels alone. */
    OPTIMIZED,
    /** The reference kernels; optimized ones for the few ops that have no other, such as CEIL, ELU and ROUND. */
    REFERENCE
}
