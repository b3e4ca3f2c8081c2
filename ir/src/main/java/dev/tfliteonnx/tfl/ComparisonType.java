package dev.tfliteonnx.tfl;

/** How STABLEHLO_COMPARE looks at numbers. Values stand in the order of the schema's numbers. */
public enum ComparisonType {
    NOTYPE,
    FLOAT,
    FLOAT_TOTAL_ORDER,
    SIGNED,
    UNSIGNED
}
