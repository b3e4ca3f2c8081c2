package dev.tfliteonnx.testmodels.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Collects cases: those written down, and as many drawn ones as an operator then lacks. */
final class CaseList {
    /** How many times in a row nothing new may be drawn before an operator has no more cases. */
    private static final int PATIENCE = 50;

    private final int least;
    private final long seed;
    private final List<OpCase> cases = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private boolean drawing;
    private boolean open;
    private boolean lastIsNew;

    /** A list in which each operator that can be drawn has at least so many cases, as the seed decides. */
    CaseList(int least, long seed) {
        this.least = least;
        this.seed = seed;
    }

    /** Adds a case whose results are compared bit for bit. */
    void exact(String name, Consumer<CaseGraph> body) {
        add(name, Tolerance.EXACT, body);
    }

    /** Adds a case whose results are compared as {@code tolerance} says. */
    void add(String name, Tolerance tolerance, Consumer<CaseGraph> body) {
        boolean leaves = open;
        String whole = leaves ? name + "/open" : name;
        lastIsNew = names.add(whole);
        if (!lastIsNew && !drawing) {
            throw new IllegalArgumentException("two cases are named " + name);
        }
        if (lastIsNew) {
            OpCase added = new OpCase(whole, tolerance, Map.of(), () -> {
                CaseGraph graph = new CaseGraph(whole, leaves);
                body.accept(graph);
                return graph.build();
            });
            cases.add(added);
            counts.merge(added.op(), 1, Integer::sum);
        }
    }

    /** Notes that an engine cannot run the case added last. */
    void excuse(Engine engine, String reason) {
        if (lastIsNew) {
            cases.add(cases.remove(cases.size() - 1).excused(engine, reason));
        }
    }

    /**
     * Draws cases of an operator until it has as many as asked for, or nothing new comes up.
     *
     * @param one adds a case of what it draws; its name says all of that, since equal names are equal cases
     */
    void draw(String op, Consumer<Draw> one) {
        draw(op, one, false);
    }

    /** As {@link #draw}; in every third case some extents of the inputs are not known before the model runs. */
    void drawOpen(String op, Consumer<Draw> one) {
        draw(op, one, true);
    }

    private void draw(String op, Consumer<Draw> one, boolean mayBeOpen) {
        Draw draw = new Draw(seed + op.hashCode());
        drawing = true;
        for (int misses = 0; misses < PATIENCE && counts.getOrDefault(op, 0) < least; ) {
            int before = cases.size();
            open = mayBeOpen && draw.in(0, 2) == 0;
            one.accept(draw);
            misses = cases.size() == before ? misses + 1 : 0;
        }
        drawing = false;
        open = false;
    }

    List<OpCase> cases() {
        return List.copyOf(cases);
    }
}
