package dev.tfliteonnx.testmodels.cases;

/** How the results of two engines for the same case are to be compared. */
public enum Tolerance {
    /** Real numbers, up to the rounding of float32 in another order. */
    FLOAT,
    /** Real numbers of kernels that quantize their float inputs as they run: about 1 in 100 of the greatest result. */
    HYBRID,
    /** Stored integers, up to the last step where a kernel rounds in another way. */
    QUANTIZED,
    /**
     * Stored integers, up to the last step, where exact results lie halfway between two steps so often that no share of
     * equal ones can be asked for: TFLite rounds those away from zero, ONNX to the even one.
     */
    TIES,
    /** Bit for bit: the operator only moves, compares or counts. */
    EXACT
}
