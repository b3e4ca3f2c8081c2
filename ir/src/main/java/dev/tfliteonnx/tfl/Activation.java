package dev.tfliteonnx.tfl;

/** An activation fused into another operator. Values stand in the order of the schema's numbers. */
public enum Activation {
    NONE,
    RELU,
    RELU_N1_TO_1,
    RELU6,
    TANH,
    SIGN_BIT
}
