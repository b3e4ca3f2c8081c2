package dev.tfliteonnx.optimizers.ort;

/** The processor that a file is made for. */
public enum TargetPlatform {
    /** Not said: as for x86. */
    ANY,
    /** Arm, whose kernels take int8 as fast as uint8. */
    ARM,
    /** x86 of 64 bits, whose fast kernels take uint8. */
    AMD64;

    /** Whether products of int8 stay products of int8; ONNX Runtime's {@code session.qdqisint8allowed}. */
    public boolean takesInt8() {
        return this == ARM;
    }
}
