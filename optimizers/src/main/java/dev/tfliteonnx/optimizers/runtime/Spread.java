package dev.tfliteonnx.optimizers.runtime;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * How further channels pass through a node.
 *
 * @param node the node
 * @param images the images {@code [N,C,H,W]} that it reads, whose channels have the numbers of those that it makes
 * @param fill what further channels hold then; not a number if they hold something or other
 */
record Spread(Node node, List<Value> images, double fill) {
    private static final Set<String> PAIRS = Set.of("Add", "Max", "Min", "Mul", "Sub");

    /** Whether a node lets further channels pass, where it is known how they pass through those before it. */
    static Optional<Spread> of(Node node, Map<Value, Spread> before) {
        if (!node.op().domain().isEmpty() || node.outputs().size() != 1 || !isImage(node.output())) {
            return Optional.empty();
        }
        Optional<QuantizedConv> conv = QuantizedConv.of(node);
        if (conv.isPresent()) {
            return Optional.of(new Spread(node, List.of(node.input(0)), 0));
        }
        List<Value> images = node.inputs().stream().filter(Spread::isOperand).toList();
        boolean fits = !images.isEmpty() && images.stream().allMatch(v -> isImage(v) && fits(node, v));
        if (!fits || !before.keySet().containsAll(images)) {
            return Optional.empty();
        }
        double[] fills = images.stream()
                .mapToDouble(v -> Objects.requireNonNull(before.get(v)).fill())
                .toArray();
        return fill(node, fills).map(fill -> new Spread(node, images, fill));
    }

    private static boolean isImage(Value value) {
        return value.shape().hasRank(4) && value.shape().isStatic() && !value.isConstant();
    }

    /** Anything but a single number that is known. */
    private static boolean isOperand(Value in) {
        return in.isPresent()
                && !(in.isConstant() || in.producer().filter(Spread::isNumber).isPresent());
    }

    private static boolean isNumber(Node dequantize) {
        return dequantize.is("DequantizeLinear")
                && dequantize.input(0).isConstant()
                && dequantize.output().shape().isStatic()
                && dequantize.output().shape().elementCount() == 1;
    }

    private static boolean fits(Node node, Value image) {
        String op = node.op().name();
        return op.equals("Pad")
                || image.shape().equals(node.output().shape())
                || (Set.of("MaxPool", "AveragePool").contains(op)
                        && image.shape().size(1) == node.output().shape().size(1));
    }

    /** What further channels of a result hold; empty if there cannot be any. */
    private static Optional<Double> fill(Node node, double[] fills) {
        String op = node.op().name();
        return switch (op) {
            case "QuantizeLinear" ->
                single(node.input(1)).flatMap(s -> zero(node).map(z -> fills[0] == 0 ? z : Double.NaN));
            case "DequantizeLinear" ->
                single(node.input(1)).flatMap(s -> zero(node).map(z -> fills[0] == z ? 0 : Double.NaN));
            case "Relu", "MaxPool", "AveragePool" ->
                Optional.of(fills[0] == 0 || op.equals("MaxPool") ? fills[0] : Double.NaN);
            case "Clip" ->
                single(node.input(1))
                        .flatMap(low -> single(node.input(2)).map(high -> Math.max(low, Math.min(high, fills[0]))));
            case "LeakyRelu", "Sigmoid" -> Optional.of(Double.NaN);
            case "Pad" -> padded(node, fills[0]);
            default ->
                PAIRS.contains(op) && constantsAreNumbers(node) ? Optional.of(pair(op, fills)) : Optional.empty();
        };
    }

    private static boolean constantsAreNumbers(Node node) {
        return node.inputs().stream().allMatch(v -> !v.isConstant() || single(v).isPresent());
    }

    private static double pair(String op, double[] fills) {
        boolean same = fills.length == 2 && fills[0] == fills[1];
        boolean keeps = op.equals("Max") || op.equals("Min") || fills[0] == 0;
        return same && keeps ? fills[0] : Double.NaN;
    }

    private static Optional<Double> single(Value value) {
        return Content.single(value);
    }

    private static Optional<Double> zero(Node node) {
        return node.input(2).isPresent() ? single(node.input(2)) : Optional.of(0.0);
    }

    private static Optional<Double> padded(Node pad, double fill) {
        Optional<long[]> pads = Content.longs(pad.input(1)).filter(p -> p.length == 8);
        boolean constant = pad.attributes().get(OnnxOps.MODE, "constant").equals("constant");
        boolean whole = pad.inputs().size() <= 3;
        Optional<Double> by = pad.input(2).isPresent() ? single(pad.input(2)) : Optional.of(0.0);
        if (pads.isEmpty() || !constant || !whole || by.isEmpty()) {
            return Optional.empty();
        }
        long[] p = pads.get();
        boolean behind = p[0] == 0 && p[1] == 0 && p[4] == 0 && p[5] >= 0;
        if (!behind || (p[5] > 0 && fill != by.get())) {
            return Optional.empty();
        }
        return Optional.of(fill == by.get() ? fill : Double.NaN);
    }

    /** Whether it makes images with further channels of ones that have none. */
    boolean isRoot() {
        return node.is("Conv")
                && QuantizedConv.of(node).filter(QuantizedConv::isDense).isPresent();
    }

    /** Whether it does nothing to an image of so many channels that becomes one of so many. */
    boolean isIdle(long from, long to) {
        return node.is("Pad") && Arrays.stream(pads(from, to)).allMatch(p -> p == 0);
    }

    /** What a Pad adds to an image of so many channels, for it to have so many. */
    long[] pads(long from, long to) {
        long[] pads = Content.longs(node.input(1)).orElseThrow().clone();
        pads[5] = to - from;
        return pads;
    }
}
