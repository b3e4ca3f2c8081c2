package dev.tfliteonnx.checker;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which values of a conversion stand for tensors of its source: those of the same name, or of that name with the step
 * behind it that only changes int8 to uint8.
 */
final class Pairs {
    private static final List<String> STEPS = List.of("", "/uint8/quantizelinear", "/uint8", "/int8/quantizelinear");

    private final Map<String, Value> computed = new HashMap<>();

    Pairs(Graph result) {
        for (Node node : result.nodes()) {
            node.outputs().stream().filter(Value::isPresent).forEach(v -> computed.put(v.name(), v));
        }
    }

    /** What stands for a tensor that the source computes. */
    Optional<Value> of(Value source) {
        return STEPS.stream()
                .map(step -> computed.get(source.name() + step))
                .filter(v -> v != null)
                .findFirst();
    }
}
