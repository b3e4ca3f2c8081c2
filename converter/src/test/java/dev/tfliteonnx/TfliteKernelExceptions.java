package dev.tfliteonnx;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Cases in which a kernel of the executor does not give what TFLite's reference kernel does, with the reason. */
final class TfliteKernelExceptions {
    /** By the start of the name of a case. */
    private static final Map<String, String> REASONS = Map.of(
            "CAST/FLOAT32/toINT8/outOfRange", "C++ leaves open what becomes of a float that does not fit",
            "CAST/FLOAT32/toINT64/outOfRange", "C++ leaves open what becomes of a float that does not fit",
            "CAST/complex64", "refused: the executor does not hold complex numbers");

    /** Operators of which cases lack a kernel: their own, or that of an operator beside them. */
    private static final Set<String> LACKING = Set.of(
            "ADD_N",
            "ARG_MAX",
            "ARG_MIN",
            "ASSIGN_VARIABLE",
            "COMPLEX_ABS",
            "CUMSUM",
            "CUSTOM",
            "DILATE",
            "DIV",
            "EMBEDDING_LOOKUP_SPARSE",
            "EQUAL",
            "FAKE_QUANT",
            "GREATER",
            "GREATER_EQUAL",
            "HASHTABLE",
            "HASHTABLE_FIND",
            "HASHTABLE_IMPORT",
            "HASHTABLE_LOOKUP",
            "HASHTABLE_SIZE",
            "IF",
            "IMAG",
            "LESS",
            "LESS_EQUAL",
            "LOG",
            "MULTINOMIAL",
            "NOT_EQUAL",
            "POW",
            "RANDOM_STANDARD_NORMAL",
            "RANDOM_UNIFORM",
            "REAL",
            "REDUCE_WINDOW",
            "RFFT2D",
            "RSQRT",
            "STABLEHLO_ADD",
            "STABLEHLO_CASE",
            "STABLEHLO_GATHER",
            "STABLEHLO_MAXIMUM",
            "STABLEHLO_MINIMUM",
            "STABLEHLO_MULTIPLY",
            "STABLEHLO_PAD",
            "STABLEHLO_REDUCE_WINDOW",
            "STABLEHLO_SCATTER",
            "WHILE");

    private TfliteKernelExceptions() {}

    /** Why a case may differ; empty if it may not. */
    static Optional<String> reason(String name) {
        return REASONS.entrySet().stream()
                .filter(e -> name.startsWith(e.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** Whether cases of an operator may lack a kernel. */
    static boolean mayLack(String op) {
        return LACKING.contains(op);
    }
}
