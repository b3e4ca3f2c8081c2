package dev.tfliteonnx;

import java.util.Map;
import java.util.Optional;

/** Cases in which a kernel of the executor does not give what TFLite's reference kernel does, with the reason. */
final class TfliteKernelExceptions {
    private static final String UNSEEDED = "without seeds TFLite draws other numbers each time";

    /** By the start of the name of a case. */
    private static final Map<String, String> REASONS = Map.of(
            "CAST/FLOAT32/toINT8/outOfRange", "C++ leaves open what becomes of a float that does not fit",
            "CAST/FLOAT32/toINT64/outOfRange", "C++ leaves open what becomes of a float that does not fit",
            "RANDOM_STANDARD_NORMAL/100/seed0", UNSEEDED,
            "RANDOM_STANDARD_NORMAL/1x2x3x4/seed0", UNSEEDED,
            "RANDOM_STANDARD_NORMAL/3x4/seed0", UNSEEDED,
            "RANDOM_UNIFORM/100/seed0", UNSEEDED,
            "RANDOM_UNIFORM/1x2x3x4/seed0", UNSEEDED,
            "RANDOM_UNIFORM/3x4/seed0", UNSEEDED);

    private TfliteKernelExceptions() {}

    /** Why a case may differ; empty if it may not. */
    static Optional<String> reason(String name) {
        return REASONS.entrySet().stream()
                .filter(e -> name.startsWith(e.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }
}
