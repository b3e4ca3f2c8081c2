package dev.tfliteonnx.tfl;

/** How the weights of FULLY_CONNECTED are laid out. Values stand in the order of the schema's numbers. */
public enum WeightsFormat {
    DEFAULT,
    SHUFFLED4x16INT8
}
