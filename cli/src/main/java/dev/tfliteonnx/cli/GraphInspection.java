package dev.tfliteonnx.cli;

import dev.tfliteonnx.Version;
import dev.tfliteonnx.checker.Subject;
import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.importer.ModelFile;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a model of ONNX holds, in a file of its own format or of ONNX Runtime's.
 *
 * @param file the file
 * @param bytes its size, without files beside it
 * @param model what was read
 * @param operators the kinds of operators in all graphs, the most frequent first
 * @param weights bytes of constants by element type, each stored one counted once
 */
record GraphInspection(
        Path file, long bytes, Model model, List<Map.Entry<String, Integer>> operators, Map<DataType, Long> weights) {
    /** Whether a file is looked at as a graph of ONNX. */
    static boolean covers(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".onnx") || name.endsWith(".ort");
    }

    /** Reads a model. */
    static GraphInspection of(Path file) throws ConversionException {
        Model model = Subject.read(file).model();
        Map<String, Integer> counts = new TreeMap<>();
        count(model.main(), counts);
        List<Map.Entry<String, Integer>> operators = new ArrayList<>(counts.entrySet());
        operators.sort(Comparator.comparing((Map.Entry<String, Integer> e) -> -e.getValue()));
        return new GraphInspection(
                file, ModelFile.map(file).bytes().size(), model, operators, Inspection.weights(model));
    }

    private static void count(Graph graph, Map<String, Integer> counts) {
        for (Node node : graph.nodes()) {
            counts.merge(node.op().toString(), 1, Integer::sum);
            node.subgraphs().forEach(nested -> count(nested, counts));
        }
    }

    /** It as text. */
    String toText() {
        StringBuilder text = new StringBuilder();
        text.append(file).append("  ").append(Amounts.bytes(bytes));
        text.append("\nformat  ").append(isOrt() ? "ONNX Runtime" : "ONNX");
        text.append("\nopsets  ").append(opsets());
        if (!model.description().isEmpty()) {
            text.append("\ndescription  ")
                    .append(model.description().lines().findFirst().orElse(""));
        }
        TextTable values = new TextTable("  ");
        model.main().inputs().forEach(v -> values.row("in", v.name(), type(v)));
        model.main().outputs().forEach(v -> values.row("out", v.name(), type(v)));
        text.append("\n\ngraph\n").append(values.toText());
        long total = weights.values().stream().mapToLong(Long::longValue).sum();
        text.append("\n\nweights  ").append(Amounts.bytes(total));
        weights.forEach((type, n) ->
                text.append("  ").append(SupportTable.type(type)).append(' ').append(Amounts.bytes(n)));
        TextTable table = new TextTable("  ");
        operators.forEach(e -> table.row(Integer.toString(e.getValue()), e.getKey()));
        text.append("\n\noperators  ").append(nodes());
        text.append(operators.isEmpty() ? "" : "\n" + table.toText());
        if (!model.metadata().isEmpty()) {
            TextTable metadata = new TextTable("  ");
            model.metadata()
                    .forEach((key, value) ->
                            metadata.row(key, value.lines().findFirst().orElse("")));
            text.append("\n\nmetadata\n").append(metadata.toText());
        }
        return text.toString();
    }

    private boolean isOrt() {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".ort");
    }

    private int nodes() {
        return operators.stream().mapToInt(Map.Entry::getValue).sum();
    }

    private String opsets() {
        List<String> all = new ArrayList<>();
        new TreeMap<>(model.opsets())
                .forEach((domain, version) -> all.add((domain.isEmpty() ? "ai.onnx" : domain) + " " + version));
        return String.join(", ", all);
    }

    private static String type(Value value) {
        String inner = SupportTable.type(value.type()) + " " + value.shape();
        return value.containers().isEmpty() ? inner : value.containers() + " of " + inner;
    }

    /** It as JSON. */
    String toJson() {
        Json json = new Json().object().key("version").value(Version.STRING);
        json.key("file").value(file.toString());
        json.key("bytes").value(bytes);
        json.key("format").value(isOrt() ? "ort" : "onnx");
        json.key("description").value(model.description());
        json.key("opsets").object();
        new TreeMap<>(model.opsets()).forEach((domain, version) -> json.key(domain.isEmpty() ? "ai.onnx" : domain)
                .value((long) version));
        json.end();
        values(json.key("inputs"), model.main().inputs());
        values(json.key("outputs"), model.main().outputs());
        json.key("weight_bytes").object();
        weights.forEach((type, n) -> json.key(SupportTable.type(type)).value(n));
        json.end().key("operators").object();
        operators.forEach(e -> json.key(e.getKey()).value((long) e.getValue()));
        json.end().key("metadata").object();
        model.metadata().forEach((key, value) -> json.key(key).value(value));
        return json.end().end().toText();
    }

    private static void values(Json json, List<Value> values) {
        json.array();
        for (Value value : values) {
            json.object().key("name").value(value.name());
            json.key("type").value(SupportTable.type(value.type()));
            json.key("shape");
            if (value.shape().isRanked()) {
                json.array();
                value.shape().dims().forEach(dim -> extent(json, dim));
                json.end();
            } else {
                json.value("unknown");
            }
            json.end();
        }
        json.end();
    }

    private static void extent(Json json, Dim dim) {
        if (dim instanceof Dim.Fixed fixed) {
            json.value(fixed.size());
        } else {
            json.value(dim instanceof Dim.Named named ? named.name() : "?");
        }
    }
}
