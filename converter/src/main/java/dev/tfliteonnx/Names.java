package dev.tfliteonnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.diag.Where;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Signature;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The names that inputs and outputs get in the result, by their places: those of the signature, or of the tensors. They
 * are given last, so that no pass has to keep them.
 */
final class Names {
    private final List<String> inputs;
    private final List<String> outputs;

    Names(Optional<Signature> signature, Graph tflite) {
        this.inputs = names(tflite.inputs(), signature.map(Signature::inputs).orElse(Map.of()));
        this.outputs = names(tflite.outputs(), signature.map(Signature::outputs).orElse(Map.of()));
    }

    private static List<String> names(List<Value> values, Map<String, Value> aliases) {
        List<String> names = new ArrayList<>();
        for (Value value : values) {
            names.add(aliases.entrySet().stream()
                    .filter(e -> e.getValue() == value)
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse(value.name()));
        }
        return names;
    }

    /**
     * What values are called at present whose names in the result are given.
     *
     * @throws ConversionException if one has no such name
     */
    Set<String> current(List<Value> values, Set<String> wanted, String what) throws ConversionException {
        List<String> names = what.equals("input") ? inputs : outputs;
        Set<String> current = new LinkedHashSet<>();
        for (String name : wanted) {
            Value value = values.get(index(names, name, what));
            if (!value.shape().isRanked() || value.shape().rank() < 3) {
                throw new ConversionException(
                        DiagnosticCode.BAD_OPTION,
                        Where.tensor(name),
                        "the " + what + " has the shape " + value.shape() + " and no channels to move",
                        "leave it out of the option");
            }
            current.add(value.name());
        }
        return current;
    }

    /**
     * The input of a TFLite graph that has a name in the result.
     *
     * @throws ConversionException if none has
     */
    Value input(Graph tflite, String name) throws ConversionException {
        return tflite.inputs().get(index(inputs, name, "input"));
    }

    private static int index(List<String> names, String name, String what) throws ConversionException {
        int i = names.indexOf(name);
        if (i < 0) {
            throw new ConversionException(
                    DiagnosticCode.BAD_OPTION,
                    Where.NOWHERE,
                    "the model has no " + what + " \"" + name + "\"",
                    "its " + what + "s are " + names);
        }
        return i;
    }

    /** Renames the inputs and outputs of the result; another value that has a wanted name yields it. */
    void give(Graph graph) {
        Map<Value, String> changes = new LinkedHashMap<>();
        for (int i = 0; i < inputs.size(); i++) {
            changes.put(graph.inputs().get(i), inputs.get(i));
        }
        for (int i = 0; i < outputs.size(); i++) {
            changes.putIfAbsent(graph.outputs().get(i), outputs.get(i));
        }
        changes.entrySet().removeIf(e -> e.getKey().name().equals(e.getValue()));
        if (changes.isEmpty()) {
            return;
        }
        Map<String, Value> present = present(graph);
        for (String name : changes.values()) {
            Value holder = present.get(name);
            if (holder != null && !changes.containsKey(holder)) {
                graph.rename(holder, name + "/inner");
            }
        }
        // names are swapped freely if all who change let go of theirs first
        changes.keySet().forEach(v -> graph.rename(v, v.name() + "/renamed"));
        changes.forEach(graph::rename);
    }

    private static Map<String, Value> present(Graph graph) {
        Map<String, Value> present = new HashMap<>();
        graph.inputs().forEach(v -> present.put(v.name(), v));
        graph.constants().forEach(v -> present.put(v.name(), v));
        for (Node node : graph.nodes()) {
            node.outputs().forEach(v -> present.put(v.name(), v));
            node.subgraphs().forEach(g -> present.putAll(present(g)));
        }
        return present;
    }
}
