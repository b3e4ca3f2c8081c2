package dev.tfliteonnx.importer.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.formats.ort.OrtSlots.Attribute;
import dev.tfliteonnx.importer.Problems;
import dev.tfliteonnx.importer.ort.FlatFile.Table;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Key;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Reads graphs and their nodes. Initializers become constants; an input that has one is none, unless it is a state. Values
 * of the main graph keep their names; names that graphs nested in it have in common with it get a number.
 *
 * <p>Source: {@code Graph::LoadFromOrtFormat} and {@code Node::LoadFromOrtFormat} of onnxruntime's {@code graph.cc}.
 */
final class OrtGraphs {
    private static final int DEEPEST = 32;

    private final Set<String> reserved = new HashSet<>();
    private final Map<String, Integer> taken = new HashMap<>();
    private final List<String> overridden = new ArrayList<>();
    private final Predicate<String> persists;
    private int nodes;

    /** @param persists whether an input of the main graph that has a value already stays an input */
    OrtGraphs(Predicate<String> persists) {
        this.persists = persists;
    }

    /**
     * A graph while it is read.
     *
     * @param scopes the names that it sees, its own last
     * @param infos what the file says of its values
     */
    private record Place(Graph graph, List<Map<String, Value>> scopes, Map<String, ValueInfo> infos) {
        Optional<Value> find(String name) {
            for (int i = scopes.size() - 1; i >= 0; i--) {
                Value value = scopes.get(i).get(name);
                if (value != null) {
                    return Optional.of(value);
                }
            }
            return Optional.empty();
        }

        Value use(Table in, String name) throws ConversionException {
            return name.isEmpty()
                    ? Value.ABSENT
                    : find(name).orElseThrow(() -> invalid(in, "nothing computes " + Problems.clip(name)));
        }

        void define(Table in, String name, Value value) throws ConversionException {
            if (scopes.get(scopes.size() - 1).putIfAbsent(name, value) != null) {
                throw invalid(in, "two values are called " + Problems.clip(name));
            }
        }

        ValueInfo info(String name) {
            return infos.getOrDefault(name, ValueInfo.ABSENT);
        }
    }

    /** Fills the main graph. */
    void main(Table in, Graph graph) throws ConversionException {
        fill(in, graph, List.of());
    }

    /** Inputs of the main graph that have a value already, which can no longer be overridden. */
    List<String> overridden() {
        return List.copyOf(overridden);
    }

    private static ConversionException invalid(Table in, String reason) {
        return in.in().failure(DiagnosticCode.INVALID_MODEL, reason);
    }

    private void fill(Table in, Graph graph, List<Map<String, Value>> outer) throws ConversionException {
        if (outer.size() > DEEPEST) {
            throw in.in().failure(DiagnosticCode.LIMIT_EXCEEDED, "graphs are nested more than " + DEEPEST + " deep");
        }
        List<Map<String, Value>> scopes = new ArrayList<>(outer);
        scopes.add(new HashMap<>());
        Place place = new Place(graph, scopes, infos(in));
        if (outer.isEmpty()) {
            reserved.addAll(place.infos.keySet());
        }
        Set<String> constants = new HashSet<>();
        List<String> inputs = in.texts(OrtSlots.Graph.INPUTS);
        Map<String, Tensor> defaults = new HashMap<>();
        for (Table tensor : in.tables(OrtSlots.Graph.INITIALIZERS)) {
            String name = tensor.text(OrtSlots.Tensor.NAME);
            if (outer.isEmpty() && persists.test(name) && inputs.contains(name)) {
                defaults.put(name, OrtValues.tensor(tensor));
            } else {
                constants.add(constant(in, tensor, OrtValues.tensor(tensor), place));
            }
        }
        for (Table sparse : in.tables(OrtSlots.Graph.SPARSE_INITIALIZERS)) {
            Table values = OrtValues.part(sparse, OrtSlots.SparseTensor.VALUES);
            constants.add(constant(in, values, OrtValues.dense(sparse), place));
        }
        for (String name : inputs) {
            if (constants.contains(name)) {
                overridden.add(name);
            } else {
                Value input = graph.input(place.info(name).named(own(name, place)));
                place.define(in, name, input);
                Tensor held = defaults.get(name);
                if (held != null) {
                    setDefault(in, graph, input, held);
                }
            }
        }
        for (Table node : NodeReads.inOrder(in.tables(OrtSlots.Graph.NODES))) {
            node(node, place);
        }
        List<Value> outputs = new ArrayList<>();
        for (String name : in.texts(OrtSlots.Graph.OUTPUTS)) {
            outputs.add(place.use(in, name));
        }
        graph.setOutputs(outputs);
    }

    private static void setDefault(Table in, Graph graph, Value input, Tensor held) throws ConversionException {
        if (input.type() != held.type() || !input.shape().equals(held.shape())) {
            throw invalid(in, "the input " + Problems.clip(input.name()) + " has a value of another type or shape");
        }
        graph.setDefault(input, held);
    }

    /** Adds a constant under the name that a table has, and gives that name. */
    private String constant(Table graph, Table named, Tensor tensor, Place place) throws ConversionException {
        String name = named.text(OrtSlots.Tensor.NAME);
        place.define(graph, name, place.graph.constant(own(name, place), tensor));
        return name;
    }

    private static Map<String, ValueInfo> infos(Table graph) throws ConversionException {
        Map<String, ValueInfo> infos = new HashMap<>();
        for (Table in : graph.tables(OrtSlots.Graph.NODE_ARGS)) {
            ValueInfo info = OrtValues.info(in);
            if (infos.put(info.name(), info) != null) {
                throw invalid(graph, "two values are called " + Problems.clip(info.name()));
            }
        }
        return infos;
    }

    /** A name that no value of the main graph has, or the name itself for such a value. */
    private String own(String name, Place place) {
        String candidate = name;
        while (place.scopes.size() > 1 && reserved.contains(candidate)) {
            candidate = name + "_" + taken.merge(name, 1, Integer::sum);
        }
        return candidate;
    }

    private void node(Table in, Place place) throws ConversionException {
        int index = nodes++;
        List<Value> inputs = new ArrayList<>();
        for (String name : in.texts(OrtSlots.Node.INPUTS)) {
            inputs.add(place.use(in, name));
        }
        List<String> names = in.texts(OrtSlots.Node.OUTPUTS);
        List<ValueInfo> infos = new ArrayList<>();
        for (String name : names) {
            infos.add(name.isEmpty() ? ValueInfo.ABSENT : place.info(name).named(own(name, place)));
        }
        String told = in.text(OrtSlots.Node.NAME);
        String source = told.isEmpty() && !names.isEmpty() ? names.get(0) : told;
        OpType op = new OpType(
                Dialect.ONNX, OrtReader.domain(in.text(OrtSlots.Node.DOMAIN)), in.text(OrtSlots.Node.OP_TYPE));
        Attributes attributes = attributes(in, source, place);
        List<Value> values = place.graph.add(op, inputs, attributes, infos, Origin.of(index, source));
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).isPresent()) {
                place.define(in, names.get(i), values.get(i));
            }
        }
    }

    private Attributes attributes(Table node, String source, Place place) throws ConversionException {
        Attributes all = Attributes.NONE;
        for (Table in : node.tables(OrtSlots.Node.ATTRIBUTES)) {
            String name = in.text(Attribute.NAME);
            if (all.asMap().containsKey(name)) {
                throw invalid(in, "a node has two attributes " + Problems.clip(name));
            }
            all = with(all, name, in, source, place);
        }
        return all;
    }

    private Attributes with(Attributes others, String name, Table in, String source, Place place)
            throws ConversionException {
        int type = in.getInt(Attribute.TYPE);
        return switch (type) {
            case Attribute.TYPE_FLOAT -> others.with(Key.ofFloat(name), in.getFloat(Attribute.F));
            case Attribute.TYPE_INT -> others.with(Key.ofInt(name), in.getLong(Attribute.I, 0));
            case Attribute.TYPE_STRING -> {
                byte[] bytes = in.textBytes(Attribute.S);
                Optional<String> text = FlatFile.utf8IfAny(bytes);
                yield text.isPresent()
                        ? others.with(Key.ofString(name), text.get())
                        : others.with(Key.ofBytes(name), Bytes.of(bytes, name));
            }
            case Attribute.TYPE_TENSOR ->
                others.with(Key.ofTensor(name), OrtValues.tensor(required(in, Attribute.T, name)));
            case Attribute.TYPE_GRAPH ->
                others.with(Key.ofGraph(name), nested(required(in, Attribute.G, name), source + "_" + name, place));
            case Attribute.TYPE_FLOATS -> others.with(Key.ofFloats(name), Floats.of(in.floats(Attribute.FLOATS)));
            case Attribute.TYPE_INTS -> others.with(Key.ofInts(name), Ints.of(in.longs(Attribute.INTS)));
            case Attribute.TYPE_STRINGS -> others.with(Key.ofStrings(name), new Strings(in.texts(Attribute.STRINGS)));
            case Attribute.TYPE_TENSORS -> {
                List<Tensor> tensors = new ArrayList<>();
                for (Table tensor : in.tables(Attribute.TENSORS)) {
                    tensors.add(OrtValues.tensor(tensor));
                }
                yield others.with(Key.ofTensors(name), tensors);
            }
            case Attribute.TYPE_GRAPHS -> {
                List<Graph> graphs = new ArrayList<>();
                for (Table graph : in.tables(Attribute.GRAPHS)) {
                    graphs.add(nested(graph, source + "_" + name + graphs.size(), place));
                }
                yield others.with(Key.ofGraphs(name), graphs);
            }
            default ->
                throw in.in()
                        .failure(
                                DiagnosticCode.UNSUPPORTED_OPTION,
                                "attribute " + Problems.clip(name) + " has the kind " + type);
        };
    }

    private Graph nested(Table in, String name, Place place) throws ConversionException {
        Graph nested = place.graph.nested(name);
        fill(in, nested, place.scopes);
        return nested;
    }

    private static Table required(Table in, int slot, String name) throws ConversionException {
        return in.table(slot).orElseThrow(() -> invalid(in, "attribute " + Problems.clip(name) + " has no value"));
    }
}
