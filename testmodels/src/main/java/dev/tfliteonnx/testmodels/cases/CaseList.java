package dev.tfliteonnx.testmodels.cases;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Collects cases. */
final class CaseList {
    private final List<OpCase> cases = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** Adds a case whose results are compared bit for bit. */
    void exact(String name, Consumer<CaseGraph> body) {
        add(name, Tolerance.EXACT, body);
    }

    /** Adds a case whose results are compared as {@code tolerance} says. */
    void add(String name, Tolerance tolerance, Consumer<CaseGraph> body) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("two cases are named " + name);
        }
        cases.add(new OpCase(name, tolerance, Map.of(), () -> {
            CaseGraph graph = new CaseGraph(name);
            body.accept(graph);
            return graph.build();
        }));
    }

    /** Notes that an engine cannot run the case added last. */
    void excuse(Engine engine, String reason) {
        cases.add(cases.remove(cases.size() - 1).excused(engine, reason));
    }

    List<OpCase> cases() {
        return List.copyOf(cases);
    }
}
