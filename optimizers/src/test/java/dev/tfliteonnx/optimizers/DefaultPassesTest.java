package dev.tfliteonnx.optimizers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.Described;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.ir.pass.PassRunner;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DefaultPassesTest {
    @Test
    void everyRuleAndPassIsDescribedUnderANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (GraphPass pass : DefaultPasses.all()) {
            List<Described> all = new ArrayList<>(pass.parts());
            all.add(pass);
            for (Described d : all) {
                assertTrue(d.name().matches("[a-z0-9]+(-[a-z0-9]+)*"), d.name());
                assertTrue(names.add(d.name()), d.name());
                assertTrue(d.summary().endsWith("."), d.name());
                boolean drawn = d.drawing().lines().count() == 2 && d.drawing().contains("\n=> ");
                assertTrue(drawn || !pass.parts().isEmpty(), d.name());
            }
        }
    }

    @Test
    void theOrderIsTheOneThatThePassesAskFor() {
        assertEquals(13, DefaultPasses.runner().passes().size());
    }

    @Test
    void aPassIsRefusedBeforeOneThatItComesAfter() {
        List<GraphPass> passes = DefaultPasses.all();
        int refused = 0;
        for (GraphPass early : passes) {
            for (GraphPass late : passes) {
                if (late.after().contains(early.name())) {
                    List<GraphPass> exchanged = List.of(late, early);
                    assertThrows(IllegalArgumentException.class, () -> new PassRunner(exchanged, 1), late.name());
                    refused++;
                }
            }
        }
        assertEquals(passes.stream().mapToLong(p -> p.after().size()).sum(), refused);
    }

    @Test
    void aHeadOfAClassifierHasOneTransposeLeft() {
        Sketch s = new Sketch();
        Value x = s.input("x", 1, 6, 6, 3);
        Value y = s.onnx.op("Relu", s.conv(s.onnx.op("Pad", x, s.onnx.ints(0, 1, 1, 0, 0, 0, 0, 0)), 4));
        Value z = s.onnx.add(s.conv(y, 4), y);
        Value flat = s.onnx.reshape(z, 1, 7 * 7 * 4);
        s.outputs(s.onnx.op("Softmax", s.onnx.op("Gemm", flat, s.weights(7 * 7 * 4, 5), s.weights(5))));
        List<Tensor> before = s.run();
        PassContext context = new PassContext(PassOptions.DEFAULT);
        assertTrue(DefaultPasses.runner().run(s.graph, context));
        s.graph.verify();
        RuleCheck.same(before, s.run());
        assertEquals(1, s.count("Transpose"));
        assertEquals(0, s.count("Pad"));
        assertFalse(DefaultPasses.runner().run(s.graph, new PassContext(PassOptions.DEFAULT)));
    }

    @Test
    void aQuantizedModelKeepsItsUnits() {
        Sketch s = new Sketch();
        Value q = s.input("q", DataType.INT8, Shape.of(1, 5, 5, 3));
        Value first = s.quantize(s.onnx.op("Relu", s.conv(s.dequantize(q, 0.25, 1), 4)), 0.5, -128);
        Value sum = s.onnx.add(s.conv(s.dequantize(first, 0.5, -128), 4), s.dequantize(first, 0.5, -128));
        s.outputs(s.quantize(sum, 0.75, 0));
        List<Tensor> before = s.run();
        DefaultPasses.runner().run(s.graph, new PassContext(PassOptions.DEFAULT));
        s.graph.verify();
        RuleCheck.same(before, s.run());
        assertEquals(2, s.count("Transpose"));
        // three that units read, and one on either edge that leads from int8 to uint8 or back
        assertEquals(5, s.count("DequantizeLinear"));
        assertEquals(4, s.count("QuantizeLinear"));
        s.graph.nodes().stream()
                .filter(n -> n.is("Transpose"))
                .forEach(n -> assertEquals(8, n.output().type().bits()));
    }
}
