package dev.tfliteonnx.importer.onnx;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.importer.ProtoMessage;
import dev.tfliteonnx.importer.onnx.Functions.Function;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dialect;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Origin;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.OnnxSchema;
import dev.tfliteonnx.onnx.OnnxSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Reads {@code NodeProto}: puts nodes in an order in which producers come first, lifts constants, and puts the body of a
 * function in the place of its call.
 *
 * <p>Source: {@code onnx/onnx.proto}, {@code docs/IR.md} of ONNX.
 */
final class NodeMessages {
    private static final int MOST_NODES = 1_000_000;
    private static final int DEEPEST = 32;

    private final AttributeMessages attributes;
    private final Functions functions;
    private final Map<String, Integer> opsets;
    private int count;

    NodeMessages(AttributeMessages attributes, Functions functions, Map<String, Integer> opsets) {
        this.attributes = attributes;
        this.functions = functions;
        this.opsets = opsets;
    }

    /**
     * Where nodes go.
     *
     * @param graph the graph
     * @param scope what names they see
     * @param infos what the file says of values
     * @param results names that come out of the graph
     * @param naming what a value gets for a name
     */
    record Place(
            Graph graph,
            Scope scope,
            Map<String, ValueInfo> infos,
            Set<String> results,
            UnaryOperator<String> naming) {}

    private record Parts(
            String name, OpType op, String overload, List<String> in, List<String> out, List<ProtoMessage> options) {}

    /** The domain as graphs have it: {@code ai.onnx} is the empty string. */
    static String domain(String domain) {
        return domain.equals("ai.onnx") ? "" : domain;
    }

    /** What a node calls its results. */
    static List<String> outputs(ProtoMessage in) throws ConversionException {
        List<String> names = new ArrayList<>();
        while (in.next()) {
            if (in.field() == 2) {
                names.add(in.text());
            }
        }
        return names;
    }

    /** Adds nodes. */
    void read(ProtoMessage graph, List<ProtoMessage> nodes, Place place) throws ConversionException {
        for (ProtoMessage node : NodeReads.inOrder(nodes)) {
            if (++count > MOST_NODES) {
                throw graph.unsupported(DiagnosticCode.LIMIT_EXCEEDED, "there are more than " + MOST_NODES + " nodes");
            }
            add(node, place);
        }
    }

    private static Parts parts(ProtoMessage message) throws ConversionException {
        String name = "";
        String op = "";
        String domain = "";
        String overload = "";
        List<String> in = new ArrayList<>();
        List<String> out = new ArrayList<>();
        List<ProtoMessage> options = new ArrayList<>();
        ProtoMessage m = message.again();
        while (m.next()) {
            switch (m.field()) {
                case 1 -> in.add(m.text());
                case 2 -> out.add(m.text());
                case 3 -> name = m.text();
                case 4 -> op = m.text();
                case 5 -> options.add(m.message());
                case 7 -> domain = m.text();
                case 8 -> overload = m.text();
                default -> {}
            }
        }
        return new Parts(name, new OpType(Dialect.ONNX, domain(domain), op), overload, in, out, options);
    }

    private void add(ProtoMessage message, Place place) throws ConversionException {
        Parts node = parts(message);
        List<Value> in = new ArrayList<>();
        for (String name : node.in) {
            in.add(value(message, name, place.scope));
        }
        Optional<Function> function = functions.find(node.op.domain(), node.op.name(), node.overload);
        if (function.isPresent()) {
            inline(message, node, in, function.get(), place);
            return;
        }
        Attributes options = Attributes.NONE;
        Scope scope = place.scope.passing(BodyInputs.of(node.op, opsets.getOrDefault("", 1), in));
        for (ProtoMessage option : node.options) {
            options = attributes.addTo(options, option, place.graph, scope);
        }
        if (node.op.is("Constant") && node.out.size() == 1 && !place.results.contains(node.out.get(0))) {
            Optional<Tensor> lifted = Constants.of(message, options);
            if (lifted.isPresent()) {
                String name = node.out.get(0);
                define(message, name, place.graph.constant(named(name, place), lifted.get()), place.scope);
                return;
            }
        }
        place(message, node, in, options, place);
    }

    private void place(ProtoMessage message, Parts node, List<Value> in, Attributes options, Place place)
            throws ConversionException {
        int version = opsets.getOrDefault(node.op.domain(), 1);
        List<ValueInfo> found = ResultTypes.of(
                new ResultTypes.Call(node.op.domain(), node.op.name(), version, in, options), node.out.size());
        List<ValueInfo> infos = new ArrayList<>();
        for (int i = 0; i < node.out.size(); i++) {
            String name = node.out.get(i);
            infos.add(
                    name.isEmpty()
                            ? ValueInfo.ABSENT
                            : merged(place.infos.get(name), found.get(i)).named(named(name, place)));
        }
        String source = node.name.isEmpty() && !node.out.isEmpty() ? node.out.get(0) : node.name;
        List<Value> values = place.graph.add(node.op, in, options, infos, Origin.of(count - 1, source));
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).isPresent()) {
                define(message, node.out.get(i), values.get(i), place.scope);
            }
        }
    }

    private static String named(String name, Place place) {
        return place.naming.apply(place.scope.prefix() + name);
    }

    /** What the file says, and beside it what is inferred. */
    private static ValueInfo merged(@org.jspecify.annotations.Nullable ValueInfo told, ValueInfo found) {
        if (told == null || told.type() == DataType.UNKNOWN) {
            return found;
        }
        if (!told.containers().isEmpty() || !found.containers().isEmpty()) {
            return told;
        }
        Shape shape = Shape.merge(told.shape(), found.shape()).orElse(told.shape());
        return ValueInfo.of(told.name(), told.type(), shape);
    }

    private static Value value(ProtoMessage message, String name, Scope scope) throws ConversionException {
        return name.isEmpty()
                ? Value.ABSENT
                : scope.find(name).orElseThrow(() -> message.invalid("nothing computes " + name));
    }

    private static void define(ProtoMessage message, String name, Value value, Scope scope) throws ConversionException {
        if (!scope.define(name, value)) {
            throw message.invalid("two values are called " + name);
        }
    }

    private void inline(ProtoMessage message, Parts call, List<Value> in, Function function, Place place)
            throws ConversionException {
        if (place.scope.depth() >= DEEPEST) {
            throw message.unsupported(
                    DiagnosticCode.LIMIT_EXCEEDED, "functions call each other more than " + DEEPEST + " deep");
        }
        Map<String, Scope.Binding> bound = new HashMap<>();
        function.defaults().forEach((name, value) -> bound.put(name, new Scope.Binding(value, place.scope)));
        for (ProtoMessage option : call.options) {
            bound.put(AttributeMessages.name(option.again()), new Scope.Binding(option, place.scope));
        }
        String base = call.name.isEmpty() && !call.out.isEmpty() ? call.out.get(0) : call.name;
        Scope body = place.scope.body(bound, place.scope.prefix() + base);
        for (int i = 0; i < function.inputs().size(); i++) {
            define(message, function.inputs().get(i), i < in.size() ? in.get(i) : Value.ABSENT, body);
        }
        requireSameForms(message, function);
        Map<String, ValueInfo> infos = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < Math.min(call.out.size(), function.outputs().size()); i++) {
            String inside = function.outputs().get(i);
            String outside = call.out.get(i);
            names.put(body.prefix() + inside, place.scope.prefix() + outside);
            ValueInfo info = place.infos.get(outside);
            if (info != null) {
                infos.put(inside, info);
            }
        }
        UnaryOperator<String> naming = name -> place.naming.apply(names.getOrDefault(name, name));
        Set<String> results = new HashSet<>(function.outputs());
        read(message, function.nodes(), new Place(place.graph, body, infos, results, naming));
        for (int i = 0; i < call.out.size(); i++) {
            if (!call.out.get(i).isEmpty()) {
                output(message, function, i, call.out.get(i), body, place);
            }
        }
    }

    private void output(ProtoMessage message, Function function, int i, String name, Scope body, Place place)
            throws ConversionException {
        if (i >= function.outputs().size()) {
            throw message.invalid(function.op() + " has no output " + i);
        }
        Value value = value(message, function.outputs().get(i), body);
        boolean passedOn = function.inputs().contains(function.outputs().get(i));
        if (passedOn && place.results.contains(name)) {
            ValueInfo info = new ValueInfo(
                    named(name, place), value.type(), value.shape(), Optional.empty(), value.containers());
            value = place.graph
                    .add(OpType.onnx("Identity"), List.of(value), Attributes.NONE, List.of(info), Origin.NONE)
                    .get(0);
        }
        define(message, name, value, place.scope);
    }

    /** The nodes of a function become nodes of the model, so that their operators must have one form in both. */
    private void requireSameForms(ProtoMessage message, Function function) throws ConversionException {
        for (Map.Entry<String, Integer> e : function.opsets().entrySet()) {
            int of = opsets.computeIfAbsent(e.getKey(), d -> e.getValue());
            if (of == e.getValue() || !OnnxSchemas.covers(e.getKey())) {
                continue;
            }
            for (ProtoMessage node : function.nodes()) {
                OpType op = parts(node).op;
                if (op.domain().equals(e.getKey()) && since(op, of) != since(op, e.getValue())) {
                    throw message.unsupported(
                            DiagnosticCode.UNSUPPORTED_VERSION,
                            "function " + function.op() + " has " + op + " of version " + e.getValue()
                                    + " of its operator set, the model is of version " + of);
                }
            }
        }
    }

    private static int since(OpType op, int version) {
        return OnnxSchemas.find(op.domain(), op.name(), version)
                .map(OnnxSchema::sinceVersion)
                .orElse(0);
    }
}
