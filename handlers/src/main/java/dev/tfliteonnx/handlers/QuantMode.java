package dev.tfliteonnx.handlers;

/** What becomes of quantization. */
public enum QuantMode {
    /** Every quantized operator becomes a float operator between DequantizeLinear and QuantizeLinear. */
    QDQ,
    /** Every 8-bit operator becomes integer operators whose results are those of TFLite's reference kernels. */
    INTEGER,
    /** The whole model computes in float32, its inputs and outputs too; weights are dequantized. */
    FLOAT
}
