package dev.tfliteonnx;

import dev.tfliteonnx.handlers.QuantMode;
import java.util.Set;

/**
 * The runtime that a model is made for, as values for the other options; what it cannot take is told or refused.
 *
 * <p>Source: what ONNX Runtime's execution providers state to take, and its CPU kernels.
 */
public enum Target {
    /** None in particular: as ONNX Runtime on any processor. */
    ANY("any", QuantMode.QDQ, false, Set.of()),
    /** ONNX Runtime on x86, with or without VNNI: weights of uint8, whose products never saturate. */
    CPU_X86("cpu-x86", QuantMode.QDQ, true, Set.of()),
    /** ONNX Runtime on Arm, whose kernels take int8 as it is. */
    CPU_ARM("cpu-arm", QuantMode.QDQ, false, Set.of("unsigned-activations")),
    /** Android's neural networks: fixed shapes, uint8, every operator between DequantizeLinear and QuantizeLinear. */
    NNAPI("nnapi", QuantMode.QDQ, false, Set.of("integer-operators")),
    /** Apple's Core ML: float32 throughout, at most five axes. */
    COREML("coreml", QuantMode.FLOAT, false, Set.of()),
    /** Qualcomm's neural processor: fixed shapes, uint8, every operator between DequantizeLinear and QuantizeLinear. */
    QNN("qnn", QuantMode.QDQ, false, Set.of("integer-operators")),
    /** XNNPACK in ONNX Runtime: every operator between DequantizeLinear and QuantizeLinear. */
    XNNPACK("xnnpack", QuantMode.QDQ, false, Set.of("integer-operators")),
    /** TensorRT: float32 throughout, as it takes no zero point but 0. */
    TENSORRT("tensorrt", QuantMode.FLOAT, false, Set.of());

    private final String spelling;
    private final QuantMode quant;
    private final boolean unsignedWeights;
    private final Set<String> unwanted;

    Target(String spelling, QuantMode quant, boolean unsignedWeights, Set<String> unwanted) {
        this.spelling = spelling;
        this.quant = quant;
        this.unsignedWeights = unsignedWeights;
        this.unwanted = unwanted;
    }

    /** The name on the command line. */
    public String spelling() {
        return spelling;
    }

    /** What becomes of quantization, unless the caller says otherwise. */
    public QuantMode quant() {
        return quant;
    }

    /** Whether weights of int8 become uint8, unless the caller says otherwise. */
    public boolean unsignedWeights() {
        return unsignedWeights;
    }

    /** Passes that make graphs worse for it. */
    public Set<String> unwanted() {
        return unwanted;
    }
}
