package dev.tfliteonnx.tfl;

/** How a window treats the border. Values stand in the order of the schema's numbers. */
public enum Padding {
    SAME,
    VALID
}
