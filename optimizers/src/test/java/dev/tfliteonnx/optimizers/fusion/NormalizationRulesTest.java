package dev.tfliteonnx.optimizers.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NormalizationRulesTest {
    private final RuleCheck check = new RuleCheck(FusionRules.pass());
    private final Sketch s = new Sketch();

    private Value number(double value) {
        return s.onnx.scalar(DataType.FLOAT32, value);
    }

    private Value reduce(String op, Value x, long... axes) {
        return s.onnx.reduce(op, x, true, axes);
    }

    private Value deviation(Value variance) {
        return s.onnx.op("Sqrt", s.onnx.add(variance, number(1e-3)));
    }

    private Value layer(Value x, long first, long second) {
        Value difference = s.onnx.sub(x, reduce("ReduceMean", x, first));
        Value variance = reduce("ReduceMean", s.onnx.mul(difference, difference), second);
        return s.onnx.mul(difference, s.onnx.op("Reciprocal", deviation(variance)));
    }

    @Test
    void theDistanceFromTheMeanIsLayerNormalization() {
        check.firesRounding("deviation-to-layer-normalization", s.outputs(layer(s.input("x", 2, 3, 8), -1, 2)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void soIsOneThatIsDivided() {
        Value x = s.input("x", 2, 3, 8);
        Value difference = s.onnx.sub(x, reduce("ReduceMean", x, 1, 2));
        Value variance = reduce("ReduceMean", s.onnx.op("Pow", difference, number(2)), 1, 2);
        check.firesRounding("deviation-to-layer-normalization", s.outputs(s.onnx.div(difference, deviation(variance))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void otherAxesAreNotNormalized() {
        check.misses(
                "deviation-to-layer-normalization",
                "goes over the last axes — false",
                s.outputs(layer(s.input("x", 2, 3, 8), 1, 1)));
    }

    @Test
    void axesThatDifferAreNotNormalized() {
        check.misses(
                "deviation-to-layer-normalization",
                "goes over the last axes — false",
                s.outputs(layer(s.input("x", 2, 8, 8), 2, 1)));
    }

    @Test
    void cubesAreNoVariance() {
        Value x = s.input("x", 2, 8);
        Value difference = s.onnx.sub(x, reduce("ReduceMean", x, 1));
        Value cubes = reduce("ReduceMean", s.onnx.op("Pow", difference, number(3)), 1);
        check.misses(
                "deviation-to-layer-normalization",
                "is 2 — false",
                s.outputs(s.onnx.div(difference, deviation(cubes))));
    }

    private Value normalized() {
        return s.onnx.op(
                "LayerNormalization",
                Attributes.of(OnnxOps.AXIS, -1L),
                s.input("x", 2, 3, 8),
                s.onnx.constant(dev.tfliteonnx.ir.Tensor.splat(DataType.FLOAT32, Shape.of(8), 1)));
    }

    @Test
    void scaleAndBiasBecomePart() {
        Value y = s.onnx.add(s.weights(1, 1, 8), s.onnx.mul(normalized(), s.weights(8)));
        check.firesRounding("scale-into-layer-normalization", s.outputs(y));
        assertEquals(3, s.graph.nodes().get(0).inputs().size());
        assertEquals(1, s.graph.size());
    }

    @Test
    void oneNumberIsABiasForAll() {
        check.firesRounding("shift-into-layer-normalization", s.outputs(s.onnx.add(normalized(), s.weights(1))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mul", "Add"})
    void numbersOfOtherAxesStay(String op) {
        check.misses(
                op.equals("Mul") ? "scale-into-layer-normalization" : "shift-into-layer-normalization",
                "the constant fits the scale",
                s.outputs(s.onnx.op(op, normalized(), s.weights(3, 1))));
    }

    private Value instance(Value x, Value scale, Value bias) {
        Value mean = s.onnx.op("GlobalAveragePool", x);
        Value difference = s.onnx.sub(x, mean);
        Value variance = s.onnx.op("GlobalAveragePool", s.onnx.mul(difference, difference));
        Value gain = s.onnx.mul(s.onnx.op("Reciprocal", deviation(variance)), scale);
        return s.onnx.add(s.onnx.mul(x, gain), s.onnx.sub(bias, s.onnx.mul(mean, gain)));
    }

    @Test
    void picturesOfAMeanOfTheirOwnAreInstanceNormalization() {
        check.firesRounding(
                "instance-normalization",
                s.outputs(instance(s.input("x", 1, 4, 4, 4), s.weights(4, 1, 1), s.weights(1, 4, 1, 1))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void computedScalesAreMadeVectors() {
        Value scale = s.onnx.op("Neg", s.input("scale", 1, 4, 1, 1));
        check.firesRounding(
                "instance-normalization", s.outputs(instance(s.input("x", 1, 4, 4, 4), scale, s.weights(4, 1, 1))));
        assertEquals(1, s.count("Reshape"));
    }

    @Test
    void scalesOfRowsAreNot() {
        check.misses(
                "instance-normalization",
                "scale and bias are one number for each channel — false",
                s.outputs(instance(s.input("x", 1, 4, 4, 4), s.weights(1, 4, 1), s.weights(4, 1, 1))));
    }

    private Value softmax(Value x, long first, long second) {
        Value powers = s.onnx.op("Exp", s.onnx.sub(x, reduce("ReduceMax", x, first)));
        return s.onnx.div(powers, reduce("ReduceSum", powers, second));
    }

    @Test
    void exponentialsByTheirSumAreSoftmax() {
        check.firesRounding("softmax", s.outputs(softmax(s.input("x", 2, 3, 8), 1, -2)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void exponentialsByAnotherSumAreNot() {
        check.misses("softmax", "goes over one axis — false", s.outputs(softmax(s.input("x", 2, 8, 8), 1, 2)));
    }

    @Test
    void theMeanOfAllPixelsIsPooled() {
        check.firesRounding(
                "mean-to-global-average-pool", s.outputs(reduce("ReduceMean", s.input("x", 2, 3, 4, 8), -1, 2)));
    }

    @Test
    void theMeanOfColumnsIsNot() {
        check.misses(
                "mean-to-global-average-pool",
                "goes over all axes of an image — false",
                s.outputs(reduce("ReduceMean", s.input("x", 2, 3, 4, 8), 3)));
    }
}
