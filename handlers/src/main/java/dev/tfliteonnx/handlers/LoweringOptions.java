package dev.tfliteonnx.handlers;

/**
 * How a TFLite graph is expressed in ONNX.
 *
 * @param quant what becomes of quantization
 */
public record LoweringOptions(QuantMode quant) {
    /** Keep the quantization. */
    public static final LoweringOptions DEFAULT = new LoweringOptions(QuantMode.QDQ);
}
