package dev.tfliteonnx.testmodels.cases;

/** What may run a case. */
public enum Engine {
    /** TFLite's reference kernels. */
    TFLITE_REFERENCE,
    /** What an application gets from TFLite: XNNPACK, and optimized kernels for the rest. */
    TFLITE_DEFAULT,
    /** ONNX Runtime on the converted model. */
    ONNX_RUNTIME
}
