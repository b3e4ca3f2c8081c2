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
 * Weights of 8 bits take the other sign: uint8 {@code q} and int8 {@code q − 128} with a zero point 128 lower stand for
 * the same numbers.
 *
 * <p>Instructions multiply uint8 by int8 (VNNI, AMX, Arm's dot products), so that weights of int8 are up to three times as
 * fast. Kernels for x86 without such instructions add products of uint8 by int8 in pairs of 16 bits, which saturate;
 * products of uint8 by uint8 do not.
 *
 * <pre>
 * w:INT8 ─DQ(z)─▶      becomes      w + 128:UINT8 ─DQ(z + 128)─▶      or the reverse
 * </pre>
 *
 * <p>Source: ONNX Runtime's {@code core/mlas/lib/platform.cpp}, {@code qgemm_kernel_avx2.cpp}.
 */
public final class WeightSigns implements GraphPass {
    private static final Set<String> WEIGHTED = Set.of("Conv", "Gemm", "MatMul");

    private final String name;
    private final DataType from;
    private final DataType to;

    private WeightSigns(String name, DataType from, DataType to) {
        this.name = name;
        this.from = from;
        this.to = to;
    }

    /** From uint8 to int8. */
    public static WeightSigns signed() {
        return new WeightSigns("signed-weights", DataType.UINT8, DataType.INT8);
    }

    /** From int8 to uint8. */
    public static WeightSigns unsigned() {
        return new WeightSigns("unsigned-weights", DataType.INT8, DataType.UINT8);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return to == DataType.UINT8
                ? "Weights of int8 become uint8, whose products do not saturate on any x86."
                : "Weights of uint8 become int8, which CPUs have instructions to multiply with uint8.";
    }

    @Override
    public String drawing() {
        return to == DataType.UINT8
                ? "w:INT8 → DequantizeLinear(z) → Conv\n=> w + 128:UINT8 → DequantizeLinear(z + 128) → Conv"
                : "w:UINT8 → DequantizeLinear(z) → Conv\n=> w - 128:INT8 → DequantizeLinear(z - 128) → Conv";
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

    private boolean isWeights(Node dequantize) {
        boolean other = dequantize.input(0).isConstant() && dequantize.input(0).type() == from;
        boolean known = !dequantize.input(2).isPresent() || dequantize.input(2).isConstant();
        return other
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
                : onnx.constant(
                        named("zero_point"),
                        Tensor.splat(from, scale.shape(), 0).signTurned());
        Value weights = turned(onnx, dequantize.input(0));
        edit.replace(dequantize.output(), onnx.op("DequantizeLinear", dequantize.attributes(), weights, scale, zero))
                .apply();
    }

    private Value turned(Onnx onnx, Value constant) {
        return onnx.constant(
                named(constant.name()), constant.constant().orElseThrow().signTurned());
    }

    private String named(String base) {
        return base + "/" + to.name().toLowerCase(java.util.Locale.ROOT);
    }
}
