package dev.tfliteonnx.optimizers.cleanup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class ReversalTest {
    private static final String REASON = "reverses the axis that was reversed before";
    private static final RuleCheck CHECK = new RuleCheck(CleanupRules.pass());

    private final Sketch s = new Sketch();

    private Value reversed(Value x, int axis) {
        return Reversal.of(s.onnx, x, axis);
    }

    @Test
    void aReversalUndoesAnother() {
        Value x = s.onnx.op("Neg", s.input("x", 3, 4));
        Value y = s.onnx.op("Abs", reversed(reversed(x, 1), 1));
        CHECK.fires("reverse-of-reverse", s.outputs(y));
        assertEquals(2, s.graph.size());
    }

    @Test
    void aReversalUndoesAnotherBeforeATranspose() {
        Value y = reversed(s.onnx.transpose(reversed(s.input("x", 3, 4, 5), 0), 1, 0, 2), 1);
        CHECK.fires("reverse-of-reverse", s.outputs(y));
        assertEquals(1, s.graph.size());
    }

    @Test
    void aReversalUndoesAnotherBeforeAReshapeThatMovesOnes() {
        Value y = reversed(s.onnx.reshape(reversed(s.input("x", 4, 1, 5), 0), 1, 4, 5), 1);
        CHECK.fires("reverse-of-reverse", s.outputs(y));
        assertEquals(1, s.graph.size());
    }

    @Test
    void reversalsOfDifferentAxesStay() {
        CHECK.misses("reverse-of-reverse", REASON, s.outputs(reversed(reversed(s.input("x", 4, 4), 0), 1)));
        Value moved = s.onnx.transpose(reversed(s.input("y", 4, 4, 5), 0), 2, 0, 1);
        CHECK.misses("reverse-of-reverse", REASON, s.outputs(reversed(moved, 0)));
        Value split = s.onnx.reshape(reversed(s.input("z", 4, 4), 0), 4, 2, 2);
        CHECK.misses("reverse-of-reverse", REASON, s.outputs(reversed(split, 0)));
        Value other = s.onnx.reshape(reversed(s.input("w", 4, 1, 4), 0), 4, 4);
        CHECK.misses("reverse-of-reverse", REASON, s.outputs(reversed(other, 1)));
    }

    @Test
    void aReversalThatIsReadBesideStays() {
        Value moved = s.onnx.transpose(reversed(s.input("x", 3, 4), 0), 1, 0);
        CHECK.misses("reverse-of-reverse", REASON, s.outputs(reversed(moved, 1), s.onnx.op("Neg", moved)));
    }
}
