package dev.tfliteonnx.optimizers.layout;

import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What one tensor and its transpositions into the other layout have in common: the same numbers in one layout or both. */
final class LogicalTensor {
    private final Value root;
    private final Layout layout;
    private final Optional<Node> maker;
    private final List<Value> members = new ArrayList<>();
    private final List<Node> readers = new ArrayList<>();
    private final Set<Layout> wanted = EnumSet.noneOf(Layout.class);
    private int transposes;

    /**
     * A tensor with one member.
     *
     * @param root the value that is computed by something else than a transposition
     * @param layout the layout of the root
     * @param maker the node that computes the root, if it can do so in either layout
     */
    LogicalTensor(Value root, Layout layout, Optional<Node> maker) {
        this.root = root;
        this.layout = layout;
        this.maker = maker;
        members.add(root);
    }

    /** The value that all others are transpositions of. */
    Value root() {
        return root;
    }

    /** The layout of the root. */
    Layout layout() {
        return layout;
    }

    /** The node that computes the root, if it can do so in either layout. */
    Optional<Node> maker() {
        return maker;
    }

    /** The root and its transpositions. */
    List<Value> members() {
        return members;
    }

    /** The nodes that can read the tensor in either layout. */
    List<Node> readers() {
        return readers;
    }

    /** The layouts that others must have it in. */
    Set<Layout> wanted() {
        return wanted;
    }

    /** How many transpositions there are. */
    int transposes() {
        return transposes;
    }

    /** Whether it comes into the graph or goes out of it. */
    boolean isEdge() {
        return root.producer().isEmpty() || members.stream().anyMatch(Value::isGraphOutput);
    }

    /** Adds a transposition. */
    void addTranspose(Value member) {
        members.add(member);
        transposes++;
    }
}
