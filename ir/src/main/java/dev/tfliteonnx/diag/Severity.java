package dev.tfliteonnx.diag;

/** How much a diagnostic matters. */
public enum Severity {
    /** Nothing is written. */
    ERROR,
    /** The result may not be what the user expects. */
    WARNING,
    /** The result is not exact, or something was done that a user may want to know. */
    NOTE
}
