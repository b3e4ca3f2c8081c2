package dev.tfliteonnx.exporter.ort.config;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxSchema;
import dev.tfliteonnx.onnx.OnnxSchemas;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The operators, and their element types, that models need: what the file {@code required_operators.config} of a reduced
 * build says. Versions are those in which an operator got its form. Such files can be read back and merged: what one of
 * them needs, the union needs.
 *
 * <p>Source: {@code tools/python/util/ort_format_model/ort_model_processor.py} and {@code reduced_build_config_parser.py} of
 * ONNX Runtime.
 */
public final class RequiredOperators {
    private static final String DEFAULT_DOMAIN = "ai.onnx";

    private final NavigableSet<String> models = new TreeSet<>();
    private final SortedMap<String, SortedMap<Integer, NavigableSet<String>>> ops = new TreeMap<>();
    private final SortedMap<String, OperatorTypes> types = new TreeMap<>();

    /**
     * What a file says.
     *
     * @param text its text, with or without types
     * @param name what messages call it
     * @throws ConversionException {@code BROKEN_FILE} if it does not keep to the grammar, {@code UNSUPPORTED_OPTION} if it
     *     allows types for all operators at once or asks for all operators
     */
    public static RequiredOperators parse(String text, String name) throws ConversionException {
        return new ConfigReader(name).read(text);
    }

    /**
     * Adds what a model needs.
     *
     * @param path the file, as the config shall name it
     * @param graph the graph as the file holds it; see {@link dev.tfliteonnx.exporter.ort.OrtWriter#form}
     * @param imports the versions of its operator sets by domain
     * @throws IllegalArgumentException if an element type decides that a build has no name for
     */
    public void add(String path, Graph graph, Map<String, Integer> imports) {
        models.add(path);
        add(graph, imports);
    }

    /** As {@link #add(String, Graph, Map)}, with the graph and the versions of a model. */
    public void add(String path, Model model) {
        add(path, model.main(), model.opsets());
    }

    /** Adds what others need. */
    public void addAll(RequiredOperators others) {
        models.addAll(others.models);
        others.ops.forEach((domain, versions) ->
                versions.forEach((version, names) -> names.forEach(name -> addOp(domain, version, name))));
        others.types.forEach((op, of) -> types(op).add(of));
    }

    /** A model that the config is made from. */
    void addModel(String path) {
        models.add(path);
    }

    void addOp(String domain, int since, String name) {
        ops.computeIfAbsent(domain, d -> new TreeMap<>())
                .computeIfAbsent(since, v -> new TreeSet<>())
                .add(name);
    }

    /** The types of an operator, by its name behind its domain and a colon. */
    OperatorTypes types(String op) {
        return types.computeIfAbsent(op, o -> new OperatorTypes());
    }

    /** How an operator is called where types are asked for. */
    static String key(String domain, String name) {
        return domain.equals(DEFAULT_DOMAIN) ? name : domain + ":" + name;
    }

    private void add(Graph graph, Map<String, Integer> imports) {
        for (Node node : graph.nodes()) {
            String name = node.op().name();
            String domain = node.op().domain();
            int version = imports.getOrDefault(domain, 1);
            int since = OnnxSchemas.findForRuntime(domain, name, version)
                    .map(OnnxSchema::sinceVersion)
                    .orElse(version);
            addOp(domain.isEmpty() ? DEFAULT_DOMAIN : domain, since, name);
            addTypes(node);
            node.subgraphs().forEach(g -> add(g, imports));
        }
    }

    private void addTypes(Node node) {
        String op = node.op().toString();
        if (op.equals(TrackedTypes.COMBINED)) {
            types(op).addTogether(List.of(name(node.input(0)), name(node.input(2)), name(node.input(1))));
            return;
        }
        TrackedTypes.of(op).ifPresent(places -> {
            OperatorTypes of = types(op);
            for (int i : places.inputs()) {
                if (i < node.inputs().size()) {
                    of.addInput(i, name(node.input(i)));
                }
            }
            places.outputs().forEach(i -> of.addOutput(i, name(node.outputs().get(i))));
        });
    }

    private static String name(Value value) {
        return TrackedTypes.name(value.type());
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
                    .map(name -> withTypes ? name + json(key(domain, name)) : name)
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

    private String json(String op) {
        OperatorTypes of = types.get(op);
        return of == null ? "" : of.json();
    }

    /** What a build of ONNX Runtime for these models must have and what it can do without, for people. */
    public String toReport() {
        return BuildReport.of(models.size(), ops, types);
    }
}
