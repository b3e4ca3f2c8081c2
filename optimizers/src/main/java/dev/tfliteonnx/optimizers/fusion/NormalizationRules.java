package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.oneOf;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Means and deviations, exponentials and their sums: what ONNX has one operator for. Equal but for rounding. */
final class NormalizationRules {
    private NormalizationRules() {}

    static List<Rule> rules() {
        return List.of(
                layerNormalization(),
                scale("scale-into-layer-normalization", "LayerNormalization"),
                shift(),
                instanceNormalization(),
                softmax(),
                globalAverage());
    }

    private static Pattern isFloat(Pattern pattern) {
        return pattern.where("is float32", v -> v.type() == DataType.FLOAT32);
    }

    /** {@code √(variance + ε)}. */
    private static Pattern deviation(Pattern variance) {
        return op("Sqrt")
                .in(op("Add")
                        .in(variance, constant("epsilon").where("is one number", v -> Content.single(v)
                                .isPresent()))
                        .anyOrder());
    }

    private static Pattern square(Pattern difference) {
        Pattern power = op("Pow").in(difference, constant("two").where("is 2", v -> Content.single(v)
                .filter(d -> d == 2)
                .isPresent()));
        return oneOf(op("Mul").in(difference, difference), power);
    }

    private static Rule layerNormalization() {
        Pattern mean = op("ReduceMean").in(any("x"), constant("axes")).as("mean");
        Pattern difference = op("Sub").in(any("x"), mean).as("difference");
        Pattern variance =
                op("ReduceMean").in(square(difference), constant("axes2")).as("variance");
        Pattern result = oneOf(
                op("Mul")
                        .in(difference, op("Reciprocal").in(deviation(variance)))
                        .anyOrder(),
                op("Div").in(difference, deviation(variance)));
        return new Rule(
                "deviation-to-layer-normalization",
                "The distance from the mean of the last axes by the deviation becomes a LayerNormalization.",
                "(x − ReduceMean(x)) / Sqrt(variance + ε) → y\n=> LayerNormalization(x, 1) → y",
                isFloat(result)
                        .given("goes over the last axes", m -> firstAxis(m).isPresent())
                        .given("keeps the axes", m -> keeps(m.node("mean")) && keeps(m.node("variance"))),
                m -> {
                    Shape x = m.get("x").shape();
                    int first = firstAxis(m).orElseThrow();
                    Shape scale = Shape.ofDims(x.dims().subList(first, x.rank()));
                    return m.onnx()
                            .op(
                                    "LayerNormalization",
                                    Attributes.of(OnnxOps.AXIS, (long) first - x.rank())
                                            .with(OnnxOps.EPSILON, number(m, "epsilon")),
                                    m.get("x"),
                                    m.onnx().constant("scale", Tensor.splat(DataType.FLOAT32, scale, 1)));
                });
    }

    private static float number(Match m, String name) {
        return Content.single(m.get(name)).orElseThrow().floatValue();
    }

    private static boolean keeps(Node reduction) {
        return reduction.attributes().get(OnnxOps.KEEPDIMS, 1L) != 0;
    }

    /** The first of the axes that are normalized, if they are the last ones, of known extents. */
    private static Optional<Integer> firstAxis(Match m) {
        Shape x = m.get("x").shape();
        Optional<long[]> axes = axes(m, "axes", x);
        if (axes.isEmpty() || !Arrays.equals(axes.get(), axes(m, "axes2", x).orElse(new long[0]))) {
            return Optional.empty();
        }
        int first = x.rank() - axes.get().length;
        for (int i = first; i < x.rank(); i++) {
            if (axes.get()[i - first] != i || !x.isFixed(i)) {
                return Optional.empty();
            }
        }
        return first < x.rank() ? Optional.of(first) : Optional.empty();
    }

    /** Axes in their order, counted from the first. */
    private static Optional<long[]> axes(Match m, String name, Shape x) {
        return Content.longs(m.get(name)).filter(a -> x.isRanked()).map(a -> Arrays.stream(a)
                .map(axis -> axis < 0 ? axis + x.rank() : axis)
                .sorted()
                .toArray());
    }

    private static Pattern normalized(String operator, Pattern bias) {
        return op(operator).in(any("x"), constant("scale"), bias).as("norm").oneUse();
    }

    /** The rule that makes a constant the scale of an operator that normalizes. */
    static Rule scale(String name, String operator) {
        Pattern noBias = any("none").optional().where("is left out", v -> !v.isPresent());
        return new Rule(
                name,
                "A Mul by one constant for each normalized element becomes the scale of " + operator + ".",
                "x → " + operator + "(1) → Mul(c) → y\n=> x → " + operator + "(c) → y",
                op("Mul")
                        .in(normalized(operator, noBias), constant("c"))
                        .anyOrder()
                        .given(
                                "the constant fits the scale, which is 1",
                                m -> fits(m) && Content.all(m.get("scale"), s -> s == 1)),
                m -> m.onnx().op(operator, m.node("norm").attributes(), m.get("x"), spread(m)));
    }

    private static Rule shift() {
        Pattern noBias = any("none").optional().where("is left out", v -> !v.isPresent());
        return new Rule(
                "shift-into-layer-normalization",
                "An Add of one constant for each normalized element becomes the bias of a LayerNormalization.",
                "x → LayerNormalization(s) → Add(c) → y\n=> x → LayerNormalization(s, c) → y",
                op("Add")
                        .in(normalized("LayerNormalization", noBias), constant("c"))
                        .anyOrder()
                        .given("the constant fits the scale", NormalizationRules::fits),
                m -> m.onnx()
                        .op("LayerNormalization", m.node("norm").attributes(), m.get("x"), m.get("scale"), spread(m)));
    }

    /** Whether a constant is one number or has the shape of the scale, but for leading axes of extent 1. */
    private static boolean fits(Match m) {
        Shape c = m.get("c").shape();
        Shape scale = m.get("scale").shape();
        if (c.elementCount() == 1) {
            return c.rank() <= m.get("x").shape().rank();
        }
        return c.elementCount() == scale.elementCount()
                && c.rank() >= scale.rank()
                && c.rank() <= m.get("x").shape().rank()
                && c.dims().subList(c.rank() - scale.rank(), c.rank()).equals(scale.dims());
    }

    private static Value spread(Match m) {
        Tensor c = m.get("c").constant().orElseThrow();
        Shape scale = m.get("scale").shape();
        Tensor whole = c.elementCount() == scale.elementCount()
                ? c.reshaped(scale)
                : Tensor.splat(c.type(), scale, c.toFloats()[0]);
        return m.onnx().constant(m.get("c").name(), whole);
    }

    private static Rule instanceNormalization() {
        Pattern mean = op("GlobalAveragePool").in(any("x")).as("mean");
        Pattern variance =
                op("GlobalAveragePool").in(square(op("Sub").in(any("x"), mean).as("difference")));
        Pattern gain = op("Mul")
                .in(op("Reciprocal").in(deviation(variance)), any("scale"))
                .anyOrder()
                .as("gain");
        Pattern offset = op("Sub").in(any("bias"), op("Mul").in(mean, gain).anyOrder());
        return new Rule(
                "instance-normalization",
                "Pictures that are brought to a mean and a deviation of their own become an InstanceNormalization.",
                "g = s / Sqrt(variance + ε), x·g + (b − mean·g) → y\n=> InstanceNormalization(x, s, b) → y",
                isFloat(op("Add")
                                .in(op("Mul").in(any("x"), gain).anyOrder(), offset)
                                .anyOrder())
                        .given(
                                "scale and bias are one number for each channel",
                                m -> isPerChannel(m, "scale") && isPerChannel(m, "bias")),
                m -> m.onnx()
                        .op(
                                "InstanceNormalization",
                                Attributes.of(OnnxOps.EPSILON, number(m, "epsilon")),
                                m.get("x"),
                                vector(m, "scale"),
                                vector(m, "bias")));
    }

    static boolean isPerChannel(Match m, String name) {
        Shape x = m.get("x").shape();
        Shape by = m.get(name).shape();
        int axis = by.isRanked() ? by.rank() - (x.rank() - 1) : -1;
        return by.isStatic()
                && (axis == 0 || axis == 1)
                && by.dim(axis).equals(x.dim(1))
                && by.elementCount() == by.size(axis);
    }

    static Value vector(Match m, String name) {
        Value value = m.get(name);
        Shape to = Shape.of(value.shape().elementCount());
        return value.isConstant()
                ? m.onnx().constant(value.name(), value.constant().orElseThrow().reshaped(to))
                : m.onnx().reshape(value, to.sizes());
    }

    private static Rule softmax() {
        Pattern greatest = op("ReduceMax").in(any("x"), constant("axes")).as("greatest");
        Pattern powers = op("Exp").in(op("Sub").in(any("x"), greatest)).as("powers");
        Pattern sum = op("ReduceSum").in(powers, constant("axes2")).as("sum");
        return new Rule(
                "softmax",
                "Exponentials by their sum become a Softmax.",
                "e = Exp(x − ReduceMax(x)), e / ReduceSum(e) → y\n=> Softmax(x) → y",
                isFloat(op("Div").in(powers, sum))
                        .given("goes over one axis", m -> axis(m).isPresent())
                        .given("keeps the axis", m -> keeps(m.node("greatest")) && keeps(m.node("sum"))),
                m -> m.onnx().op("Softmax", Attributes.of(OnnxOps.AXIS, axis(m).orElseThrow()), m.get("x")));
    }

    private static Optional<Long> axis(Match m) {
        Shape x = m.get("x").shape();
        Optional<long[]> first = axes(m, "axes", x);
        Optional<long[]> second = axes(m, "axes2", x);
        boolean one = first.isPresent() && second.isPresent() && first.get().length == 1;
        return one && Arrays.equals(first.get(), second.get()) ? Optional.of(first.get()[0]) : Optional.empty();
    }

    private static Rule globalAverage() {
        return new Rule(
                "mean-to-global-average-pool",
                "The mean of all pixels becomes a GlobalAveragePool.",
                "x:[1,8,7,7] → ReduceMean([2, 3]) → y\n=> x → GlobalAveragePool → y",
                isFloat(op("ReduceMean").in(any("x"), constant("axes")))
                        .given(
                                "goes over all axes of an image",
                                m -> Arrays.equals(
                                                axes(m, "axes", m.get("x").shape())
                                                        .orElse(new long[0]),
                                                new long[] {2, 3})
                                        && m.get("x").shape().hasRank(4))
                        .where("keeps the axes", v -> keeps(v.producer().orElseThrow())),
                m -> m.onnx().op("GlobalAveragePool", m.get("x")));
    }
}
