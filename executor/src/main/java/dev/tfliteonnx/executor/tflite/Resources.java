package dev.tfliteonnx.executor.tflite;

import dev.tfliteonnx.ir.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Variables and tables of a model, which operators share by name and which outlive a run. A handle is the number that a
 * tensor of type RESOURCE holds.
 */
public final class Resources {
    private final List<String> names = new ArrayList<>();
    private final Map<Integer, Object> contents = new HashMap<>();
    private final Map<Node, Object> kept = new HashMap<>();
    private final Set<Integer> called = new HashSet<>();

    /** The handle of a name, the same each time. */
    public int handle(String name) {
        if (!names.contains(name)) {
            names.add(name);
        }
        return names.indexOf(name);
    }

    /**
     * What stands under a handle; empty if nothing was put there.
     *
     * @throws IllegalArgumentException if it is something else than asked for
     */
    public <T> Optional<T> find(int handle, Class<T> kind) {
        Object content = contents.get(handle);
        if (content != null && !kind.isInstance(content)) {
            throw new IllegalArgumentException("resource " + handle + " is no " + kind.getSimpleName());
        }
        return Optional.ofNullable(content).map(kind::cast);
    }

    /** Puts something under a handle. */
    public void put(int handle, Object content) {
        contents.put(handle, content);
    }

    /** What a node kept in an earlier run; empty in the first. */
    public <T> Optional<T> kept(Node node, Class<T> kind) {
        return Optional.ofNullable(kept.get(node)).map(kind::cast);
    }

    /** Keeps something for later runs of a node, in the place of what it kept before. */
    public void keep(Node node, Object state) {
        kept.put(node, state);
    }

    /** Whether a subgraph is asked for the first time since the start: those that initialize run once. */
    public boolean isFirst(int subgraph) {
        return called.add(subgraph);
    }

    /** Forgets everything. */
    public void clear() {
        names.clear();
        contents.clear();
        kept.clear();
        called.clear();
    }
}
