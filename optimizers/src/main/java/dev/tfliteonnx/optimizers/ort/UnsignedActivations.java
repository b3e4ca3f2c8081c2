package dev.tfliteonnx.optimizers.ort;

import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.optimizers.cleanup.Content;
import dev.tfliteonnx.optimizers.quant.QuantizationRules;

/**
 * Integers between a QuantizeLinear and the one DequantizeLinear that reads them become uint8 where they are int8: the
 * zero point moves by 128 and the real numbers stay. A value that several nodes read stays, as in ONNX Runtime.
 *
 * <p>Source: {@code qdq_s8_to_u8.cc}.
 */
public final class UnsignedActivations implements GraphPass {
    @Override
    public String name() {
        return "int8-pairs-to-uint8";
    }

    @Override
    public String summary() {
        return "Stores as uint8 what is quantized to int8 and dequantized at once.";
    }

    @Override
    public String drawing() {
        return "x → QuantizeLinear (int8) → DequantizeLinear → y\n=> x → QuantizeLinear (uint8) → DequantizeLinear → y";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        boolean changed = false;
        for (Node node : graph.nodes()) {
            if (node.isAttached() && node.is("QuantizeLinear") && isSigned(node)) {
                Use use = node.output().uses().get(0);
                Edit edit = graph.edit(name());
                edit.replace(use.user().output(), again(node, use.user(), edit)).apply();
                context.fired(name(), 1);
                changed = true;
            }
        }
        return changed;
    }

    private static boolean isSigned(Node q) {
        return q.output().type() == DataType.INT8
                && q.output().hasOneUse()
                && q.input(2).isPresent()
                && Content.single(q.input(2)).isPresent()
                && Content.single(q.input(1)).isPresent()
                && q.output().uses().get(0).user().is("DequantizeLinear")
                && q.output().uses().get(0).user().input(2).isPresent()
                && QuantizationRules.sameParameters(q, q.output().uses().get(0).user());
    }

    private static Value again(Node q, Node dq, Edit edit) {
        Onnx onnx = new Onnx(edit, q.output().name(), q.origin());
        Value zero = onnx.scalar(DataType.UINT8, Content.single(q.input(2)).orElseThrow() + 128);
        Value unsigned = onnx.op("QuantizeLinear", Attributes.NONE, q.input(0), q.input(1), zero);
        return new Onnx(edit, dq.output().name(), dq.origin()).op("DequantizeLinear", unsigned, dq.input(1), zero);
    }
}
