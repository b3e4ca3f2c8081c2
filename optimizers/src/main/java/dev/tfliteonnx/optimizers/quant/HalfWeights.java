package dev.tfliteonnx.optimizers.quant;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Use;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import dev.tfliteonnx.onnx.Onnx;
import dev.tfliteonnx.onnx.OnnxOps;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/**
 * Weights of float32 that float16 holds exactly are stored so, and cast when the model is loaded or run. The numbers stay
 * the same to the bit and take half the space.
 *
 * <pre>
 * w:FLOAT32 ─▶      becomes      w:FLOAT16 ─Cast─▶
 * </pre>
 */
public final class HalfWeights implements GraphPass {
    /** Fewer are not worth a node. */
    private static final long LEAST = 64;

    private static final int CHUNK = 1 << 14;

    /** Operands that have to be constants to be understood. */
    private static final Set<String> CONSTANT =
            Set.of("Clip", "DequantizeLinear", "Pad", "QuantizeLinear", "Resize", "ConstantOfShape");

    @Override
    public String name() {
        return "half-weights";
    }

    @Override
    public String summary() {
        return "Weights that float16 holds exactly are stored so and cast to float32.";
    }

    @Override
    public String drawing() {
        return "w:FLOAT32 → MatMul\n=> w:FLOAT16 → Cast → MatMul";
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        int changes = 0;
        for (Value value : graph.constants()) {
            Tensor tensor = value.constant().orElseThrow();
            if (tensor.type() == DataType.FLOAT32
                    && tensor.elementCount() >= LEAST
                    && isFree(value)
                    && isHalf(tensor)) {
                Edit edit = graph.edit(name());
                Value half = edit.constant(value.name() + "/float16", tensor.cast(DataType.FLOAT16));
                Value whole = new Onnx(edit, value.name(), Origin.NONE).cast(half, DataType.FLOAT32);
                edit.replace(value, whole).apply();
                changes++;
            }
        }
        if (changes > 0) {
            context.fired(name(), changes);
        }
        return changes > 0;
    }

    private static boolean isFree(Value value) {
        return !value.isGraphOutput() && value.uses().stream().allMatch(HalfWeights::takesComputed);
    }

    private static boolean takesComputed(Use use) {
        Node user = use.user();
        boolean scalesOfBlocks =
                user.is("DequantizeLinear") && user.attributes().get(OnnxOps.BLOCK_SIZE, 0L) > 0;
        return scalesOfBlocks || !CONSTANT.contains(user.op().name());
    }

    /** Whether every number is one of float16. */
    private static boolean isHalf(Tensor tensor) {
        Tensor rounded = tensor.cast(DataType.FLOAT16).cast(DataType.FLOAT32);
        ByteBuffer a = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer b = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = 0; at < tensor.elementCount(); at += CHUNK) {
            int n = (int) Math.min(CHUNK, tensor.elementCount() - at);
            tensor.read(at, n, a.clear());
            rounded.read(at, n, b.clear());
            if (!a.flip().equals(b.flip())) {
                return false;
            }
        }
        return true;
    }
}
