package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.Optional;

/**
 * Queries, keys and values. Equal but for rounding, and for queries that a mask of negative infinity hides every key from:
 * they get 0 of Attention, where Softmax gives no number.
 *
 * <p>Source: ONNX Attention-23, and what ONNX Runtime's {@code attention_helper.h} asks of shapes.
 */
final class AttentionRule {
    private AttentionRule() {}

    static Rule rule() {
        Pattern shares = op("Softmax")
                .in(any("scores").where("has matrices of fixed extents", v -> Matrices.areIn(v.shape())))
                .where("runs along the last axis", v -> isLast(v))
                .oneUse()
                .as("shares");
        Pattern regrouped = op("Reshape")
                .in(shares, any("grouping"))
                .where("keeps the matrices", v -> Matrices.isRegrouped(v))
                .oneUse();
        return new Rule(
                        "attention",
                        "Values weighted by the Softmax of products of queries and keys become an Attention.",
                        "q, k → MatMul(Transpose(k)) → Mul(s) → Add(mask) → Softmax → MatMul(v) → y\n"
                                + "=> q, k, v → Attention(mask) → y",
                        op("MatMul")
                                .in(Pattern.oneOf(shares, regrouped), any("v"))
                                .where("is float32", v -> v.type() == DataType.FLOAT32)
                                .given(
                                        "has scores of queries and keys that nothing else reads",
                                        m -> Scores.of(m.get("scores")).isPresent())
                                .given("takes the keys transposed", m -> Operands.keys(scores(m))
                                        .isPresent())
                                .given("has a mask that fits the scores", m -> Operands.maskFits(scores(m)))
                                .given("has heads that fit together", m -> operands(m)
                                        .isPresent()),
                        m -> build(m, operands(m).orElseThrow()))
                .since(23);
    }

    private static boolean isLast(Value softmax) {
        Node node = softmax.producer().orElseThrow();
        long axis = node.attributes().get(OnnxOps.AXIS, -1L);
        return axis == -1 || axis == softmax.shape().rank() - 1;
    }

    private static Scores scores(Match m) {
        return Scores.of(m.get("scores")).orElseThrow();
    }

    private static Optional<Operands> operands(Match m) {
        return Operands.of(scores(m), m.get("v"), m.output());
    }

    private static Value build(Match m, Operands o) {
        Onnx onnx = m.onnx();
        Scores s = o.scores();
        Attributes attributes = Attributes.of(OnnxOps.SCALE, (float)
                (s.scale() * o.queries().factor() * o.keys().factor()));
        if (s.cap() != 0) {
            attributes = attributes.with(OnnxOps.SOFTCAP, (float) s.cap());
        }
        Value y = onnx.op(
                "Attention",
                attributes,
                o.queries().stacked(onnx, o.batches(), o.heads()),
                o.keys().stacked(onnx, o.batches(), o.sources()),
                o.values().stacked(onnx, o.batches(), o.sources()),
                o.mask(onnx));
        Shape wanted = m.output().shape();
        return onnx.reshape(y, wanted.sizes());
    }
}
