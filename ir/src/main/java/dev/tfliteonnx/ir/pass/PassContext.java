package dev.tfliteonnx.ir.pass;

import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.onnx.OnnxSchemas;
import dev.tfliteonnx.onnx.OpsetVersions;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the passes over one model share: options, a budget, and a record of what fired and what nearly did. */
public final class PassContext {
    private final PassOptions options;
    private final Map<String, Integer> fired = new LinkedHashMap<>();
    private final Map<String, Miss> misses = new LinkedHashMap<>();
    private final Map<String, String> dumps = new LinkedHashMap<>();
    private @Nullable Graph whole;
    private int needed;
    private long grown;

    /** A context in which nothing has happened yet. */
    public PassContext(PassOptions options) {
        this.options = options;
    }

    /** What the caller said. */
    public PassOptions options() {
        return options;
    }

    /** The graph that is changed, with all that are nested in it. */
    void begin(Graph graph) {
        whole = graph;
    }

    /** The opset that the result will have at least: the one that was asked for, or that the graph needs. */
    public int opset() {
        if (needed == 0 && whole != null) {
            OpsetVersions.Fit fit = OpsetVersions.lowest(whole, OpsetVersions.FLOOR, OnnxSchemas.NEWEST);
            needed = fit instanceof OpsetVersions.Fit.At at ? at.opset() : OpsetVersions.FLOOR;
        }
        return Math.max(options.opset(), needed);
    }

    /** Whether a rule or pass is to run. */
    public boolean allows(String name) {
        return !options.skip().contains(name);
    }

    /** Records that a rule or pass made so many changes. */
    public void fired(String name, int times) {
        fired.merge(name, times, Integer::sum);
    }

    /** How many changes each rule and pass made, by the order of the first; those that made none are missing. */
    public Map<String, Integer> fired() {
        return Collections.unmodifiableMap(fired);
    }

    /** Whether misses of a rule are wanted. */
    public boolean explains(String rule) {
        return options.explain().contains(rule);
    }

    /**
     * Records that a rule did not fire, if no nearer miss is known.
     *
     * @param passed how many of its conditions held
     * @param text the node, the condition that did not hold, and what was there instead
     */
    public void missed(String rule, int passed, String text) {
        Miss known = misses.get(rule);
        if (known == null || passed > known.passed) {
            misses.put(rule, new Miss(passed, text));
        }
    }

    /** The nearest miss of a rule that was to be explained; empty if no node even had its operator. */
    public Optional<String> nearestMiss(String rule) {
        return Optional.ofNullable(misses.get(rule)).map(Miss::text);
    }

    /** Records the graph after a pass, if that is wanted: as it is after the last run that changed it, or the first. */
    void ran(String pass, boolean changed, Graph graph) {
        if (options.dump().contains(pass) && (changed || !dumps.containsKey(pass))) {
            dumps.put(pass, graph.toText());
        }
    }

    /** The graph as text after each pass that was asked for, by the order of the first run. */
    public Map<String, String> dumps() {
        return Collections.unmodifiableMap(dumps);
    }

    /** Takes so many bytes from what the model may grow by; without effect if fewer are left. */
    public boolean spend(long bytes) {
        if (bytes > options.foldGrowth() - grown) {
            return false;
        }
        grown += Math.max(0, bytes);
        return true;
    }

    private record Miss(int passed, String text) {}
}
