package dev.tfliteonnx.exporter.onnx;

import dev.tfliteonnx.exporter.onnx.ExternalData.Span;
import dev.tfliteonnx.exporter.onnx.OnnxFields.AttributeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.GraphProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.ModelProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.NodeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.OperatorSetIdProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.StringStringEntryProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TensorProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TensorShapeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TypeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.ValueInfoProto;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.Floats;
import dev.tfliteonnx.ir.Graph;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Ints;
import dev.tfliteonnx.ir.Model;
import dev.tfliteonnx.ir.Node;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.Strings;
import dev.tfliteonnx.ir.Tensor;
import dev.tfliteonnx.ir.Value;
import dev.tfliteonnx.onnx.OpsetVersions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The messages of a model. Fields stand in the order of their numbers and repeated numbers are not packed, as the
 * reference implementation writes them.
 */
final class OnnxMessages {
    private final Optional<ExternalData> external;
    private final Initializers initializers;

    private OnnxMessages(Initializers initializers, Optional<ExternalData> external) {
        this.initializers = initializers;
        this.external = external;
    }

    /** A model with all weights in it, or with those that {@code external} takes beside it. */
    static Message of(Model model, int opset, String producerVersion, Optional<ExternalData> external) {
        Graph graph = model.main();
        OnnxMessages messages = new OnnxMessages(new Initializers(graph), external);
        Message message = new Message()
                .put(ModelProto.IR_VERSION, OpsetVersions.irVersion(opset, OpsetVersions.types(graph)))
                .put(ModelProto.PRODUCER_NAME, "tflite-onnx")
                .putIfAny(ModelProto.PRODUCER_VERSION, producerVersion)
                .putIfAny(ModelProto.DOC_STRING, model.description())
                .put(ModelProto.GRAPH, messages.graph(graph));
        OpsetVersions.imports(graph, opset)
                .forEach((domain, version) -> message.put(
                        ModelProto.OPSET_IMPORT,
                        new Message()
                                .putIfAny(OperatorSetIdProto.DOMAIN, domain)
                                .put(OperatorSetIdProto.VERSION, version)));
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
            intermediate.addAll(node.outputs());
        }
        graph.outputs().forEach(intermediate::remove);
        message.put(GraphProto.NAME, graph.name().isEmpty() ? "graph" : graph.name());
        for (Value constant : initializers.of(graph)) {
            Tensor tensor = constant.constant().orElseThrow();
            message.put(GraphProto.INITIALIZER, tensor(constant.name(), tensor, external));
        }
        graph.inputs().forEach(v -> message.put(GraphProto.INPUT, valueInfo(v)));
        graph.outputs().forEach(v -> message.put(GraphProto.OUTPUT, valueInfo(v)));
        intermediate.stream()
                .filter(v -> v.shape().isRanked())
                .forEach(v -> message.put(GraphProto.VALUE_INFO, valueInfo(v)));
        return message;
    }

    private Message node(Node node) {
        Message message = new Message();
        node.inputs().forEach(v -> message.put(NodeProto.INPUT, v.name()));
        node.outputs().forEach(v -> message.put(NodeProto.OUTPUT, v.name()));
        message.put(NodeProto.NAME, node.output().name());
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
        throw new IllegalGraphException(
                "node " + node + " has an attribute of " + value.getClass().getSimpleName() + ", which ONNX has not");
    }

    private static Message tensor(String name, Tensor tensor, Optional<ExternalData> external) {
        Message message = new Message();
        for (long size : tensor.shape().sizes()) {
            message.put(TensorProto.DIMS, size);
        }
        message.put(TensorProto.DATA_TYPE, code(name, tensor.type()));
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
        Message type = new Message().put(TypeProto.TENSOR_ELEM_TYPE, code(value.name(), value.type()));
        if (value.shape().isRanked()) {
            type.put(TypeProto.TENSOR_SHAPE, shape(value.shape()));
        }
        return new Message()
                .put(ValueInfoProto.NAME, value.name())
                .put(ValueInfoProto.TYPE, new Message().put(TypeProto.TENSOR_TYPE, type));
    }

    private static Message shape(Shape shape) {
        Message message = new Message();
        for (Dim dim : shape.dims()) {
            Message encoded = new Message();
            if (dim instanceof Dim.Fixed fixed) {
                encoded.put(TensorShapeProto.DIM_VALUE, fixed.size());
            } else if (dim instanceof Dim.Named named) {
                encoded.put(TensorShapeProto.DIM_PARAM, named.name());
            }
            message.put(TensorShapeProto.DIM, encoded);
        }
        return message;
    }

    private static long code(String name, DataType type) {
        if (type.onnxCode() == 0) {
            throw new IllegalGraphException("value " + name + " is of " + type + ", which ONNX has not");
        }
        return type.onnxCode();
    }
}
