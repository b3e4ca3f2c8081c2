package dev.tfliteonnx.tfl;

/** What REDUCE_WINDOW does with a window. Values stand in the order of the schema's numbers. */
public enum ReduceWindowFunction {
    UNSUPPORTED,
    ADD,
    MUL,
    MINIMUM,
    MAXIMUM,
    ALL,
    ANY
}
