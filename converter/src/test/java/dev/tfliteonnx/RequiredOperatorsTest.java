package dev.tfliteonnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tfliteonnx.exporter.ort.config.RequiredOperators;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The texts are what ONNX Runtime's own tool writes for files of these operators. */
class RequiredOperatorsTest {
    private static final Map<String, Integer> IMPORTS = Map.of("", 13);

    @Test
    void operatorsStandUnderTheVersionOfTheirForm() {
        RequiredOperators required = new RequiredOperators();
        required.add("b.ort", graph(DataType.FLOAT16), IMPORTS);
        required.add("a.ort", graph(DataType.FLOAT32), IMPORTS);
        assertEquals(
                "# Generated from model/s:\n# - a.ort\n# - b.ort\nai.onnx;1;GlobalAveragePool\nai.onnx;13;Add,Cast\n",
                required.toText(false));
        assertEquals(
                "# Generated from model/s:\n# - a.ort\n# - b.ort\nai.onnx;1;GlobalAveragePool\n"
                        + "ai.onnx;13;Add{\"inputs\": {\"0\": [\"MLFloat16\", \"float\"]}},"
                        + "Cast{\"inputs\": {\"0\": [\"MLFloat16\", \"float\"]}, \"outputs\": {\"0\": [\"int64_t\"]}}\n",
                required.toText(true));
    }

    @Test
    void typesWithoutANameAreRefused() {
        Graph graph = new Graph(Dialect.ONNX, "g");
        Value x = graph.input(ValueInfo.of("x", DataType.COMPLEX64, Shape.of(1)));
        graph.add(
                OpType.onnx("Transpose"),
                List.of(x),
                Attributes.NONE,
                List.of(ValueInfo.of("y", DataType.COMPLEX64, Shape.of(1))),
                Origin.NONE);
        RequiredOperators required = new RequiredOperators();
        assertThrows(IllegalArgumentException.class, () -> required.add("x.ort", graph, IMPORTS));
    }

    private static Graph graph(DataType type) {
        Graph graph = new Graph(Dialect.ONNX, "g");
        Value x = graph.input(ValueInfo.of("x", type, Shape.of(1, 1, 2, 2)));
        Onnx onnx = new Onnx(graph, "y", Origin.NONE);
        Value sum = onnx.add(x, x);
        List<Value> pooled = graph.add(
                OpType.onnx("GlobalAveragePool"),
                List.of(sum),
                Attributes.NONE,
                List.of(ValueInfo.of("p", type, Shape.of(1, 1, 1, 1))),
                Origin.NONE);
        graph.setOutputs(List.of(onnx.cast(pooled.get(0), DataType.INT64)));
        return graph;
    }
}
