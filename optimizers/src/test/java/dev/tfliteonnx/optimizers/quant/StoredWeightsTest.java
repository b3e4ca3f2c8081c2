package dev.tfliteonnx.optimizers.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What weights, inputs and outputs are stored as. */
class StoredWeightsTest {
    private final Sketch s = new Sketch();

    private long constants(DataType type) {
        return s.graph.constants().stream()
                .filter(v -> v.type() == type && v.shape().rank() > 0)
                .count();
    }

    @Test
    void weightsOfOneScaleBecomeUnsigned() {
        s.outputs(s.onnx.op("MatMul", s.input("x", 2, 8), s.dequantize(s.bytes(8, 4), 0.5, 3)));
        new RuleCheck(WeightSigns.unsigned()).fires("unsigned-weights", s);
        assertEquals(1, constants(DataType.UINT8));
    }

    @Test
    void weightsOfAScalePerChannelBecomeUnsigned() {
        Value w = s.dequantizeAlong(0, s.bytes(3, 2, 1, 1));
        s.outputs(s.onnx.op("Conv", s.input("x", 1, 2, 4, 4), w));
        new RuleCheck(WeightSigns.unsigned()).fires("unsigned-weights", s);
        assertEquals(2, constants(DataType.UINT8));
    }

    @Test
    void weightsBecomeSigned() {
        Value stored =
                s.onnx.constant("w", s.bytes(8, 4).constant().orElseThrow().signTurned());
        Value zero = s.onnx.scalar(DataType.UINT8, 131);
        Value w = s.onnx.op("DequantizeLinear", stored, s.onnx.scalar(DataType.FLOAT32, 0.5), zero);
        s.outputs(s.onnx.op("MatMul", s.input("x", 2, 8), w));
        new RuleCheck(WeightSigns.signed()).fires("signed-weights", s);
        assertEquals(0, constants(DataType.UINT8));
    }

    @Test
    void signedWeightsStay() {
        s.outputs(s.onnx.op("MatMul", s.input("x", 2, 8), s.dequantize(s.bytes(8, 4), 0.5, 3)));
        assertFalse(WeightSigns.signed().run(s.graph, new PassContext(PassOptions.DEFAULT)));
    }

    @Test
    void weightsThatFloat16HoldsAreStoredSo() {
        s.outputs(s.onnx.op("MatMul", s.input("x", 2, 16), s.weights(16, 8)));
        new RuleCheck(new HalfWeights()).fires("half-weights", s);
        assertEquals(1, constants(DataType.FLOAT16));
    }

    @Test
    void weightsThatFloat16DoesNotHoldStay() {
        float[] thirds = new float[128];
        java.util.Arrays.fill(thirds, 1 / 3f);
        Value w = s.onnx.constant("w", Tensor.ofFloats(Shape.of(16, 8), thirds));
        s.outputs(s.onnx.op("MatMul", s.input("x", 2, 16), w));
        assertFalse(new HalfWeights().run(s.graph, new PassContext(PassOptions.DEFAULT)));
    }

    @Test
    void edgesTakeTheOtherSign() {
        Value x = s.dequantize(s.input("q", DataType.INT8, Shape.of(2, 8)), 0.25, 3);
        s.outputs(s.quantize(s.onnx.op("Sigmoid", x), 1 / 256.0, -128));
        EdgeTypes pass = new EdgeTypes(
                EdgeType.UINT8,
                List.of(Optional.of(new StoredAs(DataType.INT8, 0.25f, 3))),
                List.of(Optional.of(new StoredAs(DataType.INT8, 1 / 256f, -128))));
        assertTrue(pass.run(s.graph, new PassContext(PassOptions.DEFAULT)));
        s.graph.verify();
        assertEquals(DataType.UINT8, s.graph.inputs().get(0).type());
        assertEquals(DataType.UINT8, s.graph.outputs().get(0).type());
        assertEquals(Optional.of(new StoredAs(DataType.UINT8, 0.25f, 131)), pass.input(0));
        assertEquals(Optional.of(new StoredAs(DataType.UINT8, 1 / 256f, 0)), pass.output(0));
    }

    @Test
    void realEdgesTakeTheIntegersBehindThem() {
        Value x = s.dequantize(s.quantize(s.input("x", 2, 8), 0.25, 3), 0.25, 3);
        s.outputs(s.dequantize(s.quantize(s.onnx.op("Sigmoid", x), 1 / 256.0, -128), 1 / 256.0, -128));
        EdgeTypes pass = new EdgeTypes(EdgeType.INT8, List.of(Optional.empty()), List.of(Optional.empty()));
        assertTrue(pass.run(s.graph, new PassContext(PassOptions.DEFAULT)));
        s.graph.verify();
        assertEquals(Optional.of(new StoredAs(DataType.INT8, 0.25f, 3)), pass.input(0));
        assertEquals(DataType.INT8, s.graph.outputs().get(0).type());
    }
}
