package dev.tfliteonnx.ir;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What a graph and the graphs nested in it share: the names in use, and how often one of these graphs was changed. */
final class Names {
    long changes;
    private final Set<String> used = new HashSet<>();
    private final Map<String, Integer> next = new HashMap<>();

    String claim(String wanted) {
        changes++;
        String base = wanted.isEmpty() ? "value" : wanted;
        String candidate = base;
        int i = next.getOrDefault(base, 1);
        while (!used.add(candidate)) {
            candidate = base + "_" + i++;
        }
        next.put(base, i);
        return candidate;
    }

    void release(String name) {
        changes++;
        used.remove(name);
    }
}
