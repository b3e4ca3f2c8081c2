package dev.tfliteonnx.exporter.ort.config;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxSchema;
import dev.tfliteonnx.onnx.OnnxSchemas;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The operators, and their element types, that models need: what the file {@code required_operators.config} of a reduced
 * build says. Versions are those in which an operator got its form.
 *
 * <p>Source: {@code tools/python/util/ort_format_model/ort_model_processor.py} and {@code reduced_build_config_parser.py} of
 * ONNX Runtime.
 */
public final class RequiredOperators {
    private final SortedSet<String> models = new TreeSet<>();
    private final SortedMap<String, SortedMap<Integer, SortedSet<String>>> ops = new TreeMap<>();
    private final Map<String, Types> types = new TreeMap<>();

    /** Types of the inputs and outputs of one operator by number, and of those that only go together. */
    private static final class Types {
        final SortedMap<Integer, SortedSet<String>> inputs = new TreeMap<>();
        final SortedMap<Integer, SortedSet<String>> outputs = new TreeMap<>();
        final SortedMap<String, List<String>> together = new TreeMap<>();
    }

    /**
     * Adds what a model needs.
     *
     * @param path the file, as the config shall name it
     * @param graph the graph as the file holds it
     * @param imports the versions of its operator sets by domain
     */
    public void add(String path, Graph graph, Map<String, Integer> imports) {
        models.add(path);
        add(graph, imports);
    }

    private void add(Graph graph, Map<String, Integer> imports) {
        for (Node node : graph.nodes()) {
            String name = node.op().name();
            String domain = node.op().domain();
            int version = imports.getOrDefault(domain, 1);
            int since = OnnxSchemas.find(domain, name, version)
                    .map(OnnxSchema::sinceVersion)
                    .orElse(version);
            ops.computeIfAbsent(domain.isEmpty() ? "ai.onnx" : domain, d -> new TreeMap<>())
                    .computeIfAbsent(since, v -> new TreeSet<>())
                    .add(name);
            addTypes(node);
            node.subgraphs().forEach(g -> add(g, imports));
        }
    }

    private void addTypes(Node node) {
        String op = node.op().toString();
        if (node.is("OneHot")) {
            List<String> triple = List.of(name(node.input(0)), name(node.input(2)), name(node.input(1)));
            types.computeIfAbsent(op, o -> new Types()).together.put(String.join(" ", triple), triple);
            return;
        }
        TrackedTypes.of(op).ifPresent(places -> {
            Types of = types.computeIfAbsent(op, o -> new Types());
            places.inputs().stream().filter(i -> i < node.inputs().size()).forEach(i -> of.inputs
                    .computeIfAbsent(i, n -> new TreeSet<>())
                    .add(name(node.input(i))));
            places.outputs().forEach(i -> of.outputs
                    .computeIfAbsent(i, n -> new TreeSet<>())
                    .add(name(node.outputs().get(i))));
        });
    }

    private static String name(Value value) {
        DataType type = value.type();
        return TrackedTypes.name(type);
    }

    /**
     * The text of the file.
     *
     * @param withTypes whether it reduces kernels to the element types needed
     */
    public String toText(boolean withTypes) {
        StringBuilder text = new StringBuilder("# Generated from model/s:\n");
        models.forEach(model -> text.append("# - ").append(model).append('\n'));
        ops.forEach((domain, versions) -> versions.forEach((version, names) -> {
            String list = names.stream()
                    .map(name -> withTypes ? name + json(domain, name) : name)
                    .collect(Collectors.joining(","));
            text.append(domain)
                    .append(';')
                    .append(version)
                    .append(';')
                    .append(list)
                    .append('\n');
        }));
        return text.toString();
    }

    private String json(String domain, String name) {
        Types of = types.get(domain.equals("ai.onnx") ? name : domain + ":" + name);
        if (of == null) {
            return "";
        }
        if (!of.together.isEmpty()) {
            return "{\"custom\": ["
                    + of.together.values().stream().map(RequiredOperators::list).collect(Collectors.joining(", "))
                    + "]}";
        }
        String inputs = of.inputs.isEmpty() ? "" : "\"inputs\": " + json(of.inputs);
        String outputs = of.outputs.isEmpty() ? "" : "\"outputs\": " + json(of.outputs);
        String separator = inputs.isEmpty() || outputs.isEmpty() ? "" : ", ";
        return inputs.isEmpty() && outputs.isEmpty() ? "" : "{" + inputs + separator + outputs + "}";
    }

    private static String json(Map<Integer, SortedSet<String>> places) {
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
