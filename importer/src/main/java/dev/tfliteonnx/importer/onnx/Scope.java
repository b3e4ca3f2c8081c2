package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.ir.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The names that nodes of a graph see: its own, then those of the graphs around it. */
final class Scope {
    private final @Nullable Scope outer;
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Binding> attributes;
    private final String prefix;
    private final int depth;

    private Scope(@Nullable Scope outer, Map<String, Binding> attributes, String prefix, int depth) {
        this.outer = outer;
        this.attributes = attributes;
        this.prefix = prefix;
        this.depth = depth;
    }

    /**
     * What the body of a function calls an attribute.
     *
     * @param message the attribute as the caller, or the function itself, gives it
     * @param scope where its own references and names are looked up
     */
    record Binding(ProtoMessage message, Scope scope) {}

    /** Of the main graph. */
    static Scope main() {
        return new Scope(null, Map.of(), "", 0);
    }

    /** Of a graph that a node of this one runs. */
    Scope nested() {
        return new Scope(this, attributes, prefix, depth + 1);
    }

    /** Of the body of a function that a node of this graph calls: it sees nothing but its inputs. */
    Scope body(Map<String, Binding> bound, String call) {
        return new Scope(null, bound, call + "/", depth + 1);
    }

    /** How many graphs and calls are around this one. */
    int depth() {
        return depth;
    }

    /** What names of values begin with. */
    String prefix() {
        return prefix;
    }

    /** The value of a name. */
    Optional<Value> find(String name) {
        for (Scope s = this; s != null; s = s.outer) {
            Value value = s.values.get(name);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** Gives a name a value; false if it has one in this graph. */
    boolean define(String name, Value value) {
        return values.putIfAbsent(name, value) == null;
    }

    /** What an attribute of the function around is bound to. */
    Optional<Binding> attribute(String name) {
        return Optional.ofNullable(attributes.get(name));
    }
}
