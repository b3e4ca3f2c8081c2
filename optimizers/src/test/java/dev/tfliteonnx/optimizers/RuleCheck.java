package dev.tfliteonnx.optimizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.OnnxVerifier;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/** Asserts what a pass does to a sketch. */
public final class RuleCheck {
    private static final int OPSET = 18;

    private final GraphPass pass;
    private final int opset;
    private final PassOptions options;

    /** A check of one pass. */
    public RuleCheck(GraphPass pass) {
        this(pass, OPSET, PassOptions.DEFAULT);
    }

    /** A check of one pass over models that are to have an opset. */
    public RuleCheck(GraphPass pass, int opset) {
        this(pass, opset, PassOptions.DEFAULT.withOpset(opset));
    }

    private RuleCheck(GraphPass pass, int opset, PassOptions options) {
        this.pass = pass;
        this.opset = opset;
        this.options = options;
    }

    /** The rule fires, the numbers stay to the bit, and a second run changes nothing. */
    public void fires(String rule, Sketch sketch) {
        fires(rule, sketch, RuleCheck::same);
    }

    /** The rule fires, the numbers stay but for the last digits, and a second run changes nothing. */
    public void firesRounding(String rule, Sketch sketch) {
        fires(rule, sketch, RuleCheck::close);
    }

    private void fires(String rule, Sketch sketch, BiConsumer<List<Tensor>, List<Tensor>> equal) {
        List<Tensor> before = sketch.run();
        PassContext context = new PassContext(options);
        assertTrue(pass.run(sketch.graph, context), "nothing changed");
        assertTrue(context.fired().containsKey(rule), () -> "fired: " + context.fired());
        OnnxVerifier.verify(sketch.graph, opset);
        equal.accept(before, sketch.run());
        String text = sketch.graph.toText();
        assertFalse(pass.run(sketch.graph, new PassContext(options)), () -> "changed again: " + text);
        assertEquals(text, sketch.graph.toText());
    }

    /** The rule does not fire, for this reason. */
    public void misses(String rule, String reason, Sketch sketch) {
        PassContext context = new PassContext(options.withExplain(Set.of(rule)));
        pass.run(sketch.graph, context);
        assertFalse(context.fired().containsKey(rule), () -> sketch.graph.toText());
        String miss = context.nearestMiss(rule).orElse("");
        assertTrue(miss.contains(reason), () -> "reason: " + miss);
    }

    /** Asserts that all numbers are the same to the bit, but that zeros have no sign. */
    public static void same(List<Tensor> expected, List<Tensor> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).type(), actual.get(i).type());
            Shape shape = expected.get(i).shape();
            assertEquals(shape, actual.get(i).shape());
            assertArrayEquals(unsigned(expected.get(i)), unsigned(actual.get(i)), "output " + i);
        }
    }

    private static void close(List<Tensor> expected, List<Tensor> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).shape(), actual.get(i).shape());
            float[] numbers = expected.get(i).toFloats();
            double greatest = 0;
            for (float number : numbers) {
                greatest = Math.max(greatest, Math.abs(number));
            }
            // eight roundings of the greatest number
            float bound = 8 * Math.ulp((float) greatest);
            assertArrayEquals(numbers, actual.get(i).toFloats(), bound, "output " + i);
        }
    }

    private static float[] unsigned(Tensor tensor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] += 0f;
        }
        return values;
    }
}
