package dev.tfliteonnx.executor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileTest {
    @Test
    void nodesAreTimedAndTheirResultsMeasuredOverAllRuns() {
        Graph graph = new Graph(Dialect.ONNX, "");
        Value x = graph.input(ValueInfo.of("x", DataType.FLOAT32, Shape.of(3)));
        Value y = add(graph, "Neg", x, "y");
        Value z = add(graph, "Sqrt", y, "z");
        graph.setOutputs(List.of(z));
        Profile profile = new Profile();
        Executor executor = Executor.of(graph);
        executor.run(List.of(Tensor.ofFloats(Shape.of(3), 1, -4, -9)), profile);
        executor.run(List.of(Tensor.ofFloats(Shape.of(3), -16, -1, -1)), profile);
        List<Profile.Entry> entries = profile.entries();
        assertEquals(
                List.of("Neg", "Sqrt"),
                entries.stream().map(e -> e.node().op().name()).toList());
        assertEquals(new Profile.Range(-1, 16, 0), entries.get(0).ranges().get(y));
        assertEquals(new Profile.Range(1, 4, 1), entries.get(1).ranges().get(z));
        assertTrue(entries.stream().allMatch(e -> e.runs() == 2 && e.nanos() >= 0));
    }

    private static Value add(Graph graph, String op, Value in, String name) {
        return graph.add(
                        OpType.onnx(op),
                        List.of(in),
                        Attributes.NONE,
                        List.of(ValueInfo.of(name, DataType.FLOAT32, Shape.of(3))),
                        Origin.NONE)
                .get(0);
    }
}
