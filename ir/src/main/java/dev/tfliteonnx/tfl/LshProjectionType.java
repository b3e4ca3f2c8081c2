package dev.tfliteonnx.tfl;

/** The kind of projection of LSH_PROJECTION. Values stand in the order of the schema's numbers. */
public enum LshProjectionType {
    UNKNOWN,
    SPARSE,
    DENSE
}
