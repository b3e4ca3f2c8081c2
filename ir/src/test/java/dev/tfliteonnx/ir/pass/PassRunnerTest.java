package dev.tfliteonnx.ir.pass;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PassRunnerTest {
    private final List<String> ran = new ArrayList<>();

    /** Changes something the first {@code changes} times. */
    private final class Counting implements GraphPass {
        private final String name;
        private final Set<String> after;
        private int changes;

        Counting(String name, int changes, String... after) {
            this.name = name;
            this.changes = changes;
            this.after = Set.of(after);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public String summary() {
            return "Counts.";
        }

        @Override
        public String drawing() {
            return "";
        }

        @Override
        public Set<String> after() {
            return after;
        }

        @Override
        public boolean run(Graph graph, PassContext context) {
            ran.add(name + ":" + graph.name());
            boolean changed = changes-- > 0;
            if (changed) {
                graph.input(ValueInfo.of(name, DataType.FLOAT32, Shape.SCALAR));
            }
            return changed;
        }
    }

    private final Graph empty = new Graph(Dialect.ONNX, "g");

    private static PassContext context() {
        return new PassContext(PassOptions.DEFAULT);
    }

    @Test
    void goesThroughTheListUntilNothingChanges() {
        PassRunner runner =
                new PassRunner(List.of(new Counting("a", 1), new Counting("b", 2), new Counting("c", 1)), 9);
        assertTrue(runner.run(empty, context()));
        assertEquals(List.of("a:g", "b:g", "c:g", "a:g", "b:g", "c:g", "a:g"), ran, "b and c have nothing new to see");
        assertFalse(runner.run(empty, context()));
    }

    @Test
    void stopsAfterSoManyRounds() {
        List<GraphPass> passes = List.of(new Counting("a", 99), new Counting("b", 99));
        assertTrue(new PassRunner(passes, 4).run(empty, context()));
        assertEquals(8, ran.size());
    }

    @Test
    void leavesOutWhatIsToBeSkipped() {
        PassRunner runner = new PassRunner(List.of(new Counting("a", 0), new Counting("b", 0)), 1);
        runner.run(empty, new PassContext(PassOptions.DEFAULT.withSkip(Set.of("a"))));
        assertEquals(List.of("b:g"), ran);
    }

    @Test
    void refusesAListInTheWrongOrder() {
        List<GraphPass> wrong = List.of(new Counting("late", 0, "early"), new Counting("early", 0));
        assertEquals(
                "late must come after early",
                assertThrows(IllegalArgumentException.class, () -> new PassRunner(wrong, 1))
                        .getMessage());
        List<GraphPass> right = List.of(new Counting("early", 0), new Counting("late", 0, "early", "elsewhere"));
        assertEquals(Set.of("early", "late"), new PassRunner(right, 1).names());
    }

    @Test
    void refusesTwoPassesOfOneName() {
        List<GraphPass> same = List.of(new Counting("a", 0), new Counting("a", 0));
        assertThrows(IllegalArgumentException.class, () -> new PassRunner(same, 1));
    }

    @Test
    void runsOnNestedGraphs() {
        Graph graph = new Graph(Dialect.ONNX, "outer");
        var condition = graph.input(ValueInfo.of("c", DataType.BOOL, Shape.SCALAR));
        var x = graph.input(ValueInfo.of("x", DataType.FLOAT32, Shape.of(1)));
        Graph then = graph.nested("then");
        then.setOutputs(List.of(new Onnx(then, "t", Origin.NONE).op("Relu", x)));
        Graph otherwise = graph.nested("else");
        otherwise.setOutputs(List.of(new Onnx(otherwise, "e", Origin.NONE).op("Neg", x)));
        Attributes branches = Attributes.of(OnnxOps.THEN_BRANCH, then).with(OnnxOps.ELSE_BRANCH, otherwise);
        graph.setOutputs(List.of(new Onnx(graph, "y", Origin.NONE).op("If", branches, condition)));
        new PassRunner(List.of(new Counting("a", 0)), 1).run(graph, context());
        assertEquals(Set.of("a:outer", "a:then", "a:else"), Set.copyOf(ran));
    }

    @Test
    void spendsNoMoreThanTheBudget() {
        PassContext context = new PassContext(PassOptions.DEFAULT.withFoldGrowth(10));
        assertTrue(context.spend(6));
        assertFalse(context.spend(5));
        assertTrue(context.spend(4));
        assertTrue(context.spend(-100));
        assertFalse(context.spend(1));
    }
}
