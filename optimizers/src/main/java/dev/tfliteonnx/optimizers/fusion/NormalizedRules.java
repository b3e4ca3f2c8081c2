package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Operators that normalize, in the place of {@link Normalized} forms. Equal but for rounding.
 *
 * <p>Source: ONNX LayerNormalization-17, GroupNormalization-21, RMSNormalization-23.
 */
final class NormalizedRules {
    private NormalizedRules() {}

    /** The rule for models of any opset. */
    static Rule layer() {
        return new Rule(
                "gain-and-offset-to-layer-normalization",
                "A gain by the deviation over the last axes and an offset by the mean become a LayerNormalization.",
                "g = 1 / Sqrt(variance + ε), x·g − mean·g → y\n=> LayerNormalization(x, 1) → y",
                normalized(true),
                m -> along(m, "LayerNormalization"));
    }

    /** The rules for models of later opsets. */
    static List<Rule> later() {
        Rule root = new Rule(
                "rms-normalization",
                "A division by the root of the mean of squares over the last axes becomes an RMSNormalization.",
                "x / Sqrt(ReduceMean(x²) + ε) → y\n=> RMSNormalization(x, 1) → y",
                normalized(false),
                m -> along(m, "RMSNormalization"));
        return List.of(
                root.since(23),
                NormalizationRules.scale("scale-into-rms-normalization", "RMSNormalization")
                        .since(23),
                group().since(21));
    }

    private static Pattern normalized(boolean centred) {
        String by = centred ? "its distance from the mean by the deviation" : "it by the root of the mean of squares";
        return op("Mul", "Div", "Add", "Sub")
                .given("gives a tensor that is normalized: " + by, m -> Normalized.of(m.output())
                        .filter(n -> n.centred() == centred)
                        .isPresent())
                .given("goes over the last axes", m -> Normalized.of(m.output())
                        .flatMap(Normalized::first)
                        .isPresent());
    }

    private static Value along(Match m, String operator) {
        Normalized form = Normalized.of(m.output()).orElseThrow();
        Shape x = form.x().shape();
        int first = form.first().orElseThrow();
        Attributes attributes =
                Attributes.of(OnnxOps.AXIS, (long) first - x.rank()).with(OnnxOps.EPSILON, form.epsilon());
        Tensor ones = Tensor.splat(DataType.FLOAT32, Shape.ofDims(x.dims().subList(first, x.rank())), 1);
        return m.onnx().op(operator, attributes, form.x(), m.onnx().constant("scale", ones));
    }

    private static Rule group() {
        Pattern shape = any("back").where("is constant", Value::isConstant);
        Pattern normal = op("Reshape")
                .in(any("normal"), shape)
                .as("result")
                .given("normalizes groups of channels", m -> Groups.of(m).isPresent());
        Pattern scaled = op("Mul").in(normal, any("scale")).anyOrder();
        return new Rule(
                "group-normalization",
                "Channels that are normalized by groups, then scaled and shifted, become a GroupNormalization.",
                "x:[1,8,4,4] → Reshape([1,2,64]) → normalized over the last → Reshape → Mul(s) → Add(b) → y\n"
                        + "=> GroupNormalization(x, s, b) → y",
                op("Add")
                        .in(scaled, any("bias"))
                        .anyOrder()
                        .given("scale and bias are one number for each channel", m -> Groups.of(m)
                                .filter(g -> g.isPerChannel(m.get("scale")) && g.isPerChannel(m.get("bias")))
                                .isPresent()),
                m -> Groups.of(m).orElseThrow().build(m));
    }

    /**
     * Channels in groups.
     *
     * @param x what is normalized
     * @param count how many groups there are
     * @param last whether channels stand last in x, and not second
     * @param epsilon what is added to the variance
     */
    private record Groups(Value x, long count, boolean last, float epsilon) {
        static Optional<Groups> of(Match m) {
            Normalized form =
                    Normalized.of(m.get("normal")).filter(Normalized::centred).orElse(null);
            Value x = form == null
                    ? Value.ABSENT
                    : form.x()
                            .producer()
                            .filter(n -> n.is("Reshape"))
                            .map(n -> n.input(0))
                            .orElse(Value.ABSENT);
            Shape outer = x.shape();
            if (form == null
                    || !outer.isStatic()
                    || outer.rank() < 3
                    || !outer.equals(m.get("result").shape())) {
                return Optional.empty();
            }
            Shape inner = form.x().shape();
            int rank = inner.rank();
            if (rank >= 3
                    && inner.dim(0).equals(outer.dim(0))
                    && over(form, 1)
                    && divides(inner.size(1), outer.size(1))) {
                return Optional.of(new Groups(x, inner.size(1), false, form.epsilon()));
            }
            boolean whole = rank >= 4
                    && inner.dim(0).equals(outer.dim(0))
                    && inner.size(rank - 2) * inner.size(rank - 1) == outer.size(-1);
            return whole && over(form, rank - 2)
                    ? Optional.of(new Groups(x, inner.size(rank - 2), true, form.epsilon()))
                    : Optional.empty();
        }

        private static boolean divides(long groups, long channels) {
            return channels % groups == 0;
        }

        /** Whether all axes but the first and one other were averaged over. */
        private static boolean over(Normalized form, int groups) {
            Shape shape = form.x().shape();
            BitSet rest = new BitSet();
            for (int i = 1; i < shape.rank(); i++) {
                rest.set(i, i != groups && !shape.dim(i).is(1));
            }
            return !rest.isEmpty() && rest.equals(form.axes());
        }

        boolean isPerChannel(Value value) {
            Shape by = value.shape();
            int axis = last ? x.shape().rank() - 1 : 1;
            int own = by.isStatic() ? axis - (x.shape().rank() - by.rank()) : -1;
            return own >= 0 && by.dim(own).equals(x.shape().dim(axis)) && by.elementCount() == by.size(own);
        }

        Value build(Match m) {
            Onnx onnx = m.onnx();
            int rank = x.shape().rank();
            int[] forth = new int[rank];
            int[] back = new int[rank];
            for (int i = 0; i < rank; i++) {
                int moved = !last || i == 0 ? i : i == 1 ? rank - 1 : i - 1;
                forth[i] = moved;
                back[moved] = i;
            }
            Value y = onnx.op(
                    "GroupNormalization",
                    Attributes.of(OnnxOps.NUM_GROUPS, count).with(OnnxOps.EPSILON, epsilon),
                    onnx.transpose(x, forth),
                    NormalizationRules.vector(m, "scale"),
                    NormalizationRules.vector(m, "bias"));
            return onnx.transpose(y, back);
        }
    }
}
