package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.importer.Dense;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads {@code GraphProto}. Initializers become constants; an input that has one is none. Values of the main graph keep
 * their names; names that graphs nested in it, or bodies of functions, have in common with it get a number.
 *
 * <p>Source: {@code onnx/onnx.proto}.
 */
final class GraphMessages {
    private static final int DEEPEST = 32;

    private final TensorMessages tensors;
    private final NodeMessages nodes;
    private final Set<String> reserved = new HashSet<>();
    private final Map<String, Integer> taken = new HashMap<>();
    private final List<String> overridden = new ArrayList<>();
    private final Predicate<String> persists;

    /** @param persists whether an input of the main graph that has a value already stays an input */
    GraphMessages(
            TensorMessages tensors, Functions functions, Map<String, Integer> opsets, Predicate<String> persists) {
        this.persists = persists;
        this.tensors = tensors;
        this.nodes = new NodeMessages(new AttributeMessages(tensors, this::nested), functions, opsets);
    }

    /** The fields of a graph. */
    private static final class Parts {
        final List<ProtoMessage> nodes = new ArrayList<>();
        final Map<String, Tensor> initializers = new LinkedHashMap<>();
        final List<ValueInfo> inputs = new ArrayList<>();
        final List<ValueInfo> outputs = new ArrayList<>();
        final Map<String, ValueInfo> infos = new HashMap<>();
    }

    /** Fills the main graph. */
    void main(ProtoMessage message, Graph graph) throws ConversionException {
        Parts parts = parts(message);
        reserved.addAll(parts.initializers.keySet());
        parts.inputs.forEach(i -> reserved.add(i.name()));
        for (ProtoMessage node : parts.nodes) {
            reserved.addAll(NodeMessages.outputs(node.again()));
        }
        fill(message, parts, graph, Scope.main());
    }

    /** Inputs of the main graph that have a value already, which can no longer be overridden. */
    List<String> overridden() {
        return List.copyOf(overridden);
    }

    private Graph nested(ProtoMessage message, Graph outer, Scope scope) throws ConversionException {
        if (scope.depth() >= DEEPEST) {
            throw message.unsupported(
                    DiagnosticCode.LIMIT_EXCEEDED, "graphs are nested more than " + DEEPEST + " deep");
        }
        Graph graph = outer.nested(name(message.again()));
        Parts parts = parts(message);
        for (int i = 0; i < parts.inputs.size(); i++) {
            ValueInfo told = parts.inputs.get(i);
            if (told.type() == DataType.UNKNOWN) {
                parts.inputs.set(i, scope.argument(i).named(told.name()));
            }
        }
        fill(message, parts, graph, scope.nested());
        return graph;
    }

    /** The name of a graph. */
    static String name(ProtoMessage in) throws ConversionException {
        String name = "";
        while (in.next()) {
            if (in.field() == 2) {
                name = in.text();
            }
        }
        return name;
    }

    private Parts parts(ProtoMessage message) throws ConversionException {
        Parts parts = new Parts();
        ProtoMessage in = message.again();
        while (in.next()) {
            switch (in.field()) {
                case 1 -> parts.nodes.add(in.message());
                case 5 -> {
                    TensorMessages.Named named = tensors.tensor(in.message());
                    parts.initializers.put(named.name(), named.tensor());
                }
                case 11 -> parts.inputs.add(TypeMessages.value(in.message()));
                case 12 -> parts.outputs.add(TypeMessages.value(in.message()));
                case 13 -> {
                    ValueInfo info = TypeMessages.value(in.message());
                    parts.infos.put(info.name(), info);
                }
                case 15 -> {
                    Map.Entry<String, dev.tfliteonnx.ir.SparseElements> sparse = tensors.sparse(in.message());
                    parts.initializers.put(sparse.getKey(), Dense.of(sparse.getValue(), in::unsupported));
                }
                default -> {}
            }
        }
        parts.outputs.forEach(o -> parts.infos.put(o.name(), o));
        return parts;
    }

    private void fill(ProtoMessage message, Parts parts, Graph graph, Scope scope) throws ConversionException {
        boolean isMain = scope.depth() == 0;
        Map<String, Tensor> defaults = new LinkedHashMap<>(parts.initializers);
        defaults.keySet().retainAll(isMain ? persisting(parts) : Set.of());
        parts.initializers.keySet().removeAll(defaults.keySet());
        for (Map.Entry<String, Tensor> e : parts.initializers.entrySet()) {
            scope.define(e.getKey(), graph.constant(own(e.getKey(), isMain), e.getValue()));
        }
        for (ValueInfo input : parts.inputs) {
            if (parts.initializers.containsKey(input.name())) {
                overridden.add(input.name());
            } else if (!scope.define(input.name(), graph.input(input.named(own(input.name(), isMain))))) {
                throw message.invalid("two inputs are called " + input.name());
            }
        }
        for (Value input : graph.inputs()) {
            Tensor held = defaults.get(input.name());
            if (held != null && input.shape().equals(held.shape()) && input.type() == held.type()) {
                graph.setDefault(input, held);
            } else if (held != null) {
                throw message.invalid("the input " + input.name() + " has a value of another type or shape");
            }
        }
        Set<String> results = new HashSet<>();
        parts.outputs.forEach(o -> results.add(o.name()));
        NodeMessages.Place place =
                new NodeMessages.Place(graph, scope, parts.infos, results, name -> own(name, isMain));
        nodes.read(message, parts.nodes, place);
        List<Value> outputs = new ArrayList<>();
        for (ValueInfo output : parts.outputs) {
            Value value = scope.find(output.name())
                    .orElseThrow(() -> message.invalid("nothing computes the output " + output.name()));
            outputs.add(value);
        }
        graph.setOutputs(outputs);
    }

    private List<String> persisting(Parts parts) {
        return parts.inputs.stream().map(ValueInfo::name).filter(persists).toList();
    }

    /** A name that no value of the main graph has, or the name itself for such a value. */
    private String own(String name, boolean isMain) {
        String candidate = name;
        while (!isMain && reserved.contains(candidate)) {
            candidate = name + "_" + taken.merge(name, 1, Integer::sum);
        }
        return candidate;
    }

    /** What is said of a value about which nothing is said. */
    static ValueInfo unknown(String name) {
        return ValueInfo.of(name, DataType.UNKNOWN, Shape.UNKNOWN);
    }
}
