package dev.tfliteonnx.handlers;

/** Operators that read or write complex numbers, as pairs along one more axis. */
final class ComplexNumbers {
    private ComplexNumbers() {}

    static OpHandler handler(TflOp op, OpHandler otherwise) {
        return otherwise;
    }
}
