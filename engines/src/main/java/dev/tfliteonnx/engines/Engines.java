package dev.tfliteonnx.engines;

/** Which engines this process can use. Asking loads the native library, if it is there, and never throws. */
public final class Engines {
    private Engines() {}

    /** Whether TFLite's classes and its native library for this platform are on the class path. */
    public static boolean hasTflite() {
        try {
            return !TfliteEngine.version().isEmpty();
        } catch (LinkageError e) {
            return false;
        }
    }

    /** Whether ONNX Runtime's classes and its native library for this platform are on the class path. */
    public static boolean hasOnnxRuntime() {
        try {
            return !OnnxRuntimeEngine.version().isEmpty();
        } catch (LinkageError e) {
            return false;
        }
    }
}
