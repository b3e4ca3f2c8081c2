package dev.tfliteonnx;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a conversion is to tell of its passes.
 *
 * @param whyNot rules of which the nearest miss is wanted; a pass stands for all of its rules
 * @param dumpAfter stages and passes after which the graph is wanted as text: {@code import}, {@code lowering}, the name of
 *     a pass, {@code result}
 */
public record Trace(Set<String> whyNot, Set<String> dumpAfter) {
    /** Nothing. */
    public static final Trace NONE = new Trace(Set.of(), Set.of());

    public Trace {
        whyNot = Collections.unmodifiableSet(new LinkedHashSet<>(whyNot));
        dumpAfter = Collections.unmodifiableSet(new LinkedHashSet<>(dumpAfter));
    }
}
