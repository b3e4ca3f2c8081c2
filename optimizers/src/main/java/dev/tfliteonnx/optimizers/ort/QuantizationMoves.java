package dev.tfliteonnx.optimizers.ort;

import static dev.tfliteonnx.ir.pattern.Pattern.any;
import static dev.tfliteonnx.ir.pattern.Pattern.op;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.ir.pattern.Match;
import dev.tfliteonnx.ir.pattern.Rule;
import dev.tfliteonnx.ir.pattern.RuleSet;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The pass {@code quantization-moves}: what only moves elements moves integers, so that quantization comes next to what
 * computes.
 *
 * <p>Source: {@code qdq_propagation.cc}.
 */
public final class QuantizationMoves {
    private static final String[] MOVES = {"Reshape", "Transpose", "Squeeze", "Unsqueeze", "Slice", "MaxPool"};

    private QuantizationMoves() {}

    /** The pass. */
    public static RuleSet pass() {
        return new RuleSet(
                "quantization-moves",
                "Lets what only moves elements move integers instead of real numbers.",
                Set.of(),
                List.of(dequantizeLast(), quantizeFirst()));
    }

    private static Rule dequantizeLast() {
        return new Rule(
                "dequantize-behind-move",
                "Integers are moved before they are dequantized.",
                "q → DequantizeLinear → Reshape → y\n=> q → Reshape → DequantizeLinear → y",
                op(MOVES)
                        .given("gives one result", m -> m.root().outputs().size() == 1)
                        .given("what it moves is dequantized by one scale", QuantizationMoves::isDequantized)
                        .given("nothing quantizes the result", m -> m.output().uses().stream()
                                .noneMatch(u -> u.user().is("QuantizeLinear"))),
                m -> {
                    Node dq = m.root().input(0).producer().orElseThrow();
                    Value moved = moved(m.root(), dq.input(0), m.edit());
                    return m.onnx().op("DequantizeLinear", Attributes.NONE, moved, dq.input(1), dq.input(2));
                });
    }

    private static boolean isDequantized(Match m) {
        return m.root()
                .input(0)
                .producer()
                .filter(n ->
                        n.is("DequantizeLinear") && isPlain(n) && !n.input(0).isConstant())
                .filter(n -> Unit.is8Bit(n.input(0).type()))
                .isPresent();
    }

    private static boolean isPlain(Node q) {
        return Content.single(q.input(1)).filter(s -> s > 0).isPresent()
                && (!q.input(2).isPresent() || Content.single(q.input(2)).isPresent());
    }

    private static Rule quantizeFirst() {
        return new Rule(
                "quantize-before-move",
                "Real numbers are quantized before they are moved.",
                "x → Reshape → QuantizeLinear → q\n=> x → QuantizeLinear → Reshape → q",
                op("QuantizeLinear")
                        .in(
                                op(MOVES).as("move").oneUse(),
                                any("scale"),
                                any("zero").optional())
                        .given(
                                "there is one scale",
                                m -> isPlain(m.root()) && Unit.is8Bit(m.output().type()))
                        .given("what is moved gives one result and is not dequantized", m -> {
                            Node move = m.node("move");
                            return move.outputs().size() == 1
                                    && move.input(0)
                                            .producer()
                                            .filter(n -> n.is("DequantizeLinear"))
                                            .isEmpty();
                        }),
                m -> {
                    Node move = m.node("move");
                    Onnx onnx =
                            new Onnx(m.edit(), move.output().name(), m.root().origin());
                    Value q = onnx.op(
                            "QuantizeLinear",
                            m.root().attributes(),
                            move.input(0),
                            m.root().input(1),
                            m.root().input(2));
                    return moved(move, q, m.edit());
                });
    }

    private static Value moved(Node move, Value q, Edit edit) {
        List<Value> inputs = new ArrayList<>(move.inputs());
        inputs.set(0, q);
        ValueInfo info =
                ValueInfo.of(move.output().name(), q.type(), move.output().shape());
        return edit.add(move.op(), inputs, move.attributes(), List.of(info), move.origin())
                .get(0);
    }
}
