package dev.tfliteonnx.optimizers.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class QuantizationRulesTest {
    private final RuleCheck check = new RuleCheck(QuantizationRules.pass());
    private final Sketch s = new Sketch();

    private Value again(double scale, long zero) {
        Value q = s.input("q", DataType.INT8, Shape.of(64));
        return s.dequantize(s.quantize(s.dequantize(q, 0.37, 3), scale, zero), 0.37, 3);
    }

    @Test
    void equalParametersCancel() {
        check.fires("quantize-of-dequantize", s.outputs(again(0.37, 3)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void anotherScaleStays() {
        check.misses("quantize-of-dequantize", "type and parameters are the same — false", s.outputs(again(0.38, 3)));
    }

    @Test
    void anotherZeroPointStays() {
        check.misses("quantize-of-dequantize", "type and parameters are the same — false", s.outputs(again(0.37, 4)));
    }

    @Test
    void integersOf32BitsStay() {
        Value q = s.input("q", DataType.INT32, Shape.of(8));
        Value scale = s.onnx.scalar(DataType.FLOAT32, 0.5);
        Value x = s.onnx.op("DequantizeLinear", q, scale);
        Value zero = s.onnx.scalar(DataType.INT32, 0);
        check.misses(
                "quantize-of-dequantize",
                "at most 16 bits — false",
                s.outputs(s.onnx.op("QuantizeLinear", x, scale, zero)));
    }

    @Test
    void aConstantIsAddedWithItsBitsTurnedOver() {
        Value x = s.dequantize(s.input("q", DataType.INT8, Shape.of(4, 8)), 0.25, 3);
        check.fires("subtract-constant", s.outputs(s.onnx.sub(x, s.dequantize(s.bytes(8), 0.5, -7))));
        assertEquals(1, s.count("Add"));
    }

    @Test
    void whatIsSubtractedFromAConstantStays() {
        Value x = s.dequantize(s.input("q", DataType.INT8, Shape.of(4, 8)), 0.25, 3);
        Value difference = s.onnx.sub(s.dequantize(s.bytes(8), 0.5, -7), x);
        check.misses("subtract-constant", "is constant — false", s.outputs(difference));
    }
}
