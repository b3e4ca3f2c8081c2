package dev.tfliteonnx.optimizers.ort;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;
import static dev.tfliteonnx.optimizers.ort.Contrib.floats;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;

/**
 * Products of a matrix with constant weights.
 *
 * <p>Source: {@code matmul_add_fusion.cc}, {@code gemm_transpose_fusion.cc}, {@code qdq_actions.cc}; what ONNX Runtime
 * 1.30 was measured to make of products of more axes.
 */
final class ProductRules {
    private ProductRules() {}

    static List<Rule> rules() {
        return List.of(BlockedWeights.rule(), gemmOfMore(), transposedLeft(), transposedRight());
    }

    private static Pattern isTransposed(String name) {
        return op("Transpose").in(any(name).where("has two axes", v -> v.shape().hasRank(2)));
    }

    private static Rule transposedLeft() {
        return new Rule(
                "gemm-of-transpose",
                "A Gemm takes over the transposition of its first operand.",
                "x → Transpose → Gemm(w) → y\n=> x → Gemm(transA, w) → y",
                op("Gemm").in(isTransposed("x"), any("w"), any("c").optional()),
                m -> gemm(m, OnnxOps.TRANS_A));
    }

    private static Rule transposedRight() {
        return new Rule(
                "gemm-by-transpose",
                "A Gemm takes over the transposition of its second operand.",
                "x → Gemm(Transpose(w)) → y\n=> x → Gemm(w, transB) → y",
                op("Gemm").in(any("x"), isTransposed("w"), any("c").optional()),
                m -> gemm(m, OnnxOps.TRANS_B));
    }

    private static Value gemm(Match m, Key<Long> flag) {
        Attributes attributes = m.root().attributes();
        Attributes turned = attributes.with(flag, 1 - attributes.get(flag, 0L));
        return m.onnx().op("Gemm", turned, m.get("x"), m.get("w"), m.find("c").orElse(Value.ABSENT));
    }

    /** Only with a bias, and with the outer extents known, so that they can be put back. */
    private static Rule gemmOfMore() {
        Pattern weights = constant("w").where("has two axes", v -> v.shape().hasRank(2));
        Pattern x = floats("x")
                .where(
                        "has more than two fixed axes",
                        v -> v.shape().isStatic() && v.shape().rank() > 2);
        return new Rule(
                "matmul-add-to-gemm-of-more-axes",
                "A product with a matrix and an Add become one Gemm of all rows.",
                "x → MatMul(w) → Add(b) → y\n=> x → Reshape → Gemm(w, b) → Reshape → y",
                op("Add")
                        .in(op("MatMul").in(x, weights).oneUse(), constant("b").where("is a vector", v -> v.shape()
                                .hasRank(1)))
                        .anyOrder()
                        .given("the bias has an element for each column", m -> m.get("b")
                                .shape()
                                .dim(0)
                                .equals(m.get("w").shape().dim(1))),
                ProductRules::flat);
    }

    private static Value flat(Match m) {
        Shape x = m.get("x").shape();
        long width = x.size(x.rank() - 1);
        Onnx onnx = m.onnx();
        Value rows = onnx.reshape(m.get("x"), x.elementCount() / Math.max(1, width), width);
        Value product = onnx.op("Gemm", rows, m.get("w"), m.get("b"));
        return onnx.reshape(product, m.output().shape().sizes());
    }
}
