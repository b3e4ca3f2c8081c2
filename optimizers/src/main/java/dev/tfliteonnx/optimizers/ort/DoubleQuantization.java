package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.quant.QuantizationRules;
import java.util.Optional;

/**
 * Numbers that are quantized twice in a row are quantized once, over the range that both have in common. What was rounded
 * twice is rounded once, so that results may move by a step.
 *
 * <p>Source: {@code double_qdq_pairs_remover.cc}.
 */
public final class DoubleQuantization implements GraphPass {
    /** The scale and zero point of a pair. */
    private record Steps(DataType type, float scale, int zero) {
        static Optional<Steps> of(Node node, DataType type) {
            Optional<Double> scale = Content.single(node.input(1));
            Optional<Double> zero = Content.single(node.input(2));
            return type.isInteger() && type.bits() <= 16 && scale.isPresent() && zero.isPresent()
                    ? Optional.of(
                            new Steps(type, scale.get().floatValue(), zero.get().intValue()))
                    : Optional.empty();
        }

        float low() {
            return (float) (type.min() - zero) * scale;
        }

        float high() {
            return (float) (type.max() - zero) * scale;
        }

        /** The steps over what two ranges have in common; empty if they have nothing. */
        Optional<Steps> within(Steps other) {
            if (type != other.type) {
                return Optional.empty();
            }
            if (equals(other)) {
                return Optional.of(this);
            }
            float low = Math.max(low(), other.low());
            float high = Math.min(high(), other.high());
            float common = (high - low) / (type.max() - type.min());
            return common > 0
                    ? Optional.of(new Steps(type, common, Math.round(type.min() - low / common)))
                    : Optional.empty();
        }
    }

    @Override
    public String name() {
        return "double-quantization";
    }

    @Override
    public String summary() {
        return "Numbers that are quantized twice in a row are quantized once, over the range that both have in common.";
    }

    @Override
    public String drawing() {
        return "x → QuantizeLinear(s) → DequantizeLinear(s) → QuantizeLinear(t) → DequantizeLinear(t) → y\n"
                + "=> x → QuantizeLinear(u) → DequantizeLinear(u) → y";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int merged = 0;
        for (Node node : graph.nodes()) {
            merged += node.isAttached() && node.is("DequantizeLinear") && merge(node, graph) ? 1 : 0;
        }
        if (merged > 0) {
            context.fired(name(), merged);
        }
        return merged > 0;
    }

    private boolean merge(Node last, Graph graph) {
        Optional<Node> again = before(last, "QuantizeLinear");
        Optional<Node> first = again.flatMap(n -> before(n, "DequantizeLinear"));
        Optional<Node> quantize = first.flatMap(n -> before(n, "QuantizeLinear"));
        if (quantize.isEmpty()
                || !QuantizationRules.sameParameters(again.get(), last)
                || !QuantizationRules.sameParameters(quantize.get(), first.get())) {
            return false;
        }
        Optional<Steps> outer = Steps.of(last, last.input(0).type());
        Optional<Steps> common =
                Steps.of(first.get(), first.get().input(0).type()).flatMap(s -> outer.flatMap(s::within));
        if (common.isEmpty()) {
            return false;
        }
        Edit edit = graph.edit(name());
        Onnx onnx = new Onnx(edit, last.output().name(), quantize.get().origin());
        Value scale = onnx.scalar(DataType.FLOAT32, common.get().scale);
        Value zero = onnx.scalar(common.get().type, common.get().zero);
        Value q = onnx.op("QuantizeLinear", quantize.get().input(0), scale, zero);
        edit.replace(last.output(), onnx.op("DequantizeLinear", q, scale, zero)).apply();
        return true;
    }

    /** The node of an operator that computes what a node alone reads. */
    private static Optional<Node> before(Node node, String op) {
        return Optional.of(node.input(0))
                .filter(Value::hasOneUse)
                .flatMap(Value::producer)
                .filter(n -> n.is(op));
    }
}
