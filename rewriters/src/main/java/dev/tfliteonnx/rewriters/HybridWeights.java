package dev.tfliteonnx.rewriters;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.QuantParams;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.List;
import java.util.Set;

/**
 * Weights that early converters stored as uint8 beside float activations are int8 in truth: the kernels read their bytes
 * as signed.
 *
 * <p>Source: {@code GetInt8DataPtr} in TFLite's {@code kernels/internal/kernel_utils.h} and its callers, the hybrid
 * kernels of convolutions, matrix products and recurrent operators.
 */
public final class HybridWeights implements GraphPass {
    private static final Set<String> OPS = Set.of(
            "CONV_2D",
            "FULLY_CONNECTED",
            "SVDF",
            "RNN",
            "UNIDIRECTIONAL_SEQUENCE_RNN",
            "BIDIRECTIONAL_SEQUENCE_RNN",
            "LSTM",
            "UNIDIRECTIONAL_SEQUENCE_LSTM",
            "BIDIRECTIONAL_SEQUENCE_LSTM");

    @Override
    public String name() {
        return "hybrid-weights";
    }

    @Override
    public String summary() {
        return "Reads uint8 weights beside float activations as the int8 that they are.";
    }

    @Override
    public String drawing() {
        return "x:FLOAT32, w:UINT8 q(s,0) → CONV_2D\n=> x:FLOAT32, w:INT8 q(s,0) → CONV_2D";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int changed = 0;
        for (Node node : graph.nodes()) {
            if (!node.op().domain().isEmpty()
                    || !OPS.contains(node.op().name())
                    || node.input(0).type() != DataType.FLOAT32) {
                continue;
            }
            for (Value in : List.copyOf(node.inputs())) {
                if (in.isConstant()
                        && in.type() == DataType.UINT8
                        && in.quant().filter(QuantParams::isSymmetric).isPresent()) {
                    Edit edit = graph.edit(name());
                    Value signed = graph.constant(
                            in.name(),
                            in.constant().orElseThrow().cast(DataType.INT8),
                            in.quant().get());
                    edit.replace(in, signed).apply();
                    changed++;
                }
            }
        }
        if (changed > 0) {
            context.fired(name(), changed);
        }
        return changed > 0;
    }
}
