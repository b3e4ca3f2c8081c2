package dev.tfliteonnx.ir;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What an edit may put in the place of what. */
class EditTest {
    private static Value node(Graph graph, String op, Value input) {
        ValueInfo info = ValueInfo.of(op, DataType.FLOAT32, Shape.of(2));
        return graph.add(OpType.onnx(op), List.of(input), Attributes.NONE, List.of(info), Origin.NONE)
                .get(0);
    }

    @Test
    void outputsStayValuesOfTheirOwnGraph() {
        Graph outer = new Graph(Dialect.ONNX, "outer");
        Value x = outer.input(ValueInfo.of("x", DataType.FLOAT32, Shape.of(2)));
        Value relu = node(outer, "Relu", x);
        Value copy = node(outer, "Identity", relu);
        outer.setOutputs(List.of(copy));
        Graph branch = outer.nested("branch");
        Value inner = node(branch, "Identity", relu);
        branch.setOutputs(List.of(inner));

        assertTrue(Edit.canReplace(copy, relu), "computed in the same graph");
        assertFalse(Edit.canReplace(copy, x), "nothing computes an input");
        assertFalse(Edit.canReplace(inner, relu), "computed in another graph");
    }
}
