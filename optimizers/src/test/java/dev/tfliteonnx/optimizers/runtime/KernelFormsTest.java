package dev.tfliteonnx.optimizers.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class KernelFormsTest {
    private final RuleCheck check = new RuleCheck(KernelForms.pass());
    private final Sketch s = new Sketch();

    private Sketch prelu(float... slopes) {
        Value slope = s.onnx.constant("slope", Tensor.ofFloats(Shape.of(slopes.length, 1, 1), slopes));
        return s.outputs(s.onnx.op("PRelu", s.input("x", 1, slopes.length, 3, 4), slope));
    }

    @Test
    void oneSlopeForAllIsLeakyRelu() {
        check.fires("prelu-to-leaky-relu", prelu(0.25f, 0.25f));
        assertEquals(1, s.count("LeakyRelu"));
    }

    @Test
    void slopesThatDifferAreNotLeakyRelu() {
        check.misses("prelu-to-leaky-relu", "is the same for all — false", prelu(0.25f, 0.5f));
    }

    @Test
    void slopesUpToOneAreMax() {
        check.fires("prelu-to-max", prelu(0.25f, -3f, 1f));
        assertEquals(1, s.count("Max"));
        assertEquals(0, s.count("Relu"));
    }

    @Test
    void slopesAboveOneAreNotMax() {
        check.misses("prelu-to-max", "is at most 1 and not 0 — false", prelu(0.25f, 1.5f));
        assertEquals(0, s.count("Max"));
    }

    @Test
    void slopeOfNothingIsNotMax() {
        check.misses("prelu-to-max", "is at most 1 and not 0 — false", prelu(0.25f, 0f));
    }

    @Test
    void anyOtherSlopesAreReluAndMin() {
        check.fires("prelu-to-relu", prelu(0.25f, 1.5f, 0f, -2f));
        assertEquals(1, s.count("Relu"));
    }

    @Test
    void slopesWithoutEndStay() {
        check.misses("prelu-to-relu", "is finite — false", prelu(0.25f, Float.POSITIVE_INFINITY));
        assertEquals(1, s.count("PRelu"));
    }

    @Test
    void slopesThatAreComputedStay() {
        Value x = s.input("x", 1, 2, 3, 4);
        check.misses(
                "prelu-to-max", "is constant — false", s.outputs(s.onnx.op("PRelu", x, s.input("slope", 2, 1, 1))));
    }

    private Shape operand(String op, int i) {
        Node node = s.graph.nodes().stream().filter(n -> n.is(op)).findFirst().orElseThrow();
        return node.input(i).shape();
    }

    @Test
    void constantOfAPixelBecomesOneOfARow() {
        check.fires("row-of-small-operand", s.outputs(s.onnx.sub(s.input("x", 1, 24, 24, 3), s.weights(3))));
        assertEquals(Shape.of(1, 1, 24, 3), operand("Sub", 1));
    }

    @Test
    void constantOfAPixelBecomesOneOfRowsIfTheyAreShort() {
        check.fires("row-of-small-operand", s.outputs(s.onnx.sub(s.weights(1, 1, 1, 3), s.input("x", 2, 24, 12, 3))));
        assertEquals(Shape.of(1, 24, 12, 3), operand("Sub", 0));
    }

    @Test
    void constantOfEachImageIsRepeatedWithinIt() {
        check.fires("row-of-small-operand", s.outputs(s.onnx.add(s.input("x", 2, 24, 24, 3), s.weights(2, 1, 1, 3))));
        assertEquals(Shape.of(2, 1, 24, 3), operand("Add", 1));
    }

    @Test
    void computedPixelIsExpanded() {
        Value pixel = s.onnx.op("Neg", s.input("c", 1, 1, 1, 3));
        check.fires("row-of-small-operand", s.outputs(s.onnx.mul(s.input("x", 1, 24, 24, 3), pixel)));
        assertEquals(1, s.count("Expand"));
    }

    @Test
    void dequantizedPixelIsRepeatedAsItIsStored() {
        Value pixel = s.dequantize(s.bytes(3), 0.5, 1);
        check.fires("row-of-small-operand", s.outputs(s.onnx.mul(s.input("x", 1, 24, 24, 3), pixel)));
        assertEquals(DataType.INT8, s.graph.nodes().get(0).input(0).type());
        assertEquals(Shape.of(1, 1, 24, 3), operand("DequantizeLinear", 0));
    }

    @Test
    void dequantizedChannelsAreRepeatedAlongARow() {
        Value channels = s.dequantize(s.bytes(1, 3, 1, 1), 0.5, 1);
        check.fires("row-of-small-operand", s.outputs(s.onnx.mul(s.input("x", 1, 3, 24, 80), channels)));
        assertEquals(Shape.of(1, 3, 1, 80), operand("DequantizeLinear", 0));
    }

    @Test
    void realChannelsStay() {
        stays(s.input("x", 1, 3, 24, 80), s.weights(3, 1, 1));
    }

    private void stays(Value x, Value small) {
        check.misses(
                "row-of-small-operand",
                "repeats runs of few elements of one operand — false",
                s.outputs(s.onnx.add(x, small)));
    }

    @Test
    void longRunsStay() {
        stays(s.input("x", 1, 24, 24, 64), s.weights(64));
    }

    @Test
    void oneNumberStays() {
        stays(s.input("x", 1, 24, 24, 3), s.weights(1));
    }

    @Test
    void numberForEachPixelStays() {
        stays(s.input("x", 1, 24, 24, 3), s.weights(1, 24, 24, 1));
    }

    @Test
    void smallImageStays() {
        stays(s.input("x", 1, 6, 6, 3), s.weights(3));
    }

    @Test
    void rowThatIsTooLongStays() {
        stays(s.input("x", 1, 4, 20000, 3), s.weights(3));
    }
}
