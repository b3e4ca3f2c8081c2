package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.HashMap;
import java.util.List;
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
    private final List<ValueInfo> arguments;

    private Scope(
            @Nullable Scope outer,
            Map<String, Binding> attributes,
            String prefix,
            int depth,
            List<ValueInfo> arguments) {
        this.outer = outer;
        this.attributes = attributes;
        this.prefix = prefix;
        this.depth = depth;
        this.arguments = arguments;
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
        return new Scope(null, Map.of(), "", 0, List.of());
    }

    /** The same scope for a node that runs graphs and passes them these. */
    Scope passing(List<ValueInfo> passed) {
        return new Scope(this, attributes, prefix, depth, passed);
    }

    /** Of a graph that a node of this one runs. */
    Scope nested() {
        return new Scope(this, attributes, prefix, depth + 1, List.of());
    }

    /** What a node passes to the input of that number of a graph that it runs; unknown if it does not. */
    ValueInfo argument(int input) {
        return input < arguments.size() ? arguments.get(input) : GraphMessages.unknown("");
    }

    /** Of the body of a function that a node of this graph calls: it sees nothing but its inputs. */
    Scope body(Map<String, Binding> bound, String call) {
        return new Scope(null, bound, call + "/", depth + 1, List.of());
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
