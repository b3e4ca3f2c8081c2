package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import java.util.Set;

/**
 * Weights of int8 become uint8, their zero points 128 higher, so that they stand for the same numbers. Kernels for x86
 * without VNNI add products of uint8 by int8 in pairs of 16 bits, which saturate; products of uint8 by uint8 do not.
 *
 * <pre>
 * w:INT8 ─DQ(z)─▶      becomes      w + 128:UINT8 ─DQ(z + 128)─▶
 * </pre>
 */
public final class UnsignedWeights implements GraphPass {
    private static final Set<String> WEIGHTED = Set.of("Conv", "Gemm", "MatMul");

    @Override
    public String name() {
        return "unsigned-weights";
    }

    @Override
    public String summary() {
        return "Weights of int8 become uint8, whose products do not saturate on x86.";
    }

    @Override
    public String drawing() {
        return "w:INT8 → DequantizeLinear(z) → Conv\n=> w + 128:UINT8 → DequantizeLinear(z + 128) → Conv";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int changes = 0;
        for (Node node : graph.nodes()) {
            if (node.isAttached() && node.is("DequantizeLinear") && isWeights(node)) {
                turn(graph, node);
                changes++;
            }
        }
        if (changes > 0) {
            context.fired(name(), changes);
        }
        return changes > 0;
    }

    private static boolean isWeights(Node dequantize) {
        boolean signed = dequantize.input(0).isConstant() && dequantize.input(0).type() == DataType.INT8;
        boolean known = !dequantize.input(2).isPresent() || dequantize.input(2).isConstant();
        return signed
                && known
                && !dequantize.output().isGraphOutput()
                && dequantize.output().uses().stream()
                        .allMatch(u -> u.input() == 1
                                && WEIGHTED.contains(u.user().op().name()));
    }

    private void turn(Graph graph, Node dequantize) {
        Edit edit = graph.edit(name());
        Onnx onnx = new Onnx(edit, dequantize.output().name(), dequantize.origin());
        Value scale = dequantize.input(1);
        Value zero = dequantize.input(2).isPresent()
                ? turned(onnx, dequantize.input(2))
                : onnx.constant("zero_point/uint8", Tensor.splat(DataType.UINT8, scale.shape(), 128));
        Value weights = turned(onnx, dequantize.input(0));
        edit.replace(dequantize.output(), onnx.op("DequantizeLinear", dequantize.attributes(), weights, scale, zero))
                .apply();
    }

    private static Value turned(Onnx onnx, Value constant) {
        return onnx.constant(
                constant.name() + "/uint8", constant.constant().orElseThrow().signTurned());
    }
}
