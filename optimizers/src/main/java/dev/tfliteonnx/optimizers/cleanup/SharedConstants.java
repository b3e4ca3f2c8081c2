package dev.tfliteonnx.optimizers.cleanup;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.pass.GraphPass;
import dev.tfliteonnx.ir.pass.PassContext;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Constants that hold the same become one. Those of more than 64 KiB are not read: they are the same only if they are the
 * same view of the same bytes.
 *
 * <pre>
 * Clip(x, a = 0), Clip(y, b = 0)      becomes      Clip(x, a = 0), Clip(y, a)
 * </pre>
 */
public final class SharedConstants implements GraphPass {
    private static final int LARGE = 1 << 16;

    private record Kind(DataType type, Shape shape, int sample) {}

    @Override
    public String name() {
        return "shared-constants";
    }

    @Override
    public String summary() {
        return "Constants that hold the same become one.";
    }

    @Override
    public String drawing() {
        return "Clip(x, a = 0), Clip(y, b = 0)\n=> Clip(x, a = 0), Clip(y, a)";
    }

    @Override
    public Set<String> after() {
        return Set.of("cleanup");
    }

    @Override
    public boolean run(Graph graph, PassContext context) {
        Map<Kind, List<Value>> kinds = new HashMap<>();
        Edit edit = graph.edit(name());
        int shared = 0;
        for (Value value : graph.constants()) {
            Tensor tensor = value.constant().orElseThrow();
            if (tensor.type() == DataType.STRING || value.isGraphOutput() || isSmallWeight(value)) {
                continue;
            }
            int sample = Content.isSmall(tensor) ? Content.sample(tensor) : 0;
            List<Value> firsts =
                    kinds.computeIfAbsent(new Kind(tensor.type(), tensor.shape(), sample), k -> new ArrayList<>());
            Value first = firsts.stream()
                    .filter(f -> Content.isSame(f.constant().orElseThrow(), tensor))
                    .findFirst()
                    .orElse(null);
            if (first == null) {
                firsts.add(value);
            } else {
                edit.replace(value, first);
                shared++;
            }
        }
        if (shared == 0) {
            return false;
        }
        edit.apply();
        context.fired(name(), shared);
        return true;
    }

    /**
     * With {@code session.x64quantprecision} ONNX Runtime makes int8 weights uint8 and names what it makes after what was
     * there: it refuses a model in which two dequantizations share a constant. So only what is large is shared there.
     */
    private static boolean isSmallWeight(Value value) {
        return value.type() == DataType.INT8
                && value.constant().orElseThrow().byteSize() < LARGE
                && value.uses().stream().anyMatch(u -> u.user().is("DequantizeLinear"));
    }
}
