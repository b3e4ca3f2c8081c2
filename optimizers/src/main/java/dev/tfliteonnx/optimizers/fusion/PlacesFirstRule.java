package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.oneOf;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.stream.Stream;

/**
 * Attention of tensors that have the heads of a place side by side, so that nothing is transposed.
 *
 * <p>Source: ONNX Attention-23, whose operands may have three axes.
 */
final class PlacesFirstRule {
    private static final Ints EXCHANGED = Ints.of(0, 2, 1, 3);

    private PlacesFirstRule() {}

    static Rule rule() {
        Pattern attention = op("Attention")
                .in(any("q"), any("k"), any("v"), any("mask").optional())
                .where(
                        "has four axes, of fixed extents",
                        v -> v.shape().isStatic() && v.shape().hasRank(4))
                .oneUse()
                .as("attention");
        return new Rule(
                        "attention-of-places-first",
                        "An Attention takes and gives heads side by side, rather than transposed before and after.",
                        "q, k, v → Transpose → Attention → Transpose → y\n=> q, k, v → Reshape → Attention → Reshape → y",
                        oneOf(op("Transpose").in(attention), op("Reshape").in(attention, any("shape")))
                                .given("gives places before heads", m -> isExchanged(m.output(), m.get("attention")))
                                .given("takes places before heads", m -> operands(m)
                                        .allMatch(v -> isExchanged(v) || hasUnit(v.shape())))
                                .given("saves a Transpose", m -> Stream.concat(Stream.of(m.output()), operands(m))
                                        .anyMatch(v -> isExchanged(v))),
                        m -> build(m))
                .since(23);
    }

    private static Stream<Value> operands(Match m) {
        return Stream.of(m.get("q"), m.get("k"), m.get("v"));
    }

    private static boolean isExchanged(Value y, Value attention) {
        return isExchanged(y) || (y.producer().filter(n -> n.is("Reshape")).isPresent() && hasUnit(attention.shape()));
    }

    private static boolean isExchanged(Value value) {
        return value.producer()
                .filter(n -> n.is("Transpose"))
                .filter(n -> n.attributes()
                        .find(OnnxOps.PERM)
                        .filter(EXCHANGED::equals)
                        .isPresent())
                .isPresent();
    }

    /** Whether it makes no difference to the order of elements which of the middle axes comes first. */
    private static boolean hasUnit(Shape shape) {
        return shape.dim(1).is(1) || shape.dim(2).is(1);
    }

    private static Value build(Match m) {
        Onnx onnx = m.onnx();
        Node attention = m.node("attention");
        Shape q = m.get("q").shape();
        Value y = onnx.op(
                "Attention",
                attention
                        .attributes()
                        .with(OnnxOps.Q_NUM_HEADS, q.size(1))
                        .with(OnnxOps.KV_NUM_HEADS, m.get("k").shape().size(1)),
                flat(onnx, m.get("q")),
                flat(onnx, m.get("k")),
                flat(onnx, m.get("v")),
                attention.input(3));
        return onnx.reshape(y, m.output().shape().sizes());
    }

    /** {@code [B,N,S,H]} as {@code [B,S,N·H]}. */
    private static Value flat(Onnx onnx, Value x) {
        long[] size = x.shape().sizes();
        Value from = isExchanged(x) ? x.producer().orElseThrow().input(0) : x;
        return onnx.reshape(from, size[0], size[2], size[1] * size[3]);
    }
}
