package dev.tfliteonnx.rewriters.shape;

import dev.tfliteonnx.diag.Diagnostic;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the graphs of a model have in common while its examples are followed through them. */
final class BatchModel {
    private final Model source;
    private final long before;
    private final Dim after;
    private final Map<Object, BatchAxis> states;
    private final List<Graph> added = new ArrayList<>();
    private final List<Diagnostic> notes = new ArrayList<>();
    private boolean grown;

    /**
     * A model.
     *
     * @param before how many examples the file has
     * @param after how many there are to be
     * @param states where variables are known to have examples
     */
    BatchModel(Model source, long before, Dim after, Map<Object, BatchAxis> states) {
        this.source = source;
        this.before = before;
        this.after = after;
        this.states = new HashMap<>(states);
    }

    /** The model as it is in the file. */
    Model source() {
        return source;
    }

    /** How many examples the file has. */
    long before() {
        return before;
    }

    /** How many examples there are to be. */
    Dim after() {
        return after;
    }

    /** Where variables have examples, each under what it is known by. */
    Map<Object, BatchAxis> states() {
        return states;
    }

    /** Where a variable has examples. */
    Optional<BatchAxis> state(Object variable) {
        return Optional.ofNullable(states.get(variable));
    }

    /** Says that a variable has examples; what read it before has to be looked at again. */
    void grow(Object variable, BatchAxis axis) {
        grown |= states.putIfAbsent(variable, axis) == null;
    }

    /** Whether a variable was found to have examples. */
    boolean hasGrown() {
        return grown;
    }

    /** Adds a graph for a node to run, and gives its number. */
    long add(Graph graph) {
        added.add(graph);
        return source.graphs().size() + added.size() - 1L;
    }

    /** Adds a note. */
    void note(Diagnostic note) {
        notes.add(note);
    }

    /** The notes. */
    List<Diagnostic> notes() {
        return notes;
    }

    /** The model with another graph in the place of one, and with the graphs that were added. */
    Model with(int index, Graph graph) {
        List<Graph> graphs = new ArrayList<>(source.graphs());
        graphs.set(index, graph);
        graphs.addAll(added);
        return GraphCopy.with(source, index, graphs);
    }
}
