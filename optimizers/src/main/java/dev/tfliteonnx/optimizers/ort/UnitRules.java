package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import dev.tfliteonnx.onnx.TypedShape;
import dev.tfliteonnx.optimizers.cleanup.Content;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * The operators on integers of ONNX Runtime's CPU provider, and when they can stand for a unit.
 *
 * <p>Source: {@code qdq_selector_action_transformer.cc}, {@code qdq_selectors.cc}, {@code qdq_actions.cc}.
 */
final class UnitRules {
    private UnitRules() {}

    /** All rules; each operator is in one. */
    static List<UnitRule> all(TargetPlatform platform) {
        boolean signed = platform.takesInt8();
        return List.of(
                rule("quantized-split", "dropSplitQDQ", "Split", UnitRules::splits, UnitRules::moved),
                rule(
                        "quantized-move",
                        "drop",
                        "Expand Flatten Gather GatherElements Reshape Slice Squeeze Tile Transpose Unsqueeze",
                        u -> moves(u),
                        UnitRules::moved),
                rule(
                        "quantized-resize",
                        "drop_no_int16_support",
                        "Resize",
                        u -> moves(u)
                                && u.target()
                                        .attributes()
                                        .get(OnnxOps.MODE, "nearest")
                                        .equals("nearest"),
                        UnitRules::moved),
                rule(
                        "quantized-maximum",
                        "drop_no_int16_support_and_positive_scale",
                        "MaxPool ReduceMax ReduceMin",
                        u -> moves(u)
                                && u.target().outputs().size() == 1
                                && Content.all(u.quantizes().get(0).input(1), s -> s > 0),
                        UnitRules::moved),
                rule(
                        "quantized-argmax",
                        "dropDQ",
                        "ArgMax",
                        u -> u.quantizes().isEmpty()
                                && u.dequantizes().size() == 1
                                && Unit.is8Bit(u.type(0))
                                && Content.single(u.dequantizes().get(0).input(1))
                                        .filter(s -> s > 0)
                                        .isPresent(),
                        UnitRules::counted),
                rule(
                        "quantized-unary",
                        "1DQ",
                        "AveragePool GlobalAveragePool LeakyRelu Sigmoid",
                        u -> u.isComplete() && u.isOfOneType(1) && !isDilated(u.target()),
                        UnitRules::qLinear),
                rule(
                        "quantized-softmax",
                        "1DQ_CPU",
                        "Softmax",
                        u -> u.isComplete() && u.isOfOneType(1),
                        UnitRules::qLinear),
                rule("quantized-binary", "2DQ", "Add Mul", u -> u.isComplete() && u.isOfOneType(2), UnitRules::qLinear),
                rule(
                        "quantized-concat",
                        "*DQ",
                        "Concat",
                        u -> u.isComplete() && u.isOfOneType(u.operands()),
                        UnitRules::concat),
                rule("quantized-conv", "Conv", "Conv", u -> convolves(u, signed), UnitRules::conv),
                rule("quantized-matmul", "MatMul", "MatMul", u -> multiplies(u, signed), UnitRules::matMul),
                rule("quantized-gemm", "Gemm", "Gemm", UnitRules::isGemm, UnitRules::gemm),
                rule(
                        "quantized-where",
                        "Where",
                        "Where",
                        u -> u.whole() && u.dequantizes().size() == 2 && u.isOfOneType(2),
                        UnitRules::where));
    }

    private static UnitRule rule(
            String name,
            String action,
            String ops,
            java.util.function.Predicate<Unit> fits,
            BiFunction<Unit, Edit, List<Value>> replacement) {
        String spelt = ops.replace(' ', '|');
        return new UnitRule(
                name,
                "A " + spelt + " between DequantizeLinear and QuantizeLinear works on the integers.",
                "q → DequantizeLinear → " + spelt + " → QuantizeLinear → y\n=> q → " + spelt + " of integers → y",
                new UnitRule.Selector(action, Set.of(ops.split(" ")), fits),
                replacement);
    }

    private static boolean moves(Unit u) {
        return u.whole()
                && u.dequantizes().size() == 1
                && u.target().input(0) == u.dequantizes().get(0).output()
                && Unit.is8Bit(u.type(0))
                && u.keepsQuantization();
    }

    private static boolean splits(Unit u) {
        return moves(u) && u.quantizes().size() == u.target().outputs().size();
    }

    private static boolean isDilated(Node node) {
        return node.attributes()
                .find(OnnxOps.DILATIONS)
                .filter(d -> java.util.Arrays.stream(d.toArray()).anyMatch(v -> v != 1))
                .isPresent();
    }

    private static boolean takes(Unit u, boolean signed) {
        DataType x = u.type(0);
        DataType w = u.type(1);
        return Unit.is8Bit(x)
                && Unit.is8Bit(w)
                && u.dequantizes().get(0).input(1).shape().isStatic()
                && u.dequantizes().get(0).input(1).shape().elementCount() == 1
                && (x != DataType.INT8 || (signed && w == DataType.INT8));
    }

    private static boolean convolves(Unit u, boolean signed) {
        return u.isComplete()
                && u.dequantizes().size() >= 2
                && takes(u, signed)
                && u.result() == u.type(0)
                && (u.dequantizes().size() == 2 || u.hasFittingBias());
    }

    private static boolean multiplies(Unit u, boolean signed) {
        boolean quantized = !u.quantizes().isEmpty();
        return u.dequantizes().size() == 2
                && takes(u, signed)
                && isPerColumn(u.dequantizes().get(1))
                && (!quantized || (u.isComplete() && u.result() == u.type(0)));
    }

    private static boolean isPerColumn(Node dq) {
        boolean single = dq.input(1).shape().isStatic() && dq.input(1).shape().elementCount() == 1;
        long axis = dq.attributes().get(OnnxOps.AXIS, 1L);
        return single || (dq.input(0).shape().hasRank(2) && (axis == 1 || axis == -1));
    }

    private static boolean isGemm(Unit u) {
        boolean quantized = !u.quantizes().isEmpty();
        return u.dequantizes().size() == u.operands()
                && u.operands() >= 2
                && takes(u, true)
                && u.target().attributes().get(OnnxOps.ALPHA, 1f) == 1f
                && (!quantized || (u.whole() && u.result() == u.type(0)))
                && (u.operands() == 2 || (u.target().attributes().get(OnnxOps.BETA, 1f) == 1f && u.hasFittingBias()));
    }

    private static Onnx onnx(Unit u, Edit edit) {
        return new Onnx(edit, result(u).name(), u.target().origin());
    }

    private static Value result(Unit u) {
        return u.quantizes().isEmpty()
                ? u.target().output()
                : u.quantizes().get(0).output();
    }

    private static TypedShape typed(Value value) {
        return new TypedShape(value.type(), value.shape());
    }

    /** The same operator on the integers. */
    private static List<Value> moved(Unit u, Edit edit) {
        List<Value> inputs = new ArrayList<>(u.target().inputs());
        inputs.set(0, u.dequantizes().get(0).input(0));
        List<ValueInfo> outputs = new ArrayList<>();
        for (Node q : u.quantizes()) {
            Value out = q.output();
            outputs.add(ValueInfo.of(out.name(), out.type(), out.shape()));
        }
        return edit.add(
                u.target().op(),
                inputs,
                u.target().attributes(),
                outputs,
                u.target().origin());
    }

    /** The same operator on the integers, with results that are none of them. */
    private static List<Value> counted(Unit u, Edit edit) {
        Value q = u.dequantizes().get(0).input(0);
        return onnx(u, edit).ops(u.target().op().name(), u.target().attributes(), 1, q);
    }

    private static List<Value> qLinear(Unit u, Edit edit) {
        Onnx onnx = onnx(u, edit);
        List<Value> inputs = new ArrayList<>();
        u.dequantizes().forEach(dq -> Unit.read(dq, onnx, inputs));
        u.quantized(onnx, inputs);
        Attributes attributes = u.target().attributes().without(OnnxOps.DILATIONS);
        if (u.target().is("Softmax")) {
            long axis = attributes.get(OnnxOps.AXIS, -1L);
            attributes = attributes.with(OnnxOps.AXIS, axis).with(OnnxOps.OPSET, 13L);
        }
        String name = "QLinear" + u.target().op().name();
        return List.of(onnx.contrib(name, attributes, typed(result(u)), inputs));
    }

    private static List<Value> concat(Unit u, Edit edit) {
        Onnx onnx = onnx(u, edit);
        List<Value> inputs = new ArrayList<>();
        u.quantized(onnx, inputs);
        u.dequantizes().forEach(dq -> Unit.read(dq, onnx, inputs));
        return List.of(onnx.contrib("QLinearConcat", u.target().attributes(), typed(result(u)), inputs));
    }

    private static List<Value> where(Unit u, Edit edit) {
        Onnx onnx = onnx(u, edit);
        List<Value> inputs = new ArrayList<>(List.of(u.target().input(0)));
        u.dequantizes().forEach(dq -> Unit.read(dq, onnx, inputs));
        u.quantized(onnx, inputs);
        return List.of(onnx.contrib("QLinearWhere", Attributes.NONE, typed(result(u)), inputs));
    }

    private static List<Value> conv(Unit u, Edit edit) {
        Onnx onnx = onnx(u, edit);
        List<Value> inputs = new ArrayList<>();
        Unit.read(u.dequantizes().get(0), onnx, inputs);
        Unit.read(u.dequantizes().get(1), onnx, inputs);
        u.quantized(onnx, inputs);
        if (u.dequantizes().size() > 2) {
            inputs.add(u.dequantizes().get(2).input(0));
        }
        return standard("QLinearConv", u, inputs, edit);
    }

    private static List<Value> standard(String op, Unit u, List<Value> inputs, Edit edit) {
        Value out = result(u);
        ValueInfo info = ValueInfo.of(out.name(), out.type(), out.shape());
        return edit.add(
                OpType.onnx(op),
                inputs,
                u.target().attributes(),
                List.of(info),
                u.target().origin());
    }

    private static List<Value> matMul(Unit u, Edit edit) {
        Onnx onnx = onnx(u, edit);
        List<Value> inputs = new ArrayList<>();
        Unit.read(u.dequantizes().get(0), onnx, inputs);
        Unit.read(u.dequantizes().get(1), onnx, inputs);
        if (!u.quantizes().isEmpty()) {
            u.quantized(onnx, inputs);
            return standard("QLinearMatMul", u, inputs, edit);
        }
        List<Value> ordered = new ArrayList<>();
        for (int i : new int[] {0, 3, 1, 4, 2, 5}) {
            ordered.add(inputs.get(i));
        }
        return List.of(onnx.contrib("MatMulIntegerToFloat", Attributes.NONE, typed(result(u)), ordered));
    }

    private static List<Value> gemm(Unit u, Edit edit) {
        Onnx onnx = onnx(u, edit);
        List<Value> inputs = new ArrayList<>();
        Unit.read(u.dequantizes().get(0), onnx, inputs);
        Unit.read(u.dequantizes().get(1), onnx, inputs);
        if (u.dequantizes().size() > 2) {
            inputs.add(u.dequantizes().get(2).input(0));
        } else if (!u.quantizes().isEmpty()) {
            inputs.add(Value.ABSENT);
        }
        if (!u.quantizes().isEmpty()) {
            u.quantized(onnx, inputs);
        }
        Attributes attributes = u.target().attributes().without(Key.ofFloat("beta"));
        return List.of(onnx.contrib("QGemm", attributes, typed(result(u)), inputs));
    }
}
