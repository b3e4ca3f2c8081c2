package dev.tfliteonnx.optimizers.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.optimizers.DefaultPasses;
import dev.tfliteonnx.optimizers.Sketch;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChannelsSecondEdgesTest {
    private final Sketch s = new Sketch();

    private static PassContext wanting(Set<String> inputs, Set<String> outputs) {
        return new PassContext(PassOptions.DEFAULT.withNchw(inputs, outputs));
    }

    private void draw() {
        Value first = s.input("first", 1);
        Value y = s.onnx.add(s.conv(s.input("x", 1, 1, 1, 3), 8), first);
        s.graph.rename(y, "y");
        s.outputs(s.onnx.op("Relu", first), y);
    }

    @Test
    void turnsTheEdgesAndLeavesNoTranspose() {
        draw();
        List<Tensor> before = s.run();
        PassContext context = wanting(Set.of("x"), Set.of("y"));
        assertTrue(DefaultPasses.runner().run(s.graph, context));
        s.graph.verify();
        assertEquals(0, s.count("Transpose"));
        assertEquals(
                List.of("first", "x"),
                s.graph.inputs().stream().map(Value::name).toList());
        assertEquals(Shape.of(1, 3, 1, 1), s.graph.inputs().get(1).shape());
        assertEquals("y", s.graph.outputs().get(1).name());
        assertEquals(Shape.of(1, 8, 1, 1), s.graph.outputs().get(1).shape());
        List<Tensor> after = s.run();
        assertEquals(
                before.get(1).reshaped(Shape.of(8)).toFloats()[5],
                after.get(1).reshaped(Shape.of(8)).toFloats()[5]);
    }

    @Test
    void doesSoOnce() {
        draw();
        PassContext context = wanting(Set.of("x"), Set.of());
        assertTrue(new ChannelsSecondEdges().run(s.graph, context));
        assertFalse(new ChannelsSecondEdges().run(s.graph, context));
        assertEquals(Shape.of(1, 3, 1, 1), s.graph.inputs().get(1).shape());
    }

    @Test
    void refusesNamesThatAreNotThere() {
        draw();
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> new ChannelsSecondEdges()
                .run(s.graph, wanting(Set.of("z"), Set.of())));
        assertEquals("no input is called z among [first, x]", e.getMessage());
    }

    @Test
    void refusesWhatHasNoChannels() {
        draw();
        assertThrows(IllegalArgumentException.class, () -> new ChannelsSecondEdges()
                .run(s.graph, wanting(Set.of("first"), Set.of())));
    }
}
