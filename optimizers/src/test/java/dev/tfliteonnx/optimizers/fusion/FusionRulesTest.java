package dev.tfliteonnx.optimizers.fusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class FusionRulesTest {
    private static final long[] AROUND = {0, 0, 1, 0, 0, 0, 1, 2};

    private final RuleCheck check = new RuleCheck(FusionRules.pass());
    private final Sketch s = new Sketch();

    private Value pad(Value x, long... pads) {
        return s.onnx.op("Pad", x, s.onnx.ints(pads));
    }

    private Value conv(Value x) {
        return s.onnx.op("Conv", x, s.weights(4, x.shape().size(1), 3, 3), s.weights(4));
    }

    private Value pool(String op, Value x) {
        return s.onnx.op(op, Attributes.of(OnnxOps.KERNEL_SHAPE, Ints.of(3, 3)), x);
    }

    private long[] pads(String op) {
        Node node = s.graph.nodes().stream().filter(n -> n.is(op)).findFirst().orElseThrow();
        return node.attributes().get(OnnxOps.PADS).toArray();
    }

    @Test
    void padBecomesPadsOfAConvolution() {
        check.fires("pad-into-conv", s.outputs(conv(pad(s.input("x", 1, 2, 5, 5), AROUND))));
        assertArrayEquals(new long[] {1, 0, 1, 2}, pads("Conv"));
    }

    @Test
    void padsOfTheConvolutionAreAdded() {
        Value x = pad(s.input("x", 1, 2, 5, 5), AROUND);
        Attributes own = Attributes.of(OnnxOps.PADS, Ints.of(1, 1, 0, 0));
        check.fires("pad-into-conv", s.outputs(s.onnx.op("Conv", own, x, s.weights(4, 2, 3, 3))));
        assertArrayEquals(new long[] {2, 1, 1, 2}, pads("Conv"));
    }

    @Test
    void padOfChannelsStays() {
        check.misses(
                "pad-into-conv",
                "pads only height and width, and by at least 0 — false",
                s.outputs(conv(pad(s.input("x", 1, 2, 5, 5), 0, 1, 0, 0, 0, 0, 0, 0))));
    }

    @Test
    void cropStays() {
        check.misses(
                "pad-into-conv",
                "pads only height and width, and by at least 0 — false",
                s.outputs(conv(pad(s.input("x", 1, 2, 5, 5), 0, 0, -1, 0, 0, 0, 0, 0))));
    }

    @Test
    void padByAnotherNumberStays() {
        Value x = s.onnx.pad(s.input("x", 1, 2, 5, 5), AROUND, s.onnx.scalar(DataType.FLOAT32, 1));
        check.misses("pad-into-conv", "pads by a constant 0 — false", s.outputs(conv(x)));
    }

    @Test
    void padByReflectionStays() {
        Attributes reflect = Attributes.of(OnnxOps.MODE, "reflect");
        Value x = s.onnx.op("Pad", reflect, s.input("x", 1, 2, 5, 5), s.onnx.ints(AROUND));
        check.misses("pad-into-conv", "pads by a constant 0 — false", s.outputs(conv(x)));
    }

    private Value quantized(double scaleAfter) {
        Value q = s.input("q", DataType.INT8, Shape.of(1, 2, 5, 5));
        Value padded = pad(s.dequantize(q, 0.25, 5), AROUND);
        return s.dequantize(s.quantize(padded, scaleAfter, 5), scaleAfter, 5);
    }

    @Test
    void padBecomesPadsThroughEqualQuantization() {
        check.fires("quantized-pad-into-conv", s.outputs(conv(quantized(0.25))));
        assertEquals(1, s.count("DequantizeLinear"));
        assertEquals(0, s.count("QuantizeLinear"));
    }

    @Test
    void padStaysBeforeUnlikeQuantization() {
        check.misses("quantized-pad-into-conv", "all are quantized alike — false", s.outputs(conv(quantized(0.5))));
    }

    @Test
    void padBecomesPadsOfAMeanThatCountsThem() {
        check.fires("pad-into-average-pool", s.outputs(pool("AveragePool", pad(s.input("x", 1, 2, 5, 5), AROUND))));
        check.fires("quantized-pad-into-average-pool", s.outputs(pool("AveragePool", quantized(0.25))));
    }

    @Test
    void padStaysBeforeAMeanThatDoesNotCountItsPads() {
        Value x = pad(s.input("x", 1, 2, 5, 5), AROUND);
        Attributes own = Attributes.of(OnnxOps.KERNEL_SHAPE, Ints.of(3, 3)).with(OnnxOps.PADS, Ints.of(1, 1, 1, 1));
        check.misses(
                "pad-into-average-pool",
                "counts its pads or has none — false",
                s.outputs(s.onnx.op("AveragePool", own, x)));
    }

    @Test
    void padBecomesPadsOfAMaximumOfWhatIsNotNegative() {
        Value x = s.onnx.op("Relu", s.input("x", 1, 2, 5, 5));
        check.fires("pad-into-max-pool", s.outputs(pool("MaxPool", pad(x, AROUND))));
    }

    @Test
    void padStaysBeforeAMaximumOfAnything() {
        check.misses(
                "pad-into-max-pool",
                "nothing padded is below 0 — false",
                s.outputs(pool("MaxPool", pad(s.input("x", 1, 2, 5, 5), AROUND))));
        check.misses(
                "quantized-pad-into-max-pool",
                "nothing padded is below 0 — false",
                s.outputs(pool("MaxPool", quantized(0.25))));
    }

    @Test
    void padStaysWhereAWindowHoldsNothingElse() {
        Value x = s.onnx.op("Relu", s.input("x", 1, 2, 5, 5));
        check.misses(
                "pad-into-max-pool",
                "every window holds a cell of the image — false",
                s.outputs(pool("MaxPool", pad(x, 0, 0, 3, 0, 0, 0, 0, 0))));
    }

    @Test
    void padBecomesPadsOfAMaximumOfQuantizedThatAreNotNegative() {
        Value q = s.input("q", DataType.INT8, Shape.of(1, 2, 5, 5));
        Value padded = pad(s.dequantize(q, 0.25, -128), AROUND);
        Value x = s.dequantize(s.quantize(padded, 0.25, -128), 0.25, -128);
        check.fires("quantized-pad-into-max-pool", s.outputs(pool("MaxPool", x)));
    }

    @Test
    void scaleAndShiftBecomePartOfAConvolution() {
        Value y = s.onnx.add(s.weights(4, 1, 1), s.onnx.mul(conv(s.input("x", 1, 2, 5, 5)), s.weights(1, 4, 1, 1)));
        check.fires("scale-into-conv", s.outputs(y));
        assertEquals(1, s.graph.size());
    }

    @Test
    void shiftBecomesTheBiasOfAConvolutionWithout() {
        Value x = s.input("x", 1, 2, 5, 5);
        Value y = s.onnx.op("ConvTranspose", x, s.weights(2, 3, 2, 2));
        check.fires("shift-into-conv", s.outputs(s.onnx.add(y, s.weights(1))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void numbersThatDifferWithinAChannelStay() {
        check.misses(
                "shift-into-conv",
                "is one number, or one for each channel — false",
                s.outputs(s.onnx.add(conv(s.input("x", 1, 2, 5, 5)), s.weights(3))));
    }

    @Test
    void aConvolutionThatOthersReadStays() {
        Value y = conv(s.input("x", 1, 2, 5, 5));
        check.misses("scale-into-conv", "has one use — false", s.outputs(y, s.onnx.mul(y, s.weights(1))));
    }

    @Test
    void twoBoundsBecomeAClip() {
        Value x = s.input("x", 8);
        Value y = s.onnx.op("Min", s.onnx.op("Max", s.weights(1), x), s.onnx.scalar(DataType.FLOAT32, 9));
        check.fires("min-of-max-to-clip", s.outputs(y));
        Value z = s.onnx.op(
                "Max", s.onnx.op("Min", x, s.onnx.scalar(DataType.FLOAT32, 1)), s.onnx.scalar(DataType.FLOAT32, 0));
        check.fires("max-of-min-to-clip", s.outputs(z));
    }

    @Test
    void crossedBoundsStay() {
        Value x = s.input("x", 8);
        Value y = s.onnx.op(
                "Min", s.onnx.op("Max", x, s.onnx.scalar(DataType.FLOAT32, 2)), s.onnx.scalar(DataType.FLOAT32, 1));
        check.misses("min-of-max-to-clip", "the lower bound is not above the upper — false", s.outputs(y));
    }

    @Test
    void productAndSumBecomeAGemm() {
        Value y = s.onnx.add(s.weights(4), s.onnx.op("MatMul", s.input("x", 2, 3), s.weights(3, 4)));
        check.fires("matmul-add-to-gemm", s.outputs(y));
        assertEquals(1, s.graph.size());
    }

    @Test
    void productOfMoreAxesStays() {
        Value y = s.onnx.add(s.onnx.op("MatMul", s.input("x", 2, 2, 3), s.weights(3, 4)), s.weights(4));
        check.misses("matmul-add-to-gemm", "has two axes — false", s.outputs(y));
    }
}
