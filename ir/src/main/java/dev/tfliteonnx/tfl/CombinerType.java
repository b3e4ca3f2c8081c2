package dev.tfliteonnx.tfl;

/** How EMBEDDING_LOOKUP_SPARSE joins rows. Values stand in the order of the schema's numbers. */
public enum CombinerType {
    SUM,
    MEAN,
    SQRTN
}
