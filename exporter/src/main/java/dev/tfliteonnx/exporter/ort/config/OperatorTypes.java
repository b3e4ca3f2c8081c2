package dev.tfliteonnx.exporter.ort.config;

import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The element types that the kernels of one operator are needed for: by the numbers of its inputs and outputs, or in
 * combinations of several of these. An operator may need them all.
 *
 * <p>Source: {@code tools/python/util/ort_format_model/operator_type_usage_processors.py} of ONNX Runtime.
 */
final class OperatorTypes {
    private final SortedMap<Integer, NavigableSet<String>> inputs = new TreeMap<>();
    private final SortedMap<Integer, NavigableSet<String>> outputs = new TreeMap<>();
    private final SortedMap<String, List<String>> together = new TreeMap<>();
    private boolean all;

    void addInput(int index, String type) {
        inputs.computeIfAbsent(index, i -> new TreeSet<>()).add(type);
    }

    void addOutput(int index, String type) {
        outputs.computeIfAbsent(index, i -> new TreeSet<>()).add(type);
    }

    void addTogether(List<String> types) {
        together.put(String.join(" ", types), List.copyOf(types));
    }

    /** From now on kernels of all types are needed. */
    void addAll() {
        all = true;
    }

    boolean isAll() {
        return all;
    }

    /** Adds what another asks for. */
    void add(OperatorTypes other) {
        other.inputs.forEach((index, types) -> types.forEach(t -> addInput(index, t)));
        other.outputs.forEach((index, types) -> types.forEach(t -> addOutput(index, t)));
        together.putAll(other.together);
        all |= other.all;
    }

    /** Every type named. */
    NavigableSet<String> names() {
        NavigableSet<String> names = new TreeSet<>();
        inputs.values().forEach(names::addAll);
        outputs.values().forEach(names::addAll);
        together.values().forEach(names::addAll);
        return names;
    }

    /** What stands behind the operator; nothing if all types are needed. */
    String json() {
        if (all) {
            return "";
        }
        if (!together.isEmpty()) {
            String lists = together.values().stream().map(OperatorTypes::list).collect(Collectors.joining(", "));
            return "{\"custom\": [" + lists + "]}";
        }
        String places = (inputs.isEmpty() ? "" : "\"inputs\": " + json(inputs))
                + (inputs.isEmpty() || outputs.isEmpty() ? "" : ", ")
                + (outputs.isEmpty() ? "" : "\"outputs\": " + json(outputs));
        return places.isEmpty() ? "" : "{" + places + "}";
    }

    private static String json(Map<Integer, NavigableSet<String>> places) {
        return places.entrySet().stream()
                .map(e -> "\"" + e.getKey() + "\": " + list(e.getValue()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String list(Iterable<String> names) {
        StringBuilder text = new StringBuilder("[");
        for (String name : names) {
            text.append(text.length() == 1 ? "" : ", ").append('"').append(name).append('"');
        }
        return text.append(']').toString();
    }
}
