package dev.tfliteonnx;

import java.util.Set;

/** Handled operators that the cases do not try by themselves. */
final class UntestedOps {
    static final Set<String> NAMES = Set.of();

    private UntestedOps() {}
}
