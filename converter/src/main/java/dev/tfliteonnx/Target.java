package dev.tfliteonnx;

import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.optimizers.quant.WeightType;
import java.util.Set;

/**
 * The runtime that a model is made for, as values for the other options; what it cannot take is told or refused.
 *
 * <p>Source: what ONNX Runtime's execution providers state to take, and its CPU kernels.
 */
public enum Target {
    /** None in particular: as ONNX Runtime on any processor. */
    ANY("any", QuantMode.QDQ, WeightType.INT8, Set.of()),
    /** ONNX Runtime on x86, with or without VNNI: weights of uint8, whose products never saturate. */
    CPU_X86("cpu-x86", QuantMode.QDQ, WeightType.UINT8, Set.of()),
    /** ONNX Runtime on Arm, whose kernels take int8 as it is. */
    CPU_ARM("cpu-arm", QuantMode.QDQ, WeightType.INT8, Set.of("unsigned-activations")),
    /** Android's neural networks: fixed shapes, uint8, every operator between DequantizeLinear and QuantizeLinear. */
    NNAPI("nnapi", QuantMode.QDQ, WeightType.KEEP, Set.of("integer-operators", "channel-blocks")),
    /** Apple's Core ML: float32 throughout, at most five axes. */
    COREML("coreml", QuantMode.FLOAT, WeightType.KEEP, Set.of()),
    /** Qualcomm's neural processor: fixed shapes, uint8, every operator between DequantizeLinear and QuantizeLinear. */
    QNN("qnn", QuantMode.QDQ, WeightType.KEEP, Set.of("integer-operators", "channel-blocks")),
    /** XNNPACK in ONNX Runtime: every operator between DequantizeLinear and QuantizeLinear. */
    XNNPACK("xnnpack", QuantMode.QDQ, WeightType.KEEP, Set.of("integer-operators", "channel-blocks")),
    /** TensorRT: float32 throughout, as it takes no zero point but 0. */
    TENSORRT("tensorrt", QuantMode.FLOAT, WeightType.KEEP, Set.of());

    private final String spelling;
    private final QuantMode quant;
    private final WeightType weights;
    private final Set<String> unwanted;

    Target(String spelling, QuantMode quant, WeightType weights, Set<String> unwanted) {
        this.spelling = spelling;
        this.quant = quant;
        this.weights = weights;
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

    /** The type of weights, unless the caller says otherwise. */
    public WeightType weights() {
        return weights;
    }

    /** Passes that make graphs worse for it. */
    public Set<String> unwanted() {
        return unwanted;
    }
}
