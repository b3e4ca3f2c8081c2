package dev.tfliteonnx.tfl;

/** A generator of random bits. Values stand in the order of the schema's numbers. */
public enum RngAlgorithm {
    DEFAULT,
    PHILOX,
    THREEFRY
}
