package dev.tfliteonnx.ir.pattern;

import dev.tfliteonnx.ir.Edit;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.Onnx;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A place in a graph that a pattern fits, or is being tried on: the values by the names that the pattern gives them. */
public final class Match {
    private final Node root;
    private final Edit edit;
    private final boolean explained;
    private Map<String, Value> bound = new LinkedHashMap<>();
    private int passed;
    private int furthest = -1;
    private String miss = "";

    Match(Node root, Edit edit, boolean explained) {
        this.root = root;
        this.edit = edit;
        this.explained = explained;
    }

    /** The node that the pattern starts from. */
    public Node root() {
        return root;
    }

    /** The result of the node that the pattern starts from. */
    public Value output() {
        return root.output();
    }

    /** The value of that name. */
    public Value get(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException("the pattern binds no " + name));
    }

    /** The value of that name, if an alternative that binds it was taken. */
    public Optional<Value> find(String name) {
        return Optional.ofNullable(bound.get(name));
    }

    /** The node that computes the value of that name. */
    public Node node(String name) {
        return get(name).producer().orElseThrow(() -> new IllegalArgumentException(name + " is computed by no node"));
    }

    /** The change in which a replacement is built. */
    public Edit edit() {
        return edit;
    }

    /** Makes nodes of the replacement, named after the result. */
    public Onnx onnx() {
        return new Onnx(edit, output().name(), root.origin());
    }

    /** How many conditions held on the way to the nearest miss. */
    int furthest() {
        return furthest;
    }

    /** The nearest miss. */
    String miss() {
        return miss;
    }

    /** Binds a name; a name that is bound already must stand for the same value. */
    boolean bind(String name, Value value) {
        Value before = bound.putIfAbsent(name, value);
        return check(before == null || before == value, "is the same as the other " + name, value);
    }

    /** Notes whether a condition on a value holds. */
    boolean check(boolean holds, String condition, Value value) {
        if (holds) {
            passed++;
        } else if (explained && passed > furthest) {
            furthest = passed;
            String found = value.isPresent() ? value.toString() : "left out";
            String by = value.producer().map(p -> " by " + p.op()).orElse(value.isConstant() ? ", constant" : "");
            miss = "node \"" + output().name() + "\": " + condition + " — false, operand is " + found + by;
        }
        return holds;
    }

    /** Tries something; if it fails, what it bound is forgotten. */
    boolean attempt(BooleanSupplier trial) {
        Map<String, Value> before = new LinkedHashMap<>(bound);
        int passedBefore = passed;
        if (trial.getAsBoolean()) {
            return true;
        }
        bound = before;
        passed = passedBefore;
        return false;
    }
}
