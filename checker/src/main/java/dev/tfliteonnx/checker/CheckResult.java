package dev.tfliteonnx.checker;

import java.util.List;

/**
 * What a check found.
 *
 * @param sourceEngine what ran the source model
 * @param resultEngine what ran the conversion
 * @param runs how many inputs were tried
 * @param outputs one for each output
 */
public record CheckResult(String sourceEngine, String resultEngine, int runs, List<OutputCheck> outputs) {
    public CheckResult {
        outputs = List.copyOf(outputs);
    }

    /** Whether all outputs hold. */
    public boolean holds() {
        return outputs.stream().allMatch(o -> o.verdict().holds());
    }
}
