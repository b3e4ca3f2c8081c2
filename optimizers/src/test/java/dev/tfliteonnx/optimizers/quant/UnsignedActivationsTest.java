package dev.tfliteonnx.optimizers.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
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

    @Test
    void constantsBesideActivationsBecomeUnsignedAndWeightsDoNot() {
        Value x = s.dequantize(s.quantize(s.input("x", 2, 8), 0.125, 3), 0.125, 3);
        Value sum = s.onnx.add(x, s.dequantize(s.bytes(8), 0.25, -5));
        Value y = s.dequantize(s.quantize(sum, 0.25, -5), 0.25, -5);
        s.outputs(s.onnx.op("MatMul", y, s.dequantize(s.bytes(8, 4), 0.5, 0)));
        float[] before = s.run().get(0).toFloats();
        assertTrue(run());
        s.graph.verify();
        assertArrayEquals(before, s.run().get(0).toFloats());
        List<DataType> constants = s.graph.nodes().stream()
                .filter(n -> n.is("DequantizeLinear") && n.input(0).isConstant())
                .map(n -> n.input(0).type())
                .toList();
        assertEquals(List.of(DataType.UINT8, DataType.INT8), constants);
        assertFalse(run());
    }

    @Test
    void whatMovesUnsignedIntegersToAnOutputStaysOfOneType() {
        Value q = s.quantize(s.onnx.op("Sigmoid", s.input("x", 2, 8)), 1 / 256.0, -128);
        Value part = s.onnx.slice(
                s.dequantize(q, 1 / 256.0, -128), new long[] {0}, new long[] {3}, new long[] {1}, new long[] {1});
        s.outputs(s.quantize(part, 1 / 256.0, -128));
        long[] before = s.run().get(0).toLongs();
        while (run()) {
            s.graph.verify();
        }
        Node slice =
                s.graph.nodes().stream().filter(n -> n.is("Slice")).findFirst().orElseThrow();
        assertEquals(
                DataType.UINT8, slice.output().uses().get(0).user().output().type());
        assertEquals(DataType.INT8, s.graph.outputs().get(0).type());
        assertArrayEquals(before, s.run().get(0).toLongs());
    }

    @Test
    void whatIsLaidOutForAnOutputIsComputedUnsigned() {
        Value q = s.quantize(s.onnx.op("Sigmoid", s.input("x", 2, 8)), 1 / 256.0, -128);
        s.outputs(s.onnx.transpose(q, 1, 0));
        long[] before = s.run().get(0).toLongs();
        assertTrue(run());
        s.graph.verify();
        assertEquals(1, quantized(DataType.UINT8));
        assertEquals(DataType.INT8, s.graph.outputs().get(0).type());
        assertArrayEquals(before, s.run().get(0).toLongs());
        assertFalse(run());
    }
}
