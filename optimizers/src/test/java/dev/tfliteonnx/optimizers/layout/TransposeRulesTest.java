package dev.tfliteonnx.optimizers.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class TransposeRulesTest {
    private final RuleCheck check = new RuleCheck(TransposeRules.pass());
    private final Sketch s = new Sketch();

    @Test
    void aTransposeOfSingleCellsBecomesAReshape() {
        Value x = s.input("x", 3, 1, 1, 8);
        check.fires("transpose-to-reshape", s.outputs(s.onnx.transpose(x, Sketch.toSecond())));
        assertEquals(1, s.count("Reshape"));
    }

    @Test
    void aTransposeThatMovesElementsStays() {
        Value x = s.input("x", 3, 1, 2, 8);
        check.misses(
                "transpose-to-reshape",
                "moves only axes of extent 1 — false",
                s.outputs(s.onnx.transpose(x, Sketch.toSecond())));
    }
}
