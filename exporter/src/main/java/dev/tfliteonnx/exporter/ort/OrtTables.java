package dev.tfliteonnx.exporter.ort;

import dev.tfliteonnx.diag.ConversionException;
import dev.tfliteonnx.diag.DiagnosticCode;
import dev.tfliteonnx.exporter.onnx.Initializers;
import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.ir.Attributes;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.OpType;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OnnxSchema;
import dev.tfliteonnx.onnx.OnnxSchemas;
import dev.tfliteonnx.onnx.RuntimeOptimization;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The tables of the graphs of a model. A reduced build of ONNX Runtime has no operator schemas, so all that follows from
 * them is written out: versions, default attributes, how many values stand for each formal input.
 *
 * <p>Source: {@code Graph::SaveToOrtFormat}, {@code Node::SaveToOrtFormat} of onnxruntime's {@code graph.cc}, and
 * {@code graph_flatbuffers_utils.cc}.
 */
final class OrtTables {
    private static final String PROVIDER = "CPUExecutionProvider";

    /** Operators without a kernel whose functions are not written out. */
    private static final Set<String> MISSING = Set.of(
            "CausalConvWithState", "LinearAttention", "NegativeLogLikelihoodLoss", "SoftmaxCrossEntropyLoss", "SwiGLU");

    private final Map<String, Integer> imports;
    private final Initializers initializers;
    private final KernelTypes kernelTypes = new KernelTypes();
    private final Function<Graph, List<RuntimeOptimization>> later;

    /**
     * Tables of a graph and those nested in it.
     *
     * @param imports the version of each domain
     * @param later the changes to each graph that are left to ONNX Runtime
     */
    OrtTables(Graph main, Map<String, Integer> imports, Function<Graph, List<RuntimeOptimization>> later) {
        this.imports = imports;
        this.initializers = new Initializers(main);
        this.later = later;
    }

    /** The operators met so far. */
    KernelTypes kernelTypes() {
        return kernelTypes;
    }

    FlatTable graph(Graph graph) throws ConversionException {
        Map<String, Value> named = new LinkedHashMap<>();
        graph.inputs().forEach(v -> named.put(v.name(), v));
        List<FlatTable> weights = new ArrayList<>();
        for (Value constant : initializers.of(graph)) {
            named.put(constant.name(), constant);
            weights.add(OrtValues.tensor(constant.name(), constant.constant().orElseThrow()));
        }
        for (Map.Entry<Value, Tensor> held : graph.defaults().entrySet()) {
            weights.add(OrtValues.tensor(held.getKey().name(), held.getValue()));
        }
        List<FlatTable> nodes = new ArrayList<>();
        Edges edges = new Edges();
        for (Node node : graph.nodes()) {
            List<Value> implicit = List.copyOf(outerOf(node));
            node.inputs().forEach(v -> named.put(v.name(), v));
            node.outputs().forEach(v -> named.put(v.name(), v));
            edges.add(node, implicit);
            nodes.add(node(node, nodes.size(), implicit));
        }
        graph.outputs().forEach(v -> named.put(v.name(), v));
        List<FlatTable> arguments = new ArrayList<>();
        for (Value value : named.values()) {
            arguments.add(OrtValues.info(value));
        }
        FlatTable table = new FlatTable();
        List<RuntimeOptimization> changes = later.apply(graph);
        if (!changes.isEmpty()) {
            table.put(
                    OrtSlots.Graph.RUNTIME_OPTIMIZATIONS, new SavedOptimizations(graph, this::products).table(changes));
        }
        return table.putTables(OrtSlots.Graph.INITIALIZERS, weights)
                .putTables(OrtSlots.Graph.NODE_ARGS, arguments)
                .putTables(OrtSlots.Graph.NODES, nodes)
                .putInt(OrtSlots.Graph.MAX_NODE_INDEX, nodes.size())
                .putTables(OrtSlots.Graph.NODE_EDGES, edges.tables())
                .putTexts(OrtSlots.Graph.INPUTS, names(graph.inputs()))
                .putTexts(OrtSlots.Graph.OUTPUTS, names(graph.outputs()));
    }

    /** The operators that a change ends in; a reduced build needs their types too. */
    private List<String> products(RuntimeOptimization change) {
        return change.produced().stream()
                .map(op -> OnnxSchemas.findForRuntime(op.domain(), op.name(), imports.getOrDefault(op.domain(), 1))
                        .orElseThrow(() -> new IllegalArgumentException("there is no operator " + op)))
                .map(kernelTypes::add)
                .toList();
    }

    /** What the graphs that a node runs read from around it, at any depth. */
    private Set<Value> outerOf(Node node) {
        Set<Value> outer = new LinkedHashSet<>();
        for (Graph nested : node.subgraphs()) {
            Set<Value> own = new LinkedHashSet<>(nested.inputs());
            own.addAll(initializers.of(nested));
            Set<Value> read = new LinkedHashSet<>();
            for (Node inner : nested.nodes()) {
                inner.inputs().stream().filter(Value::isPresent).forEach(read::add);
                read.addAll(outerOf(inner));
                own.addAll(inner.outputs());
            }
            read.addAll(nested.outputs());
            read.removeAll(own);
            outer.addAll(read);
        }
        return outer;
    }

    private FlatTable node(Node node, int index, List<Value> implicit) throws ConversionException {
        OnnxSchema schema = schema(node);
        kernelTypes.add(schema);
        String name = node.outputs().isEmpty() ? "" : node.output().name();
        return new FlatTable()
                .put(OrtSlots.Node.NAME, name)
                .put(OrtSlots.Node.DOC_STRING, "")
                .put(OrtSlots.Node.DOMAIN, node.op().domain())
                .putInt(OrtSlots.Node.SINCE_VERSION, schema.sinceVersion())
                .putInt(OrtSlots.Node.INDEX, index)
                .put(OrtSlots.Node.OP_TYPE, node.op().name())
                .put(OrtSlots.Node.EXECUTION_PROVIDER_TYPE, PROVIDER)
                .putTexts(OrtSlots.Node.INPUTS, names(node.inputs()))
                .putTexts(OrtSlots.Node.OUTPUTS, names(node.outputs()))
                .putTables(OrtSlots.Node.ATTRIBUTES, attributes(node, schema))
                .putInts(OrtSlots.Node.INPUT_ARG_COUNTS, counts(node, schema))
                .putTexts(OrtSlots.Node.IMPLICIT_INPUTS, names(implicit));
    }

    private OnnxSchema schema(Node node) throws ConversionException {
        OpType op = node.op();
        if (MISSING.contains(node.op().name()) && node.op().domain().isEmpty()) {
            throw OrtValues.refusal(
                    DiagnosticCode.NOT_HANDLED,
                    node,
                    "ONNX Runtime has no kernel for it and inlines no functions in .ort files",
                    "keep the model as .onnx");
        }
        Optional<OnnxSchema> schema =
                OnnxSchemas.findForRuntime(op.domain(), op.name(), imports.getOrDefault(op.domain(), 1));
        if (schema.isEmpty()) {
            throw OrtValues.refusal(
                    DiagnosticCode.UNKNOWN_CUSTOM_OP,
                    node,
                    "version " + imports.get(op.domain()) + " of its domain has no operator " + op.name()
                            + ", and an .ort file states what only its schema tells",
                    "keep the model as .onnx, or save it as .ort by ONNX Runtime with the operator's library");
        }
        return schema.get();
    }

    /** How many of the node's inputs stand for each input of the schema; one left out in the middle counts. */
    static int[] counts(Node node, OnnxSchema schema) throws ConversionException {
        List<OnnxSchema.Operand> formal = schema.inputs().list();
        int given = node.inputs().size();
        int[] counts = new int[formal.size()];
        for (int i = 0; i < counts.length; i++) {
            boolean many = formal.get(i).option() == OnnxSchema.Option.VARIADIC;
            counts[i] = many ? Math.max(0, given - i) : i < given ? 1 : 0;
            given -= many ? given - i : 0;
        }
        if (given > counts.length) {
            throw OrtValues.refusal(
                    DiagnosticCode.INVALID_MODEL, node, given + " inputs where it has " + counts.length, "");
        }
        return counts;
    }

    private List<FlatTable> attributes(Node node, OnnxSchema schema) throws ConversionException {
        Map<String, Object> all = new TreeMap<>();
        for (OnnxSchema.Attribute attribute : schema.attributes().values()) {
            attribute.defaultValue().ifPresent(v -> all.put(attribute.name(), v));
        }
        Attributes given = node.attributes();
        all.putAll(given.asMap());
        List<FlatTable> tables = new ArrayList<>();
        for (Map.Entry<String, Object> entry : all.entrySet()) {
            FlatTable table =
                    new FlatTable().put(OrtSlots.Attribute.NAME, entry.getKey()).put(OrtSlots.Attribute.DOC_STRING, "");
            tables.add(attribute(node, table, entry.getValue()));
        }
        return tables;
    }

    private FlatTable attribute(Node node, FlatTable table, Object value) throws ConversionException {
        if (value instanceof Float f) {
            return typed(table, OrtSlots.Attribute.TYPE_FLOAT).putFloat(OrtSlots.Attribute.F, f);
        } else if (value instanceof Long i) {
            return typed(table, OrtSlots.Attribute.TYPE_INT).putLong(OrtSlots.Attribute.I, i);
        } else if (value instanceof String s) {
            return typed(table, OrtSlots.Attribute.TYPE_STRING).put(OrtSlots.Attribute.S, s);
        } else if (value instanceof Tensor t) {
            return typed(table, OrtSlots.Attribute.TYPE_TENSOR).put(OrtSlots.Attribute.T, OrtValues.tensor("", t));
        } else if (value instanceof Graph g) {
            return typed(table, OrtSlots.Attribute.TYPE_GRAPH).put(OrtSlots.Attribute.G, graph(g));
        } else if (value instanceof Floats many) {
            return typed(table, OrtSlots.Attribute.TYPE_FLOATS).putFloats(OrtSlots.Attribute.FLOATS, many.toArray());
        } else if (value instanceof Ints many) {
            return typed(table, OrtSlots.Attribute.TYPE_INTS).putLongs(OrtSlots.Attribute.INTS, many.toArray());
        } else if (value instanceof Strings many) {
            return typed(table, OrtSlots.Attribute.TYPE_STRINGS).putTexts(OrtSlots.Attribute.STRINGS, many.values());
        }
        return rare(node, table, value);
    }

    /** A string that is no text, and lists of tensors; there are no others in this format. */
    private static FlatTable rare(Node node, FlatTable table, Object value) throws ConversionException {
        if (value instanceof Bytes bytes) {
            byte[] string = new byte[Math.toIntExact(bytes.size())];
            bytes.view(0, string.length).get(string);
            return typed(table, OrtSlots.Attribute.TYPE_STRING).putBytes(OrtSlots.Attribute.S, string);
        }
        if (value instanceof List<?> list && list.stream().allMatch(Tensor.class::isInstance)) {
            List<FlatTable> tensors = new ArrayList<>();
            for (Object tensor : list) {
                tensors.add(OrtValues.tensor("", (Tensor) tensor));
            }
            return typed(table, OrtSlots.Attribute.TYPE_TENSORS).putTables(OrtSlots.Attribute.TENSORS, tensors);
        }
        throw OrtValues.refusal(
                DiagnosticCode.UNSUPPORTED_OPTION,
                node,
                "the ORT format has no attributes such as " + value,
                "keep the model as .onnx");
    }

    private static FlatTable typed(FlatTable table, int type) {
        return table.putInt(OrtSlots.Attribute.TYPE, type);
    }

    private static List<String> names(List<Value> values) {
        return values.stream().map(Value::name).toList();
    }
}
