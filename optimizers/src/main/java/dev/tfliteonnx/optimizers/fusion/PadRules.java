package dev.tfliteonnx.optimizers.fusion;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.constant;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Pattern;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.quant.QuantizationRules;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A Pad by zeros in front of a window becomes the window's own pads. A convolution pads by 0 itself. A mean does so if it
 * counts its pads. A maximum pads by −∞, so that nothing may be below 0, and every window must hold a cell of the image.
 */
final class PadRules {
    private PadRules() {}

    static List<Rule> rules() {
        return List.of(
                rule("pad-into-conv", "Conv", false),
                rule("quantized-pad-into-conv", "Conv", true),
                rule("pad-into-average-pool", "AveragePool", false),
                rule("quantized-pad-into-average-pool", "AveragePool", true),
                rule("pad-into-max-pool", "MaxPool", false),
                rule("quantized-pad-into-max-pool", "MaxPool", true));
    }

    private static Rule rule(String name, String window, boolean quantized) {
        Pattern padded = pad(quantized ? dequantize("dq", any("q")) : any("x"));
        Pattern x = quantized ? dequantize("after", quantize(padded)) : padded;
        Pattern.Op whole = window.equals("Conv")
                ? op(window).in(x, any("w"), any("b").optional())
                : op(window).in(x);
        Pattern pattern = whole.where("has explicit pads", PadRules::hasExplicitPads)
                .given("pads only height and width, and by at least 0", m -> pads(m).isPresent());
        if (quantized) {
            pattern = pattern.given("all are quantized alike", PadRules::areAlike);
        }
        pattern = switch (window) {
            case "AveragePool" -> pattern.given("counts its pads or has none", PadRules::countsPads);
            case "MaxPool" ->
                pattern.given("nothing padded is below 0", PadRules::isNonNegative)
                        .given("every window holds a cell of the image", PadRules::isCovered);
            default -> pattern;
        };
        String middle = quantized ? " → QuantizeLinear → DequantizeLinear" : "";
        String start = quantized ? "q → DequantizeLinear" : "x";
        return new Rule(
                name,
                "A Pad by zeros becomes pads of the " + window + " behind it"
                        + (quantized ? ", through equal quantization." : "."),
                start + " → Pad" + middle + " → " + window + " → y\n=> " + start + " → " + window + " (pads) → y",
                pattern,
                m -> build(m, quantized ? PadRules::again : n -> n.get("x")));
    }

    private static Pattern pad(Pattern x) {
        return op("Pad")
                .in(x, constant("pads"), constant("value").optional())
                .as("pad")
                .where("pads by a constant 0", PadRules::padsByZero);
    }

    private static Pattern dequantize(String name, Pattern q) {
        return op("DequantizeLinear")
                .in(q, any(name + "-scale"), any(name + "-zero").optional())
                .as(name);
    }

    private static Pattern quantize(Pattern x) {
        return op("QuantizeLinear")
                .in(x, any("quantize-scale"), any("quantize-zero").optional())
                .as("quantize");
    }

    private static boolean padsByZero(Value padded) {
        Node pad = padded.producer().orElseThrow();
        boolean zero = !pad.input(2).isPresent() || Content.all(pad.input(2), v -> v == 0);
        return zero && pad.attributes().get(OnnxOps.MODE, "constant").equals("constant");
    }

    private static boolean hasExplicitPads(Value y) {
        return y.producer()
                .map(Node::attributes)
                .filter(a -> Stream.of("NOTSET", "VALID").anyMatch(a.get(OnnxOps.AUTO_PAD, "NOTSET")::equals)
                        && a.get(OnnxOps.CEIL_MODE, 0L) == 0)
                .isPresent();
    }

    /** The pads of the window with those of the Pad added; empty if they cannot be. */
    private static Optional<long[]> pads(Match m) {
        Optional<long[]> pads = Content.longs(m.get("pads"));
        int rank = pads.map(p -> p.length / 2).orElse(0);
        if (rank < 3 || Arrays.stream(pads.get()).anyMatch(p -> p < 0)) {
            return Optional.empty();
        }
        long[] own = own(m, rank);
        for (int i = 0; i < rank; i++) {
            long before = pads.get()[i];
            long after = pads.get()[rank + i];
            if (i >= 2) {
                own[i - 2] += before;
                own[rank - 2 + i - 2] += after;
            } else if (before + after != 0) {
                return Optional.empty();
            }
        }
        return Optional.of(own);
    }

    private static long[] own(Match m, int rank) {
        return m.root().attributes().find(OnnxOps.PADS).map(Ints::toArray).orElseGet(() -> new long[2 * (rank - 2)]);
    }

    private static boolean areAlike(Match m) {
        return QuantizationRules.sameParameters(m.node("dq"), m.node("quantize"))
                && QuantizationRules.sameParameters(m.node("quantize"), m.node("after"))
                && m.get("q").type() == m.get("quantize").type()
                && m.get("q").type().bits() <= 16;
    }

    private static boolean countsPads(Match m) {
        Attributes attributes = m.root().attributes();
        return attributes.get(OnnxOps.COUNT_INCLUDE_PAD, 0L) != 0
                || attributes
                        .find(OnnxOps.PADS)
                        .map(p -> Arrays.stream(p.toArray()).allMatch(v -> v == 0))
                        .orElse(true);
    }

    private static boolean isNonNegative(Match m) {
        Node maker = m.node("pad").input(0).producer().orElse(null);
        return maker != null
                && switch (maker.op().name()) {
                    case "Relu", "Sigmoid", "Abs", "Softmax", "Exp", "Sqrt", "Softplus", "HardSigmoid" -> true;
                    case "Clip" -> Content.all(maker.input(1), v -> v >= 0);
                    case "DequantizeLinear" -> QuantizationRules.isNonNegative(maker);
                    default -> false;
                };
    }

    private static boolean isCovered(Match m) {
        Attributes attributes = m.root().attributes();
        Optional<long[]> kernel = attributes.find(OnnxOps.KERNEL_SHAPE).map(Ints::toArray);
        boolean dense = attributes
                .find(OnnxOps.DILATIONS)
                .map(d -> Arrays.stream(d.toArray()).allMatch(v -> v == 1))
                .orElse(true);
        long[] pads = pads(m).orElseThrow();
        if (!dense || kernel.isEmpty() || m.root().outputs().size() > 1) {
            return false;
        }
        for (int i = 0; i < pads.length; i++) {
            if (pads[i] >= kernel.get()[i % kernel.get().length]) {
                return false;
            }
        }
        return true;
    }

    private static Value again(Match m) {
        Node dq = m.node("dq");
        return m.onnx().op("DequantizeLinear", dq.attributes(), dq.inputs().toArray(new Value[0]));
    }

    private static Value build(Match m, Function<Match, Value> x) {
        Attributes attributes =
                m.root().attributes().without(OnnxOps.AUTO_PAD).with(OnnxOps.PADS, Ints.of(pads(m).orElseThrow()));
        if (m.root().is("AveragePool")) {
            attributes = attributes.with(OnnxOps.COUNT_INCLUDE_PAD, 1L);
        }
        Value[] inputs = m.root().inputs().toArray(new Value[0]);
        inputs[0] = x.apply(m);
        return m.onnx().op(m.root().op().name(), attributes, inputs);
    }
}
