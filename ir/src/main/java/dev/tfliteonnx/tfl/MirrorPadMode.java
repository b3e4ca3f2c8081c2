package dev.tfliteonnx.tfl;

/** Whether mirroring repeats the border element. Values stand in the order of the schema's numbers. */
public enum MirrorPadMode {
    REFLECT,
    SYMMETRIC
}
