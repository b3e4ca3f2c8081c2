package dev.tfliteonnx.testmodels.cases;

/** How the results of two engines for the same case are to be compared. */
public enum Tolerance {
    /** Real numbers, up to the rounding of float32 in another order. */
    FLOAT,
    /** Real numbers of kernels that quantize their float inputs as they run: about 1 in 100 of the greatest result. */
    HYBRID,
    /** Stored integers, up to the last step where a kernel rounds in another way. */
    QUANTIZED,
    /** Bit for bit: the operator only moves, compares or counts. */
    EXACT
}
