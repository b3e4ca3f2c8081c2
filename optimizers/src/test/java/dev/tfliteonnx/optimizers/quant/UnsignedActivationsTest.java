package dev.tfliteonnx.optimizers.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class UnsignedActivationsTest {
    private final Sketch s = new Sketch();

    private boolean run() {
        return new UnsignedActivations().run(s.graph, new PassContext(PassOptions.DEFAULT));
    }

    private long quantized(DataType type) {
        return s.graph.nodes().stream()
                .filter(n -> n.is("QuantizeLinear") && n.output().type() == type)
                .count();
    }

    @Test
    void activationsInsideBecomeUnsignedAndKeepTheirNumbers() {
        Value x = s.input("x", 2, 8);
        Value q = s.quantize(x, 0.125, 3);
        Value sum = s.onnx.add(s.dequantize(q, 0.125, 3), s.dequantize(q, 0.125, 3));
        s.outputs(s.dequantize(s.quantize(sum, 0.25, -5), 0.25, -5));
        float[] before = s.run().get(0).toFloats();
        assertTrue(run());
        s.graph.verify();
        assertEquals(0, quantized(DataType.INT8));
        assertEquals(2, quantized(DataType.UINT8));
        assertArrayEquals(before, s.run().get(0).toFloats());
        assertFalse(run());
    }

    @Test
    void edgesKeepTheirTypeAndNumbers() {
        Value in = s.input("q", DataType.INT8, Shape.of(2, 8));
        Value y = s.onnx.op("Sigmoid", s.dequantize(in, 0.03, 7));
        s.outputs(s.quantize(y, 1 / 256.0, -128));
        long[] before = s.run().get(0).toLongs();
        assertTrue(run());
        s.graph.verify();
        assertEquals(DataType.INT8, s.graph.inputs().get(0).type());
        assertEquals(DataType.INT8, s.graph.outputs().get(0).type());
        assertEquals(2, quantized(DataType.UINT8));
        assertArrayEquals(before, s.run().get(0).toLongs());
        assertFalse(run());
    }

    @Test
    void whatHasNoIntegerKernelStaysSigned() {
        Value in = s.input("q", DataType.INT8, Shape.of(2, 8));
        s.outputs(s.quantize(s.onnx.op("Tanh", s.dequantize(in, 0.03, 7)), 1 / 128.0, 0));
        assertFalse(run());
    }

    @Test
    void integersThatSomethingElseReadsStaySigned() {
        Value q = s.quantize(s.input("x", 2, 8), 0.125, 3);
        Value y = s.dequantize(q, 0.125, 3);
        s.outputs(y, s.onnx.cast(q, DataType.INT32));
        assertFalse(run());
    }
}
