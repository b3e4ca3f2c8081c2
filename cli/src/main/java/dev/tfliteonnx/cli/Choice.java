package dev.tfliteonnx.cli;

import dev.tfliteonnx.Target;
import dev.tfliteonnx.handlers.QuantMode;
import dev.tfliteonnx.optimizers.quant.EdgeType;
import dev.tfliteonnx.optimizers.quant.WeightType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;

/** Options that take one of a few words. */
final class Choice {
    /** What becomes of quantization. */
    static final Map<String, QuantMode> QUANT = words(
            Map.entry("qdq", QuantMode.QDQ),
            Map.entry("float", QuantMode.FLOAT),
            Map.entry("integer", QuantMode.INTEGER));

    /** The runtime that a model is for. */
    static final Map<String, Target> TARGETS = targets();

    /** The type of inputs and outputs. */
    static final Map<String, EdgeType> EDGES = words(
            Map.entry("keep", EdgeType.KEEP),
            Map.entry("float32", EdgeType.FLOAT32),
            Map.entry("uint8", EdgeType.UINT8),
            Map.entry("int8", EdgeType.INT8));

    /** The type of weights. */
    static final Map<String, WeightType> WEIGHTS = words(
            Map.entry("s8", WeightType.INT8), Map.entry("u8", WeightType.UINT8), Map.entry("keep", WeightType.KEEP));

    /** Whether weights of float16 stay so. */
    static final Map<String, Boolean> HALVES = words(Map.entry("fold", false), Map.entry("keep", true));

    private Choice() {}

    private static Map<String, Target> targets() {
        Map<String, Target> words = new LinkedHashMap<>();
        for (Target target : Target.values()) {
            if (target != Target.ANY) {
                words.put(target.spelling(), target);
            }
        }
        return Collections.unmodifiableMap(words);
    }

    @SafeVarargs
    private static <T> Map<String, T> words(Map.Entry<String, T>... entries) {
        Map<String, T> words = new LinkedHashMap<>();
        for (Map.Entry<String, T> entry : entries) {
            words.put(entry.getKey(), entry.getValue());
        }
        return Collections.unmodifiableMap(words);
    }

    /** The words as help shows them. */
    static String names(Map<String, ?> words) {
        return String.join("|", words.keySet());
    }

    /** What was chosen; empty if the option is not given. */
    static <T> Optional<T> of(CommandLine line, String option, Map<String, T> words) throws UsageException {
        String word = line.getOptionValue(option);
        if (word == null) {
            return Optional.empty();
        }
        T chosen = words.get(word);
        if (chosen == null) {
            throw new UsageException(
                    "--" + option + " is one of " + String.join(", ", words.keySet()) + ", not \"" + word + "\"");
        }
        return Optional.of(chosen);
    }
}
