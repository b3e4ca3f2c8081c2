package dev.tfliteonnx;

import dev.tfliteonnx.formats.ort.OrtSlots;
import dev.tfliteonnx.formats.ort.OrtSlots.ArgTypeAndIndex;
import dev.tfliteonnx.formats.ort.OrtSlots.Attribute;
import dev.tfliteonnx.formats.ort.OrtSlots.Dimension;
import dev.tfliteonnx.formats.ort.OrtSlots.DimensionValue;
import dev.tfliteonnx.formats.ort.OrtSlots.InferenceSession;
import dev.tfliteonnx.formats.ort.OrtSlots.KernelTypeStrArgsEntry;
import dev.tfliteonnx.formats.ort.OrtSlots.KernelTypeStrResolver;
import dev.tfliteonnx.formats.ort.OrtSlots.MapType;
import dev.tfliteonnx.formats.ort.OrtSlots.Node;
import dev.tfliteonnx.formats.ort.OrtSlots.NodeEdge;
import dev.tfliteonnx.formats.ort.OrtSlots.OpIdKernelTypeStrArgsEntry;
import dev.tfliteonnx.formats.ort.OrtSlots.SequenceType;
import dev.tfliteonnx.formats.ort.OrtSlots.TensorTypeAndShape;
import dev.tfliteonnx.formats.ort.OrtSlots.TypeInfo;
import dev.tfliteonnx.formats.ort.OrtSlots.ValueInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * All that an {@code .ort} file says, field by field: for each kind of field, what each owner has there as text. Nodes go
 * by the name of their first output, since their numbers are free.
 */
final class OrtFacts {
    private static final int ALIGNMENT = 16;
    private static final int NODE_TYPE = 6;
    private static final int GRAPH_DOC_STRING = 8;
    private static final int RUNTIME_OPTIMIZATIONS = 8;

    private final SortedMap<String, SortedMap<String, String>> facts = new TreeMap<>();
    private int misaligned;

    private OrtFacts() {}

    static OrtFacts of(byte[] file) {
        OrtFacts facts = new OrtFacts();
        facts.session(FlatView.root(file));
        return facts;
    }

    /** By kind of field, then by owner. */
    SortedMap<String, SortedMap<String, String>> all() {
        return facts;
    }

    /** How many tensors do not begin at a multiple of {@value #ALIGNMENT}. */
    int misaligned() {
        return misaligned;
    }

    private void say(String kind, String owner, Object value) {
        facts.computeIfAbsent(kind, k -> new TreeMap<>()).put(owner, String.valueOf(value));
    }

    private void session(FlatView in) {
        say("format version", "", in.text(InferenceSession.ORT_VERSION));
        FlatView model = in.table(InferenceSession.MODEL).orElseThrow();
        say("ir_version", "", model.big(OrtSlots.Model.IR_VERSION));
        say("producer", "name", model.text(OrtSlots.Model.PRODUCER_NAME));
        say("producer", "version", model.text(OrtSlots.Model.PRODUCER_VERSION));
        say("model domain", "", model.text(OrtSlots.Model.DOMAIN));
        say("model version", "", model.big(OrtSlots.Model.MODEL_VERSION));
        say("model doc_string", "model", model.text(OrtSlots.Model.DOC_STRING));
        say("model doc_string", "graph", model.text(GRAPH_DOC_STRING));
        for (FlatView pair : model.tables(OrtSlots.Model.OPSET_IMPORT)) {
            String domain = pair.text(OrtSlots.Pair.KEY);
            say("opset_import", domain.equals("ai.onnx") ? "" : domain, pair.big(OrtSlots.Pair.VALUE));
        }
        for (FlatView pair : model.tables(OrtSlots.Model.METADATA_PROPS)) {
            say("metadata", pair.text(OrtSlots.Pair.KEY), pair.text(OrtSlots.Pair.VALUE));
        }
        graph("", model.table(OrtSlots.Model.GRAPH).orElseThrow());
        resolver(in.table(InferenceSession.KERNEL_TYPE_STR_RESOLVER).orElseThrow());
    }

    private void resolver(FlatView in) {
        for (FlatView op : in.tables(KernelTypeStrResolver.OP_KERNEL_TYPE_STR_ARGS)) {
            SortedMap<String, List<String>> args = new TreeMap<>();
            for (FlatView entry : op.tables(OpIdKernelTypeStrArgsEntry.KERNEL_TYPE_STR_ARGS)) {
                List<String> places = entry.tables(KernelTypeStrArgsEntry.ARGS).stream()
                        .map(a ->
                                (a.small(ArgTypeAndIndex.ARG_TYPE) == 0 ? "i" : "o") + a.number(ArgTypeAndIndex.INDEX))
                        .toList();
                args.put(entry.text(KernelTypeStrArgsEntry.KERNEL_TYPE_STR), places);
            }
            say("resolver entry", op.text(OpIdKernelTypeStrArgsEntry.OP_ID), args);
        }
    }

    private void graph(String path, FlatView in) {
        say("graph inputs", path, in.texts(OrtSlots.Graph.INPUTS));
        say("graph outputs", path, in.texts(OrtSlots.Graph.OUTPUTS));
        say("runtime optimizations", path, in.vector(RUNTIME_OPTIMIZATIONS) != 0);
        say("sparse initializers", path, in.length(OrtSlots.Graph.SPARSE_INITIALIZERS));
        say("max_node_index", path, in.number(OrtSlots.Graph.MAX_NODE_INDEX));
        for (FlatView tensor : in.tables(OrtSlots.Graph.INITIALIZERS)) {
            String name = tensor.text(OrtSlots.Tensor.NAME);
            say("initializer", path + name, tensor(tensor));
            misaligned += tensor.vector(OrtSlots.Tensor.RAW_DATA) % ALIGNMENT == 0 ? 0 : 1;
        }
        Set<String> used = used(in);
        for (FlatView value : in.tables(OrtSlots.Graph.NODE_ARGS)) {
            String name = path + value.text(ValueInfo.NAME);
            Optional<FlatView> type = value.table(ValueInfo.TYPE);
            String suffix = used.contains(value.text(ValueInfo.NAME)) ? "" : " without use";
            say("node_arg type" + suffix, name, type.map(OrtFacts::type).orElse("none"));
            say("node_arg shape" + suffix, name, type.map(OrtFacts::shape).orElse("none"));
            say("node_arg doc_string" + suffix, name, value.text(ValueInfo.DOC_STRING));
        }
        Map<Integer, String> names = new HashMap<>();
        Map<Integer, List<String>> reads = new HashMap<>();
        for (FlatView node : in.tables(OrtSlots.Graph.NODES)) {
            List<String> outputs = new ArrayList<>(node.texts(Node.OUTPUTS));
            outputs.remove("");
            String name = path + (outputs.isEmpty() ? "" : outputs.get(0));
            List<String> read = new ArrayList<>(node.texts(Node.INPUTS));
            for (int i = 0; i < read.size(); i++) {
                read.set(i, i + " " + read.get(i));
            }
            // the order of these is free
            read.addAll(node.texts(Node.IMPLICIT_INPUTS));
            names.put(node.number(Node.INDEX), name);
            reads.put(node.number(Node.INDEX), read);
            node(name, node);
        }
        for (FlatView edge : in.tables(OrtSlots.Graph.NODE_EDGES)) {
            int node = edge.number(NodeEdge.NODE_INDEX);
            TreeSet<String> from = new TreeSet<>();
            TreeSet<String> to = new TreeSet<>();
            eachEdge(
                    edge,
                    NodeEdge.INPUT_EDGES,
                    (other, source, target) -> from.add(names.get(other) + ":" + source + " for "
                            + reads.get(node).get(target)));
            eachEdge(
                    edge,
                    NodeEdge.OUTPUT_EDGES,
                    (other, source, target) -> to.add(source + " to " + names.get(other) + " for "
                            + reads.get(other).get(target)));
            say("input_edges", String.valueOf(names.get(node)), from);
            say("output_edges", String.valueOf(names.get(node)), to);
        }
    }

    /** The names that inputs, outputs, constants and nodes of a graph mention. */
    private static Set<String> used(FlatView graph) {
        Set<String> used = new HashSet<>(graph.texts(OrtSlots.Graph.INPUTS));
        used.addAll(graph.texts(OrtSlots.Graph.OUTPUTS));
        graph.tables(OrtSlots.Graph.INITIALIZERS).forEach(t -> used.add(t.text(OrtSlots.Tensor.NAME)));
        for (FlatView node : graph.tables(OrtSlots.Graph.NODES)) {
            used.addAll(node.texts(Node.INPUTS));
            used.addAll(node.texts(Node.OUTPUTS));
            used.addAll(node.texts(Node.IMPLICIT_INPUTS));
        }
        return used;
    }

    /** The node at the other end, the output that the edge leaves and the input that it enters. */
    @FunctionalInterface
    private interface Edge {
        void is(int other, int source, int target);
    }

    private static void eachEdge(FlatView in, int slot, Edge edge) {
        List<Integer> members = in.ints(slot, 3);
        for (int i = 0; i < members.size(); i += 3) {
            edge.is(members.get(i), members.get(i + 1), members.get(i + 2));
        }
    }

    private void node(String owner, FlatView node) {
        say("node name", owner, node.text(Node.NAME));
        say("node doc_string", owner, node.text(Node.DOC_STRING));
        say("op", owner, node.text(Node.DOMAIN) + ":" + node.text(Node.OP_TYPE));
        say("since_version", owner, node.number(Node.SINCE_VERSION));
        say("node type", owner, node.number(NODE_TYPE));
        say("execution provider", owner, node.text(Node.EXECUTION_PROVIDER_TYPE));
        say("node inputs", owner, node.texts(Node.INPUTS));
        say("node outputs", owner, node.texts(Node.OUTPUTS));
        say("input_arg_counts", owner, node.ints(Node.INPUT_ARG_COUNTS, 1));
        say("implicit_inputs", owner, new TreeSet<>(node.texts(Node.IMPLICIT_INPUTS)));
        for (FlatView attribute : node.tables(Node.ATTRIBUTES)) {
            String name = owner + "." + attribute.text(Attribute.NAME);
            say("attribute type", name, attribute.number(Attribute.TYPE));
            say("attribute value", name, value(name, attribute));
        }
    }

    private String value(String owner, FlatView in) {
        return switch (in.number(Attribute.TYPE)) {
            case Attribute.TYPE_FLOAT -> String.valueOf(Float.intBitsToFloat(in.number(Attribute.F)));
            case Attribute.TYPE_INT -> String.valueOf(in.big(Attribute.I));
            case Attribute.TYPE_STRING -> in.text(Attribute.S);
            case Attribute.TYPE_TENSOR ->
                in.table(Attribute.T).map(OrtFacts::tensor).orElse("none");
            case Attribute.TYPE_FLOATS -> String.valueOf(in.ints(Attribute.FLOATS, 1));
            case Attribute.TYPE_INTS -> String.valueOf(in.longs(Attribute.INTS));
            case Attribute.TYPE_STRINGS -> String.valueOf(in.texts(Attribute.STRINGS));
            case Attribute.TYPE_GRAPH -> {
                graph(owner + "/", in.table(Attribute.G).orElseThrow());
                yield "graph";
            }
            default -> "of another kind";
        };
    }

    private static String tensor(FlatView in) {
        return in.number(OrtSlots.Tensor.DATA_TYPE) + " " + in.longs(OrtSlots.Tensor.DIMS) + " "
                + in.bytes(OrtSlots.Tensor.RAW_DATA).hashCode() + " " + in.texts(OrtSlots.Tensor.STRING_DATA);
    }

    private static String type(FlatView in) {
        FlatView value = in.table(TypeInfo.VALUE).orElseThrow();
        return switch (in.small(TypeInfo.VALUE_TYPE)) {
            case TypeInfo.TENSOR_TYPE -> String.valueOf(value.number(TensorTypeAndShape.ELEM_TYPE));
            case TypeInfo.SEQUENCE_TYPE ->
                "sequence of " + type(value.table(SequenceType.ELEM_TYPE).orElseThrow());
            default ->
                "map of " + value.number(MapType.KEY_TYPE) + " to "
                        + type(value.table(MapType.VALUE_TYPE).orElseThrow());
        };
    }

    /** Of tensors alone. */
    private static String shape(FlatView in) {
        FlatView value = in.table(TypeInfo.VALUE).orElseThrow();
        if (in.small(TypeInfo.VALUE_TYPE) != TypeInfo.TENSOR_TYPE) {
            return "none";
        }
        return value.table(TensorTypeAndShape.SHAPE)
                .map(shape -> String.valueOf(shape.tables(OrtSlots.Shape.DIM).stream()
                        .map(OrtFacts::extent)
                        .toList()))
                .orElse("unknown");
    }

    private static String extent(FlatView dimension) {
        return dimension
                .table(Dimension.VALUE)
                .map(v -> switch (v.small(DimensionValue.DIM_TYPE)) {
                    case DimensionValue.TYPE_VALUE -> String.valueOf(v.big(DimensionValue.DIM_VALUE));
                    case DimensionValue.TYPE_PARAM -> v.text(DimensionValue.DIM_PARAM);
                    default -> "?";
                })
                .orElse("?");
    }
}
