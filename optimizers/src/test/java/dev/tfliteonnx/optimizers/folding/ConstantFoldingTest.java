package dev.tfliteonnx.optimizers.folding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.RuleCheck;
import dev.tfliteonnx.optimizers.Sketch;
import org.junit.jupiter.api.Test;

class ConstantFoldingTest {
    private final Sketch s = new Sketch();

    private static PassContext context() {
        return new PassContext(PassOptions.DEFAULT);
    }

    @Test
    void computesAheadWhatReadsConstants() {
        Value c = s.onnx.op("Exp", s.onnx.concat(0, s.weights(2), s.weights(3)));
        new RuleCheck(new ConstantFolding()).fires("constant-folding", s.outputs(s.onnx.add(s.input("x", 5), c)));
        assertEquals(1, s.graph.size());
    }

    @Test
    void leavesQuantizedWeights() {
        Value w = s.dequantize(s.bytes(3), 0.5, 0);
        s.outputs(s.onnx.add(s.input("x", 3), w));
        assertFalse(new ConstantFolding().run(s.graph, context()));
    }

    @Test
    void leavesWhatWouldGrow() {
        Value large = s.onnx.op("Expand", s.weights(1), s.onnx.ints(200, 100));
        s.outputs(s.onnx.add(s.input("x", 200, 100), large));
        assertFalse(new ConstantFolding().run(s.graph, context()));
    }

    @Test
    void computesLargeConstantsThatDoNotGrow() {
        Value c = s.onnx.constant("c", Tensor.splat(DataType.FLOAT32, Shape.of(200, 100), 2));
        s.outputs(s.onnx.add(s.input("x", 200, 100), s.onnx.op("Neg", c)));
        assertTrue(new ConstantFolding().run(s.graph, context()));
    }

    @Test
    void staysWithinTheBudget() {
        Value small = s.onnx.op("Expand", s.weights(1), s.onnx.ints(10, 10));
        s.outputs(s.onnx.add(s.input("x", 10, 10), small));
        assertFalse(new ConstantFolding().run(s.graph, new PassContext(PassOptions.DEFAULT.withFoldGrowth(100))));
        assertTrue(new ConstantFolding().run(s.graph, context()));
    }

    @Test
    void leavesOutputsToANode() {
        s.outputs(s.onnx.op("Neg", s.weights(2)));
        assertFalse(new ConstantFolding().run(s.graph, context()));
    }

    @Test
    void leavesWhatCannotBeComputed() {
        Value index = s.onnx.ints(7);
        Value c = s.onnx.gather(s.weights(3), index, 0);
        s.outputs(s.onnx.add(s.input("x", 1), c));
        assertFalse(new ConstantFolding().run(s.graph, context()));
    }
}
