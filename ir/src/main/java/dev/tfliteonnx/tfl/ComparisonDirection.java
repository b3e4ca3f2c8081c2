package dev.tfliteonnx.tfl;

/** What STABLEHLO_COMPARE asks. Values stand in the order of the schema's numbers. */
public enum ComparisonDirection {
    EQ,
    NE,
    GE,
    GT,
    LE,
    LT
}
