package dev.tfliteonnx.exporter.onnx;

import dev.tfliteonnx.exporter.onnx.ExternalData.Span;
import dev.tfliteonnx.exporter.onnx.OnnxFields.AttributeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.GraphProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.ModelProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.NodeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.OperatorSetIdProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.SparseTensorProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.StringStringEntryProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TensorProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.ValueInfoProto;
import dev.tfliteonnx.ir.Bytes;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.SparseElements;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.ir.ValueInfo;
import dev.tfliteonnx.onnx.OpsetVersions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The messages of a model. Fields stand in the order of their numbers and repeated numbers are not packed, as the
 * reference implementation writes them.
 */
final class OnnxMessages {
    /** From this version of the file format on, an initializer need not be an input; one that is gives its default. */
    private static final int LEAST_IR = 4;

    private final Optional<ExternalData> external;
    private final Initializers initializers;

    private OnnxMessages(Initializers initializers, Optional<ExternalData> external) {
        this.initializers = initializers;
        this.external = external;
    }

    /** A model with all weights in it, or with those that {@code external} takes beside it. */
    static Message of(
            Model model, Map<String, Integer> opsets, String producerVersion, Optional<ExternalData> external) {
        Graph graph = model.main();
        OnnxMessages messages = new OnnxMessages(new Initializers(graph), external);
        Message message = new Message()
                .put(
                        ModelProto.IR_VERSION,
                        Math.max(
                                LEAST_IR,
                                OpsetVersions.irVersion(opsets.getOrDefault("", 1), OpsetVersions.types(graph))))
                .put(ModelProto.PRODUCER_NAME, "tflite-onnx")
                .putIfAny(ModelProto.PRODUCER_VERSION, producerVersion)
                .putIfAny(ModelProto.DOC_STRING, model.description())
                .put(ModelProto.GRAPH, messages.graph(graph));
        opsets.forEach((domain, version) -> message.put(
                ModelProto.OPSET_IMPORT,
                new Message().putIfAny(OperatorSetIdProto.DOMAIN, domain).put(OperatorSetIdProto.VERSION, version)));
        model.metadata().forEach((key, value) -> message.put(ModelProto.METADATA_PROPS, entry(key, value)));
        return message;
    }

    private static Message entry(String key, String value) {
        return new Message().put(StringStringEntryProto.KEY, key).put(StringStringEntryProto.VALUE, value);
    }

    private Message graph(Graph graph) {
        Message message = new Message();
        Set<Value> intermediate = new LinkedHashSet<>();
        for (Node node : graph.nodes()) {
            message.put(GraphProto.NODE, node(node));
            node.outputs().stream().filter(Value::isPresent).forEach(intermediate::add);
        }
        graph.outputs().forEach(intermediate::remove);
        message.put(GraphProto.NAME, graph.name().isEmpty() ? "graph" : graph.name());
        for (Value constant : initializers.of(graph)) {
            Tensor tensor = constant.constant().orElseThrow();
            message.put(GraphProto.INITIALIZER, tensor(constant.name(), tensor, external));
        }
        graph.defaults()
                .forEach((v, tensor) -> message.put(GraphProto.INITIALIZER, tensor(v.name(), tensor, external)));
        graph.inputs().forEach(v -> message.put(GraphProto.INPUT, valueInfo(v)));
        graph.outputs().forEach(v -> message.put(GraphProto.OUTPUT, valueInfo(v)));
        intermediate.stream()
                .filter(v -> v.type() != DataType.UNKNOWN
                        && (v.shape().isRanked() || !v.containers().isEmpty()))
                .forEach(v -> message.put(GraphProto.VALUE_INFO, valueInfo(v)));
        return message;
    }

    private Message node(Node node) {
        Message message = new Message();
        node.inputs().forEach(v -> message.put(NodeProto.INPUT, v.name()));
        node.outputs().forEach(v -> message.put(NodeProto.OUTPUT, v.name()));
        node.outputs().stream()
                .filter(Value::isPresent)
                .findFirst()
                .ifPresent(v -> message.put(NodeProto.NAME, v.name()));
        message.put(NodeProto.OP_TYPE, node.op().name());
        for (Map.Entry<String, Object> attribute : node.attributes().asMap().entrySet()) {
            Message encoded = new Message().put(AttributeProto.NAME, attribute.getKey());
            message.put(NodeProto.ATTRIBUTE, attribute(node, encoded, attribute.getValue()));
        }
        return message.putIfAny(NodeProto.DOMAIN, node.op().domain());
    }

    private Message attribute(Node node, Message message, Object value) {
        if (value instanceof Float f) {
            return message.put(AttributeProto.F, f).put(AttributeProto.TYPE, AttributeProto.TYPE_FLOAT);
        } else if (value instanceof Long i) {
            return message.put(AttributeProto.I, i).put(AttributeProto.TYPE, AttributeProto.TYPE_INT);
        } else if (value instanceof String s) {
            return message.put(AttributeProto.S, s).put(AttributeProto.TYPE, AttributeProto.TYPE_STRING);
        } else if (value instanceof Tensor t) {
            return message.put(AttributeProto.T, tensor("", t, Optional.empty()))
                    .put(AttributeProto.TYPE, AttributeProto.TYPE_TENSOR);
        } else if (value instanceof Graph g) {
            return message.put(AttributeProto.G, graph(g)).put(AttributeProto.TYPE, AttributeProto.TYPE_GRAPH);
        } else if (value instanceof Floats many) {
            for (int i = 0; i < many.size(); i++) {
                message.put(AttributeProto.FLOATS, many.get(i));
            }
            return message.put(AttributeProto.TYPE, AttributeProto.TYPE_FLOATS);
        } else if (value instanceof Ints many) {
            for (int i = 0; i < many.size(); i++) {
                message.put(AttributeProto.INTS, many.get(i));
            }
            return message.put(AttributeProto.TYPE, AttributeProto.TYPE_INTS);
        } else if (value instanceof Strings many) {
            many.values().forEach(s -> message.put(AttributeProto.STRINGS, s));
            return message.put(AttributeProto.TYPE, AttributeProto.TYPE_STRINGS);
        }
        return rareAttribute(node, message, value);
    }

    private Message rareAttribute(Node node, Message message, Object value) {
        if (value instanceof Bytes b) {
            return message.put(AttributeProto.S, b.toArray()).put(AttributeProto.TYPE, AttributeProto.TYPE_STRING);
        } else if (value instanceof SparseElements s) {
            Message sparse = new Message()
                    .put(SparseTensorProto.VALUES, tensor("", s.values(), Optional.empty()))
                    .put(SparseTensorProto.INDICES, tensor("", s.indices(), Optional.empty()));
            for (long size : s.shape().sizes()) {
                sparse.put(SparseTensorProto.DIMS, size);
            }
            return message.put(AttributeProto.TYPE, AttributeProto.TYPE_SPARSE_TENSOR)
                    .put(AttributeProto.SPARSE_TENSOR, sparse);
        } else if (value instanceof ValueInfo v) {
            return message.put(AttributeProto.TP, TypeMessages.of(v))
                    .put(AttributeProto.TYPE, AttributeProto.TYPE_TYPE_PROTO);
        } else if (value instanceof List<?> many) {
            boolean graphs = many.stream().anyMatch(Graph.class::isInstance);
            for (Object one : many) {
                if (one instanceof Graph g) {
                    message.put(AttributeProto.GRAPHS, graph(g));
                } else if (one instanceof Tensor t) {
                    message.put(AttributeProto.TENSORS, tensor("", t, Optional.empty()));
                }
            }
            return message.put(AttributeProto.TYPE, graphs ? AttributeProto.TYPE_GRAPHS : AttributeProto.TYPE_TENSORS);
        }
        throw new IllegalGraphException(
                "node " + node + " has an attribute of " + value.getClass().getSimpleName() + ", which ONNX has not");
    }

    private static Message tensor(String name, Tensor tensor, Optional<ExternalData> external) {
        Message message = new Message();
        for (long size : tensor.shape().sizes()) {
            message.put(TensorProto.DIMS, size);
        }
        message.put(TensorProto.DATA_TYPE, TypeMessages.code(name, tensor.type()));
        if (tensor.type() == DataType.STRING) {
            tensor.toStrings().forEach(s -> message.put(TensorProto.STRING_DATA, s));
            return message.putIfAny(TensorProto.NAME, name);
        }
        message.putIfAny(TensorProto.NAME, name);
        Optional<Span> span = external.flatMap(e -> e.place(tensor));
        if (span.isEmpty()) {
            return message.put(TensorProto.RAW_DATA, tensor);
        }
        return message.put(
                        TensorProto.EXTERNAL_DATA,
                        entry("location", external.orElseThrow().location()))
                .put(
                        TensorProto.EXTERNAL_DATA,
                        entry("offset", Long.toString(span.get().offset())))
                .put(
                        TensorProto.EXTERNAL_DATA,
                        entry("length", Long.toString(span.get().length())))
                .put(TensorProto.DATA_LOCATION, TensorProto.LOCATION_EXTERNAL);
    }

    private static Message valueInfo(Value value) {
        ValueInfo info = new ValueInfo(value.name(), value.type(), value.shape(), Optional.empty(), value.containers());
        Message message = new Message().put(ValueInfoProto.NAME, value.name());
        return value.type() == DataType.UNKNOWN ? message : message.put(ValueInfoProto.TYPE, TypeMessages.of(info));
    }
}
