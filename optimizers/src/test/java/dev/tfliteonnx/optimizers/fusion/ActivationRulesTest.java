package dev.tfliteonnx.optimizers.fusion;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class ActivationRulesTest {
    private final RuleCheck check = new RuleCheck(FusionRules.pass());
    private final Sketch s = new Sketch();

    private Value number(double value) {
        return s.onnx.scalar(DataType.FLOAT32, value);
    }

    private Value ramp(Value x) {
        return s.onnx.clip(s.onnx.add(x, number(3)), 0, 6);
    }

    @Test
    void aNumberTimesItsRampIsHardSwish() {
        Value x = s.input("x", 2, 9);
        check.firesRounding("hard-swish", s.outputs(s.onnx.mul(x, s.onnx.mul(ramp(x), number(1 / 6.0)))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void soItIsIfItIsDividedAtTheEnd() {
        Value x = s.input("x", 2, 9);
        check.firesRounding("hard-swish", s.outputs(s.onnx.div(s.onnx.mul(ramp(x), x), number(6))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void theRampOfAnotherNumberIsNot() {
        Value x = s.input("x", 2, 9);
        Value y = s.input("y", 2, 9);
        check.misses(
                "hard-swish",
                "is the same as the other x — false",
                s.outputs(s.onnx.mul(y, s.onnx.mul(ramp(x), number(1 / 6.0)))));
    }

    @Test
    void aFifthIsNot() {
        Value x = s.input("x", 2, 9);
        check.misses("hard-swish", "is 6.0 — false", s.outputs(s.onnx.div(s.onnx.mul(ramp(x), x), number(5))));
    }

    private Value relu(Value x) {
        return s.onnx.op("Relu", x);
    }

    private Value neg(Value x) {
        return s.onnx.op("Neg", x);
    }

    @Test
    void whatIsBelowByASlopeIsPrelu() {
        Value x = s.input("x", 2, 3, 4);
        check.fires("prelu", s.outputs(s.onnx.add(s.onnx.mul(s.weights(3, 1), neg(relu(neg(x)))), relu(x))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void soIsWhatIsSubtracted() {
        Value x = s.input("x", 2, 3, 4);
        check.fires("prelu", s.outputs(s.onnx.sub(relu(x), s.onnx.mul(relu(neg(x)), s.weights(4)))));
        assertEquals(1, s.graph.size());
    }

    @Test
    void aSlopeThatExtendsIsNot() {
        Value x = s.input("x", 3, 4);
        check.misses(
                "prelu",
                "nothing is extended — false",
                s.outputs(s.onnx.sub(relu(x), s.onnx.mul(relu(neg(x)), s.weights(2, 1, 1)))));
    }

    @Test
    void anotherNumberBelowIsNot() {
        Value x = s.input("x", 3, 4);
        Value z = s.input("z", 3, 4);
        check.misses(
                "prelu",
                "is the same as the other x — false",
                s.outputs(s.onnx.sub(relu(x), s.onnx.mul(relu(neg(z)), s.weights(4)))));
    }
}
