package dev.tfliteonnx.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a conversion tells of its passes.
 *
 * @param whyNot of each rule that was asked for how often it fired, and the condition that failed where it nearly did
 * @param dumps the graph as text after each stage that was asked for
 */
public record TraceLog(Map<String, String> whyNot, Map<String, String> dumps) {
    /** Nothing was asked for. */
    public static final TraceLog NONE = new TraceLog(Map.of(), Map.of());

    public TraceLog {
        whyNot = Collections.unmodifiableMap(new LinkedHashMap<>(whyNot));
        dumps = Collections.unmodifiableMap(new LinkedHashMap<>(dumps));
    }
}
