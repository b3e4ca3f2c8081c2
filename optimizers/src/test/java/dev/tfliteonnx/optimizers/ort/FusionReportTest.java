package dev.tfliteonnx.optimizers.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
import org.junit.jupiter.api.Test;

class FusionReportTest {
    private final Sketch s = new Sketch();

    private Value real() {
        return s.dequantize(s.input("q", DataType.INT8, Shape.of(1, 4, 6, 6)), 0.25, 3);
    }

    private FusionReport report(TargetPlatform platform, Value y) {
        s.outputs(y);
        return FusionReport.predicted(s.graph, platform);
    }

    private String reason(Value y) {
        List<FusionReport.Entry> exceptions = report(TargetPlatform.ARM, y).exceptions();
        assertEquals(1, exceptions.size(), exceptions.toString());
        return exceptions.get(0).reason().orElseThrow();
    }

    @Test
    void wholeUnitsAreIntegerKernels() {
        Value w = s.dequantize(s.bytes(2, 4, 3, 3), 0.125, 0);
        Value y = s.onnx.op("Relu", s.onnx.op("Conv", real(), w));
        FusionReport report = report(TargetPlatform.ARM, s.quantize(y, 0.5, -128));
        assertEquals(List.of(), report.exceptions());
        assertEquals(1, report.integers());
        assertArrayEquals(new long[] {1, 1}, report.byOperator().get("Conv"));
    }

    @Test
    void int8HasKernelsOnArmOnly() {
        Value w = s.dequantize(s.bytes(2, 4, 3, 3), 0.125, 0);
        FusionReport report = report(TargetPlatform.AMD64, s.quantize(s.onnx.op("Conv", real(), w), 0.5, 7));
        assertEquals(
                "it takes int8, for which there are integer kernels on Arm only",
                report.exceptions().get(0).reason().orElseThrow());
    }

    @Test
    void namesWhatHasNoKernel() {
        assertEquals(
                "ONNX Runtime has no integer kernel for Tanh", reason(s.quantize(s.onnx.op("Tanh", real()), 0.5, 7)));
    }

    @Test
    void namesTheReaderOfWhatIsNotQuantized() {
        Value y = s.onnx.op("Sigmoid", real());
        assertEquals("its result goes to Exp unquantized", reason(s.onnx.op("Exp", y)));
    }

    @Test
    void namesOperandsThatAreReal() {
        Value sum = s.onnx.add(real(), s.input("x", 1, 4, 6, 6));
        assertEquals("operand 1 (x) is not dequantized from integers", reason(s.quantize(sum, 0.5, 7)));
    }

    @Test
    void namesParametersThatChange() {
        Value y = s.onnx.transpose(real(), 0, 2, 3, 1);
        assertEquals("scale or zero point change with it", reason(s.quantize(y, 0.5, 3)));
    }

    @Test
    void countsIntegerOperatorsOfAnOptimizedGraphAndNothingElse() {
        Value q = s.input("q", DataType.UINT8, Shape.of(1, 4));
        Value moved = s.onnx.transpose(q, 1, 0);
        s.outputs(s.onnx.cast(moved, DataType.FLOAT32), s.onnx.op("Exp", s.input("x", 3)));
        FusionReport report = FusionReport.observed(s.graph, TargetPlatform.AMD64);
        assertEquals(1, report.entries().size());
        assertEquals(1, report.integers());
    }
}
