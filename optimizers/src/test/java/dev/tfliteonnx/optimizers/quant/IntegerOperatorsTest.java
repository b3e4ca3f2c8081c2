package dev.tfliteonnx.optimizers.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class IntegerOperatorsTest {
    private final RuleCheck check = new RuleCheck(new IntegerOperators());
    private final Sketch s = new Sketch();

    private Value real() {
        return s.dequantize(s.input("q", DataType.INT8, Shape.of(1, 8, 4, 4)), 0.25, 20);
    }

    private void becomesInteger(Value x) {
        Value q = s.quantize(x, 0.25, 20);
        check.fires("integer-operators", s.outputs(q));
        assertEquals(0, s.count("DequantizeLinear"));
    }

    private void stays(Value x, double scale) {
        s.outputs(s.quantize(x, scale, 20));
        assertFalse(new IntegerOperators().run(s.graph, new PassContext(PassOptions.DEFAULT)));
    }

    @Test
    void padsByTheIntegerOfItsNumber() {
        becomesInteger(s.onnx.pad(real(), new long[] {0, 0, 1, 2, 0, 0, 0, 1}, s.onnx.scalar(DataType.FLOAT32, 1.6)));
    }

    @Test
    void padsByTheZeroPointIfItHasNoNumber() {
        Value pads = s.onnx.ints(0, 1, 0, 0, 0, 0, 0, 0);
        becomesInteger(s.onnx.op("Pad", real(), pads));
    }

    @Test
    void movesCellsOfDepth() {
        becomesInteger(s.onnx.op("DepthToSpace", Attributes.of(OnnxOps.BLOCKSIZE, 2L), real()));
    }

    @Test
    void clampsToTheIntegersOfItsLimits() {
        becomesInteger(s.onnx.clip(real(), 0, 6));
        assertEquals(1, s.count("Clip"));
    }

    @Test
    void clampsFromTheZeroPointOn() {
        becomesInteger(s.onnx.op("Relu", real()));
        assertEquals(0, s.count("Relu"));
    }

    @Test
    void choosesAmongIntegersAndConstants() {
        Value other = s.dequantize(s.input("p", DataType.INT8, Shape.of(8, 4, 4)), 0.25, 20);
        Value most = s.onnx.op("Min", real(), s.onnx.scalar(DataType.FLOAT32, 3.3));
        becomesInteger(s.onnx.op("Max", s.dequantize(s.quantize(most, 0.25, 20), 0.25, 20), other));
    }

    @Test
    void roundsBehindAConvolutionBeforeItClamps() {
        Value w = s.dequantize(s.bytes(3, 8, 1, 1), 0.125, 0);
        s.outputs(s.quantize(s.onnx.clip(s.onnx.op("Conv", real(), w), 0, 6), 0.25, 20));
        check.fires("integer-operators", s);
        assertEquals(
                "Clip", s.graph.outputs().get(0).producer().orElseThrow().op().name());
        assertEquals(DataType.INT8, s.graph.outputs().get(0).type());
    }

    @Test
    void findsPlacesAmongIntegers() {
        Value place = s.onnx.op("ArgMax", Attributes.of(OnnxOps.AXIS, 1L), real());
        check.fires("integer-operators", s.outputs(place));
        assertEquals(1, s.graph.size());
    }

    @Test
    void anotherScaleStays() {
        stays(s.onnx.op("Pad", real(), s.onnx.ints(0, 1, 0, 0, 0, 0, 0, 0)), 0.5);
    }

    @Test
    void choicesOfUnknownNumbersStay() {
        stays(s.onnx.op("Max", real(), s.input("limit", 4)), 0.25);
    }
}
