package dev.tfliteonnx.handlers;

import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;

/**
 * Expresses one TFLite operator in ONNX.
 *
 * <p>A handler works on real numbers: {@link TflOp#in} dequantizes, and a result that TFLite stores quantized is
 * quantized after the handler returned it. So no handler knows of quantization unless it must.
 */
@FunctionalInterface
public interface OpHandler {
    /**
     * Makes the nodes.
     *
     * @param op the operator
     * @param onnx makes nodes whose names and origin are those of the operator
     * @return one value for each of the operator's outputs
     * @throws Refusal if it cannot be done
     */
    List<Value> lower(TflOp op, Onnx onnx);
}
