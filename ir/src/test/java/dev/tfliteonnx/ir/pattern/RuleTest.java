package dev.tfliteonnx.ir.pattern;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.oneOf;
import static dev.tfliteonnx.ir.pattern.Pattern.op;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.ir.pass.PassOptions;
import dev.tfliteonnx.onnx.Onnx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RuleTest {
    private final Graph graph = new Graph(Dialect.ONNX, "test");
    private final Onnx onnx = new Onnx(graph, "n", Origin.NONE);
    private final PassContext context = new PassContext(PassOptions.DEFAULT.withExplain(Set.of("rule")));

    private Value input(String name, long... shape) {
        return graph.input(ValueInfo.of(name, DataType.FLOAT32, Shape.of(shape)));
    }

    private Value weights(long... shape) {
        return onnx.constant("w", Tensor.splat(DataType.FLOAT32, Shape.of(shape), 1));
    }

    private boolean run(Pattern pattern, Function<Match, Value> replacement) {
        Rule rule = new Rule("rule", "A rule.", "a => b", pattern, replacement);
        boolean changed = new RuleSet("set", "A set.", Set.of(), List.of(rule)).run(graph, context);
        graph.verify();
        return changed;
    }

    private static Pattern gemm() {
        return op("Add")
                .in(
                        op("MatMul")
                                .in(any("x").where("rank is 2", v -> v.shape().hasRank(2)), constant("w"))
                                .oneUse(),
                        constant("b"))
                .anyOrder();
    }

    private static Value toGemm(Match m) {
        return m.onnx().op("Gemm", m.get("x"), m.get("w"), m.get("b"));
    }

    @Test
    void replacesWhatFitsInEitherOrderAndKeepsTheName() {
        Value x = input("x", 1, 4);
        Value sum = onnx.add(weights(3), onnx.op("MatMul", x, weights(4, 3)));
        graph.rename(sum, "sum");
        graph.setOutputs(List.of(sum));

        assertTrue(run(gemm(), RuleTest::toGemm));

        assertEquals(1, graph.size());
        assertTrue(graph.nodes().get(0).is("Gemm"));
        assertEquals("sum", graph.outputs().get(0).name());
        assertEquals(List.of("rule"), graph.nodes().get(0).origin().rules());
        assertEquals(Map.of("rule", 1), context.fired());
        assertFalse(run(gemm(), RuleTest::toGemm));
    }

    @Test
    void namesTheConditionOfTheNearestMiss() {
        Value far = onnx.add(input("a", 1, 3), weights(3));
        Value x = input("x", 1, 7, 64);
        Value near = onnx.add(onnx.op("MatMul", x, weights(64, 3)), weights(3));
        graph.rename(near, "dense/Add");
        graph.setOutputs(List.of(far, near));

        assertFalse(run(gemm(), RuleTest::toGemm));

        assertEquals(
                Optional.of("node \"dense/Add\": rank is 2 — false, operand is x:FLOAT32[1,7,64]"),
                context.nearestMiss("rule"));
        assertEquals(Map.of(), context.fired());
    }

    @Test
    void saysNothingOfARuleWhoseOperatorIsNowhere() {
        graph.setOutputs(List.of(onnx.op("Relu", input("x", 1))));
        assertFalse(run(gemm(), RuleTest::toGemm));
        assertEquals(Optional.empty(), context.nearestMiss("rule"));
    }

    @Test
    void skipsARuleThatIsToBeSkipped() {
        graph.setOutputs(List.of(onnx.op("Identity", onnx.op("Relu", input("x", 1)))));
        Rule rule = new Rule("rule", "", "", op("Identity").in(any("x")), m -> m.get("x"));
        PassContext skipping = new PassContext(PassOptions.DEFAULT.withSkip(Set.of("rule")));
        assertFalse(new RuleSet("set", "", Set.of(), List.of(rule)).run(graph, skipping));
    }

    @Test
    void keepsAnOutputThatWouldBecomeAnInput() {
        Value out = onnx.op("Identity", input("x", 1));
        graph.setOutputs(List.of(out));
        assertFalse(run(op("Identity").in(any("x")), m -> m.get("x")));
        assertSame(out, graph.outputs().get(0));
        assertTrue(context.nearestMiss("rule").orElseThrow().contains("must stay a value of its own"));
    }

    @Test
    void bindsOneNameToOneValue() {
        Value x = input("x", 2);
        Value y = input("y", 2);
        Value square = onnx.mul(x, x);
        Value product = onnx.mul(x, y);
        graph.setOutputs(List.of(square, product));
        assertTrue(run(op("Mul").in(any("x"), any("x")), m -> m.onnx().op("Abs", m.get("x"))));
        assertEquals(Map.of("rule", 1), context.fired());
        assertTrue(context.nearestMiss("rule").orElseThrow().contains("is the same as the other x"));
    }

    @Test
    void forgetsWhatAFailedAlternativeBound() {
        Value x = input("x", 2);
        Value y = onnx.op("Neg", onnx.op("Relu", x));
        graph.setOutputs(List.of(y));
        Pattern either = oneOf(
                op("Relu").in(op("Abs").in(any("deep")).as("seen")).as("seen"),
                op("Relu").in(any("shallow")));
        assertTrue(run(op("Neg").in(either), m -> {
            assertEquals(Optional.empty(), m.find("deep"));
            assertEquals(Optional.empty(), m.find("seen"));
            return m.onnx().op("Abs", m.get("shallow"));
        }));
    }

    @Test
    void takesOptionalOperandsAndRefusesFurtherOnes() {
        Value x = input("x", 1, 1, 4, 4);
        Value plain = onnx.op("Conv", x, weights(1, 1, 1, 1));
        Value biased = onnx.op("Conv", x, weights(1, 1, 1, 1), weights(1));
        graph.setOutputs(List.of(plain, biased));
        assertFalse(run(op("Conv").in(any("x"), any("w")).where("never", v -> false), m -> m.get("x")));
        assertTrue(run(
                op("Conv").in(any("x"), any("w"), any("b").optional()),
                m -> m.find("b").isPresent()
                        ? m.onnx().op("Abs", m.get("x"))
                        : m.onnx().op("Neg", m.get("x"))));
        assertEquals("Neg", graph.outputs().get(0).producer().orElseThrow().op().name());
        assertEquals("Abs", graph.outputs().get(1).producer().orElseThrow().op().name());
    }

    @Test
    void leavesTheGraphAloneIfARuleThrows() {
        graph.setOutputs(List.of(onnx.op("Relu", input("x", 1))));
        String before = graph.toText();
        assertThrows(
                UnsupportedOperationException.class,
                () -> run(op("Relu").in(any("x")), m -> {
                    m.onnx().op("Abs", m.get("x"));
                    throw new UnsupportedOperationException();
                }));
        assertEquals(before, graph.toText());
    }

    @Test
    void refusesRulesThatUndoEachOther() {
        graph.setOutputs(List.of(onnx.op("Relu", input("x", 1))));
        assertThrows(
                IllegalStateException.class,
                () -> run(op("Relu").in(any("x")), m -> m.onnx().op("Relu", m.get("x"))));
    }

    @Test
    void refusesARuleThatStartsNowhere() {
        assertThrows(IllegalArgumentException.class, () -> run(any("x"), m -> m.get("x")));
    }
}
