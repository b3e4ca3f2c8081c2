package dev.tfliteonnx.tfl;

/** How custom options are encoded. Values stand in the order of the schema's numbers. */
public enum CustomOptionsFormat {
    FLEXBUFFERS
}
