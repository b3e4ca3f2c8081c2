package dev.tfliteonnx.exporter.ort;

import static java.util.Map.entry;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Operators that ONNX defines as functions of others. ONNX Runtime puts the function in the place of a node that it has no
 * kernel for when it loads {@code .onnx}, but not when it loads {@code .ort}. The steps are those of the functions, so
 * that results are the same to the last bit. Of operators that have a kernel for some element types, those are here that
 * float16 and double are computed with.
 *
 * <p>Source: the function bodies of onnx 1.23.1; {@code core/graph/function_utils.cc} of onnxruntime.
 */
final class FunctionBodies {
    /** What a node computes, step by step: its results. */
    @FunctionalInterface
    interface Body {
        /** Adds the steps. */
        List<Value> build(FunctionCall call);
    }

    /**
     * A body.
     *
     * @param since the first opset whose operators it is written with
     * @param until the last opset in which these still have the same forms
     */
    private record Row(int since, int until, Body body) {}

    private static final int ANY = Integer.MAX_VALUE;

    private static final Map<String, Row> BODIES = Map.ofEntries(
            row("Bernoulli", 15, ANY, FunctionBodies::bernoulli),
            row("CastLike", 15, ANY, FunctionBodies::castLike),
            row("CenterCropPad", 18, ANY, FunctionBodies::centerCropPad),
            row("Clip", 13, 15, FunctionBodies::clip),
            row("Elu", 18, 18, FunctionBodies::elu),
            row("Gelu", 20, ANY, FunctionBodies::gelu),
            row("GreaterOrEqual", 16, 18, c -> orEqual(c, "Greater")),
            row("GroupNormalization", 18, ANY, GroupNormalization::build),
            row("HardSigmoid", 18, 18, FunctionBodies::hardSigmoid),
            row("HardSwish", 14, ANY, FunctionBodies::hardSwish),
            row("LeakyRelu", 16, 18, c -> c.negative(c.times(c.real(OnnxOps.ALPHA, 0.01f), c.x()))),
            row("LessOrEqual", 16, 18, c -> orEqual(c, "Less")),
            row("LogSoftmax", 18, ANY, c -> softmax(c, true)),
            row("Mish", 18, ANY, c -> c.onnx().mul(c.x(), c.op("Tanh", c.op("Softplus", c.x())))),
            row("NegativeLogLikelihoodLoss", 13, ANY, Losses::negativeLogLikelihood),
            row("PRelu", 16, 18, c -> c.negative(c.onnx().mul(c.in(1), c.x()))),
            row("Relu", 18, 18, c -> c.op("Max", c.x(), c.number(0))),
            row("Selu", 18, 18, FunctionBodies::selu),
            entry("SoftmaxCrossEntropyLoss", new Row(13, ANY, Losses::softmaxCrossEntropy)),
            row("Softmax", 18, ANY, c -> softmax(c, false)),
            row("Softplus", 18, 18, c -> c.op("Log", c.onnx().add(c.op("Exp", c.x()), c.number(1)))),
            row("Softsign", 18, 18, c -> c.onnx().div(c.x(), c.onnx().add(c.number(1), c.op("Abs", c.x())))),
            row("Swish", 24, ANY, c -> c.onnx().mul(c.x(), c.op("Sigmoid", c.times(c.real(OnnxOps.ALPHA, 1), c.x())))),
            row("ThresholdedRelu", 18, 18, FunctionBodies::thresholdedRelu));

    private FunctionBodies() {}

    private static Map.Entry<String, Row> row(String op, int since, int until, Function<FunctionCall, Value> body) {
        return entry(op, new Row(since, until, call -> List.of(body.apply(call))));
    }

    /**
     * The function of an operator of the default domain; empty if it has none here.
     *
     * @param opset the version of that domain
     * @param strict whether ONNX Runtime would have to take it too, which wants each step in the form of its own opset
     */
    static Optional<Body> of(String op, int opset, boolean strict) {
        return Optional.ofNullable(BODIES.get(op))
                .filter(row -> opset >= row.since && (!strict || opset <= row.until))
                .map(Row::body);
    }

    private static Value orEqual(FunctionCall c, String comparison) {
        return c.op("Or", c.op(comparison, c.x(), c.in(1)), c.op("Equal", c.x(), c.in(1)));
    }

    private static Value bernoulli(FunctionCall c) {
        Attributes drawn = Attributes.of(OnnxOps.DTYPE, (long) c.x().type().onnxCode());
        Attributes seeded = c.option(FunctionCall.SEED)
                .map(seed -> drawn.with(FunctionCall.SEED, seed))
                .orElse(drawn);
        Value greater = c.op("Greater", c.op("RandomUniformLike", seeded, c.x()), c.x());
        return c.cast(greater, c.type());
    }

    private static Value castLike(FunctionCall c) {
        return c.op(
                "Cast",
                c.node().attributes().with(OnnxOps.TO, (long) c.in(1).type().onnxCode()),
                c.x());
    }

    private static Value centerCropPad(FunctionCall c) {
        Onnx onnx = c.onnx();
        Value wanted = c.in(1);
        Value two = onnx.ints(2);
        Value axes =
                c.option(FunctionCall.AXES).map(a -> onnx.ints(a.toArray())).orElse(Value.ABSENT);
        Value given = extents(c, c.x(), axes);
        Value missing = onnx.sub(c.op("Max", given, wanted), given);
        Value before = onnx.div(missing, two);
        Value padded = c.op("Pad", c.x(), onnx.concat(0, before, onnx.sub(missing, before)), Value.ABSENT, axes);
        Value start = onnx.div(onnx.sub(extents(c, padded, axes), wanted), two);
        return c.op("Slice", padded, start, onnx.add(start, wanted), axes);
    }

    private static Value extents(FunctionCall c, Value x, Value axes) {
        Value all = c.onnx().shapeOf(x);
        return axes.isPresent() ? c.onnx().gather(all, axes, 0) : all;
    }

    private static Value clip(FunctionCall c) {
        Value x = c.x();
        Value min = c.in(1);
        Value max = c.in(2);
        if (min.isPresent()) {
            x = c.onnx().where(c.op("Less", x, min), min, x);
        }
        if (max.isPresent()) {
            x = c.onnx().where(c.op("Less", max, x), max, x);
        }
        return x == c.x() ? c.op("Identity", x) : x;
    }

    private static Value elu(FunctionCall c) {
        Value below = c.onnx().sub(c.op("Exp", c.x()), c.number(1));
        return c.negative(c.times(c.real(OnnxOps.ALPHA, 1), below));
    }

    private static Value gelu(FunctionCall c) {
        Onnx onnx = c.onnx();
        Value half = c.times(0.5f, c.x());
        if (c.option(OnnxOps.APPROXIMATE).orElse("none").equals("tanh")) {
            Value cubed = c.times(0.044715f, c.op("Pow", c.x(), c.number(3)));
            Value inner = onnx.mul(c.op("Sqrt", c.number((float) (2 / Math.PI))), c.op("Sum", c.x(), cubed));
            return onnx.mul(half, c.op("Sum", c.number(1), c.op("Tanh", inner)));
        }
        Value erf = c.op("Erf", onnx.div(c.x(), c.op("Sqrt", c.number(2))));
        return onnx.mul(half, c.op("Sum", c.number(1), erf));
    }

    private static Value hardSigmoid(FunctionCall c) {
        Value line = c.onnx()
                .add(c.onnx().mul(c.x(), c.number(c.real(OnnxOps.ALPHA, 0.2f))), c.number(c.real(OnnxOps.BETA, 0.5f)));
        return c.op("Max", c.op("Min", line, c.number(1)), c.number(0));
    }

    private static Value hardSwish(FunctionCall c) {
        Attributes line = Attributes.of(OnnxOps.ALPHA, 1f / 6).with(OnnxOps.BETA, 0.5f);
        return c.onnx().mul(c.x(), c.op("HardSigmoid", line, c.x()));
    }

    private static Value selu(FunctionCall c) {
        Value alpha = c.number(c.real(OnnxOps.ALPHA, 1.6732632f));
        float gamma = c.real(FunctionCall.GAMMA, 1.050701f);
        Value below = c.onnx().sub(c.onnx().mul(alpha, c.op("Exp", c.x())), alpha);
        return c.onnx().where(c.op("Less", c.x(), c.number(0)), c.times(gamma, below), c.times(gamma, c.x()));
    }

    private static Value softmax(FunctionCall c, boolean log) {
        Onnx onnx = c.onnx();
        long axis = c.option(OnnxOps.AXIS).orElse(-1L);
        Value less = onnx.sub(c.x(), onnx.reduce("ReduceMax", c.x(), true, axis));
        Value exp = c.op("Exp", less);
        Value sum = onnx.reduce("ReduceSum", exp, true, axis);
        return log ? onnx.sub(less, c.op("Log", sum)) : onnx.div(exp, sum);
    }

    private static Value thresholdedRelu(FunctionCall c) {
        Value alpha = c.number(c.real(OnnxOps.ALPHA, 1));
        return c.onnx().where(c.op("Less", alpha, c.x()), c.x(), c.number(0));
    }
}
