package dev.tfliteonnx.tfl;

/** Which of its two operand lists LSTM has. Values stand in the order of the schema's numbers. */
public enum LstmKernelType {
    FULL,
    BASIC
}
