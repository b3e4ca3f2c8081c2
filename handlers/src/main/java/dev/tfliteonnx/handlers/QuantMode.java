package dev.tfliteonnx.handlers;

/** What becomes of quantization. */
public enum QuantMode {
    /** Every quantized operator becomes a float operator between DequantizeLinear and QuantizeLinear. */
    QDQ,
    /** The whole model computes in float32, its inputs and outputs too; weights are dequantized. */
    FLOAT
}
