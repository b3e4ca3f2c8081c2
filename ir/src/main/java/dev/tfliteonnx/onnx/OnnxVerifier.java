package dev.tfliteonnx.onnx;

import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Holds nodes against the schemas of their operators: attributes, number and types of inputs and outputs, and the
 * attribute values that came or went without the schema telling. Operators of domains other than {@code ai.onnx} and
 * {@code ai.onnx.ml} are passed over.
 */
public final class OnnxVerifier {
    /**
     * Values that an attribute admits from one opset on, or until another, though its schema only says that it is a
     * string.
     *
     * <p>Source: ONNX changelog, Pad-19, Resize-19, ScatterND-18, ScatterElements-18, GridSample-20.
     */
    private static final List<ValueRule> VALUE_RULES = List.of(
            new ValueRule("Pad", "mode", Strings.of("wrap"), 19, OnnxSchemas.NEWEST),
            new ValueRule(
                    "Resize",
                    "coordinate_transformation_mode",
                    Strings.of("half_pixel_symmetric"),
                    19,
                    OnnxSchemas.NEWEST),
            new ValueRule("ScatterND", "reduction", Strings.of("min", "max"), 18, OnnxSchemas.NEWEST),
            new ValueRule("ScatterElements", "reduction", Strings.of("min", "max"), 18, OnnxSchemas.NEWEST),
            new ValueRule("GridSample", "mode", Strings.of("linear", "cubic"), 20, OnnxSchemas.NEWEST),
            new ValueRule("GridSample", "mode", Strings.of("bilinear", "bicubic"), 16, 19));

    private OnnxVerifier() {}

    /**
     * What keeps a node from being valid; empty if nothing does.
     *
     * @param opset the version of the node's domain
     */
    public static List<String> problems(Node node, int opset) {
        OpType op = node.op();
        if (!OnnxSchemas.covers(op.domain())) {
            return List.of();
        }
        Optional<OnnxSchema> schema = OnnxSchemas.findForRuntime(op.domain(), op.name(), opset);
        if (schema.isEmpty()) {
            String domain = op.domain().isEmpty() ? "opset" : op.domain();
            return List.of(op.name() + " does not exist in " + domain + " " + opset);
        }
        List<String> problems = new ArrayList<>();
        attributes(node, schema.get(), problems);
        Map<String, DataType> bound = new HashMap<>();
        operands("input", node.inputs(), schema.get().inputs(), bound, problems);
        operands("output", node.outputs(), schema.get().outputs(), bound, problems);
        if (op.domain().isEmpty()) {
            beyondSchema(node, opset, problems);
        }
        return problems;
    }

    /**
     * Checks a graph and all graphs nested in it, first as {@link Graph#verify()} does. Operators of {@code ai.onnx.ml}
     * are held against the version that {@link OpsetVersions#imports} gives.
     *
     * @param opset the version of {@code ai.onnx}
     * @throws IllegalGraphException naming the node and the rule that it breaks
     */
    public static void verify(Graph graph, int opset) {
        graph.verify();
        Map<String, Integer> imports = OpsetVersions.imports(graph, opset);
        for (Node node : OpsetVersions.allNodes(graph)) {
            List<String> problems =
                    problems(node, imports.getOrDefault(node.op().domain(), opset));
            if (!problems.isEmpty()) {
                throw new IllegalGraphException("node " + node + ": " + String.join("; ", problems));
            }
        }
    }

    private static void attributes(Node node, OnnxSchema schema, List<String> problems) {
        Map<String, Object> given = node.attributes().asMap();
        given.forEach((name, value) -> {
            OnnxSchema.Attribute attribute = schema.attributes().get(name);
            if (attribute == null) {
                problems.add("attribute " + name + " is unknown in version " + schema.sinceVersion());
            } else if (!attribute.kind().admits(value)) {
                problems.add("attribute " + name + " must be " + attribute.kind() + ", is a "
                        + value.getClass().getSimpleName());
            }
        });
        schema.attributes().values().stream()
                .filter(a -> a.required() && !given.containsKey(a.name()))
                .forEach(a -> problems.add("attribute " + a.name() + " is missing"));
    }

    private static void operands(
            String what,
            List<Value> values,
            OnnxSchema.Operands operands,
            Map<String, DataType> bound,
            List<String> problems) {
        if (values.size() < operands.min() || values.size() > operands.max()) {
            String most = operands.max() == Integer.MAX_VALUE ? "" : " to " + operands.max();
            problems.add(values.size() + " " + what + "s where " + operands.min() + most + " are needed");
        }
        for (int i = 0; i < values.size(); i++) {
            Value value = values.get(i);
            OnnxSchema.Operand operand = operands.at(i).orElse(null);
            if (operand == null) {
                return;
            }
            String problem = value.isPresent()
                    ? type(value.type(), operand, bound)
                    : operand.option() == OnnxSchema.Option.OPTIONAL ? "" : " is left out";
            if (!problem.isEmpty()) {
                problems.add(what + " " + i + " (" + operand.name() + ")" + problem);
            }
        }
    }

    private static String type(DataType type, OnnxSchema.Operand operand, Map<String, DataType> bound) {
        if (!operand.allowed().contains(OnnxSchema.typeName(type))) {
            return " cannot be " + type + ", only " + tensorTypes(operand.allowed());
        }
        if (operand.homogeneous() || operand.option() != OnnxSchema.Option.VARIADIC) {
            DataType other = bound.putIfAbsent(operand.type(), type);
            if (other != null && other != type) {
                return " is " + type + " where " + operand.type() + " is " + other + " already";
            }
        }
        return "";
    }

    private static String tensorTypes(Set<String> allowed) {
        return String.join("|", allowed.stream().filter(t -> t.indexOf('(') < 0).toList());
    }

    private static void beyondSchema(Node node, int opset, List<String> problems) {
        for (ValueRule rule : VALUE_RULES) {
            if (node.is(rule.op)
                    && node.attributes().asMap().get(rule.attribute) instanceof String text
                    && rule.values.values().contains(text)
                    && (opset < rule.since || opset > rule.until)) {
                problems.add("attribute " + rule.attribute + " cannot be " + text + " in opset " + opset);
            }
        }
        if (node.is("Split") && opset >= 18) {
            boolean counted = node.attributes().asMap().containsKey("num_outputs");
            if (counted == node.input(1).isPresent()) {
                problems.add("either the sizes or the number of outputs must be given, from opset 18 on");
            }
        }
    }

    private record ValueRule(String op, String attribute, Strings values, int since, int until) {}
}
