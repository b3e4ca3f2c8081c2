package dev.tfliteonnx;

/** The version of this program. */
public final class Version {
    /** As it is written into models. */
    public static final String STRING = "0.1.0";

    private Version() {}
}
