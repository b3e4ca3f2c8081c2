package dev.tfliteonnx.ir;

/** The vocabulary that the nodes of a graph are written in. */
public enum Dialect {
    /** Operators of the TFLite schema, builtin or custom. */
    TFLITE,
    /** Operators of the ONNX domains. */
    ONNX
}
