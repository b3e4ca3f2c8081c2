package dev.tfliteonnx.optimizers.ort;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.oneOf;
import static dev.tfliteonnx.ir.pattern.Pattern.op;
import static dev.tfliteonnx.optimizers.ort.Contrib.floats;
import static dev.tfliteonnx.optimizers.ort.Contrib.number;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.List;
import java.util.Optional;

/**
 * Normalization along the last axis, written out as exporters do, and the sum before it.
 *
 * <p>Source: {@code layer_norm_fusion.cc} ({@code SimplifiedLayerNormFusion}), {@code skip_layer_norm_fusion.cc}; what ONNX Runtime 1.30 was measured to make
 * of these forms.
 */
final class NormalizationRules {
    private NormalizationRules() {}

    static List<Rule> rules() {
        return List.of(simplified(), skipWithBias(), skip());
    }

    private static Pattern mean(Pattern of, String name) {
        return op("ReduceMean")
                .in(of, constant(name + "/axes"))
                .where("keeps its axes", v -> v.producer()
                        .map(n -> n.attributes().get(OnnxOps.KEEPDIMS, 1L) == 1)
                        .orElse(false))
                .given("runs along the last axis", m -> isLast(m.get(name + "/axes"), m.get("x")))
                .as(name);
    }

    private static boolean isLast(Value axes, Value x) {
        Optional<long[]> given = Content.longs(axes);
        return x.shape().isRanked()
                && given.filter(a -> a.length == 1
                                && (a[0] == -1 || a[0] == x.shape().rank() - 1))
                        .isPresent();
    }

    private static Pattern root(Pattern variance) {
        Pattern epsilon = constant("epsilon")
                .where("is one number", v -> Content.single(v).isPresent() && v.type() == DataType.FLOAT32);
        return op("Sqrt")
                .in(op("Add").in(variance.oneUse(), epsilon).anyOrder().oneUse())
                .oneUse();
    }

    private static Pattern vector(String name) {
        return constant(name)
                .where("is a vector of float32", v -> v.shape().hasRank(1) && v.type() == DataType.FLOAT32);
    }

    private static boolean fits(Match m, String vector) {
        Shape x = m.get("x").shape();
        return x.isFixed(x.rank() - 1) && x.dim(-1).equals(m.get(vector).shape().dim(0));
    }

    private static Attributes normalization(Match m) {
        float epsilon = Content.single(m.get("epsilon")).orElseThrow().floatValue();
        return Attributes.of(OnnxOps.AXIS, -1L).with(OnnxOps.EPSILON, epsilon);
    }

    private static Rule simplified() {
        Pattern x = floats("x").where("is not centred", v -> v.producer()
                .filter(n -> n.is("Sub"))
                .isEmpty());
        Pattern square = mean(op("Pow").in(x, number("two", 2)).oneUse(), "square");
        return new Rule(
                "simplified-layer-normalization",
                "Division by the root of the mean of squares becomes one SimplifiedLayerNormalization.",
                "x → Div(√(mean of x² + ε)) → Mul(s) → y\n=> x → SimplifiedLayerNormalization(s) → y",
                op("Mul")
                        .in(op("Div").in(x, root(square)).oneUse(), vector("scale"))
                        .anyOrder()
                        .given("the scale runs along the last axis", m -> fits(m, "scale")),
                m -> Contrib.beside(m, "SimplifiedLayerNormalization", normalization(m), m.get("x"), m.get("scale")));
    }

    private static Pattern normalized(Pattern sum) {
        return op("LayerNormalization")
                .in(sum.oneUse(), any("scale"), any("bias").optional())
                .given("runs along the last axis", m -> {
                    long axis = m.root().attributes().get(OnnxOps.AXIS, -1L);
                    return axis == -1 || axis == 2;
                })
                .given("gives nothing but the result", m -> m.root().outputs().size() == 1);
    }

    private static Rule skip() {
        Pattern sum =
                op("Add").in(floats("x"), floats("skip")).given("has two alike of 3 axes", NormalizationRules::alike);
        return new Rule(
                "skip-layer-normalization",
                "A LayerNormalization of a sum becomes one SkipLayerNormalization.",
                "x → Add(z) → LayerNormalization → y\n=> x, z → com.microsoft:SkipLayerNormalization → y",
                normalized(sum),
                m -> skipped(m));
    }

    private static Rule skipWithBias() {
        Pattern inner = op("Add")
                .in(floats("x"), vector("before"))
                .where("has 3 axes", v -> v.shape().hasRank(3))
                .oneUse();
        Pattern sum = oneOf(op("Add").in(inner, floats("skip")), op("Add").in(floats("skip"), inner))
                .given("has two alike of 3 axes", NormalizationRules::alike)
                .given("the bias runs along the last axis", m -> fits(m, "before"));
        return new Rule(
                "skip-layer-normalization-bias",
                "A LayerNormalization of a sum with a bias becomes one SkipLayerNormalization.",
                "x → Add(b) → Add(z) → LayerNormalization → y\n=> x, z → com.microsoft:SkipLayerNormalization(b) → y",
                normalized(sum),
                m -> skipped(m));
    }

    private static boolean alike(Match m) {
        Shape x = m.get("x").shape();
        return x.hasRank(3) && x.isStatic() && x.equals(m.get("skip").shape());
    }

    private static Value skipped(Match m) {
        Attributes epsilon =
                Attributes.of(OnnxOps.EPSILON, m.root().attributes().get(OnnxOps.EPSILON, 1e-5f));
        Value bias = m.root().input(2);
        Value before = m.find("before").orElse(Value.ABSENT);
        return Contrib.in(
                m, "SkipLayerNormalization", epsilon, m.get("x"), m.get("skip"), m.get("scale"), bias, before);
    }
}
