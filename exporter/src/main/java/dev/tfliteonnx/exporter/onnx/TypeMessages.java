package dev.tfliteonnx.exporter.onnx;

import dev.tfliteonnx.exporter.onnx.OnnxFields.TensorShapeProto;
import dev.tfliteonnx.exporter.onnx.OnnxFields.TypeProto;
import dev.tfliteonnx.ir.Container;
import dev.tfliteonnx.ir.DataType;
import dev.tfliteonnx.ir.Dim;
import dev.tfliteonnx.ir.IllegalGraphException;
import dev.tfliteonnx.ir.Shape;
import dev.tfliteonnx.ir.ValueInfo;

/** The messages of types: tensors, and what tensors stand in. */
final class TypeMessages {
    private TypeMessages() {}

    /** The type of a value. */
    static Message of(ValueInfo value) {
        return of(value, 0);
    }

    private static Message of(ValueInfo value, int level) {
        Message message = new Message();
        if (level == value.containers().size()) {
            return message.put(TypeProto.TENSOR_TYPE, tensor(value));
        }
        Container container = value.containers().get(level);
        if (container instanceof Container.Sparse) {
            return message.put(TypeProto.SPARSE_TENSOR_TYPE, tensor(value));
        }
        Message inner = of(value, level + 1);
        if (container instanceof Container.MapOf map) {
            Message pair = new Message()
                    .put(TypeProto.MAP_KEY_TYPE, code(value.name(), map.key()))
                    .put(TypeProto.MAP_VALUE_TYPE, inner);
            return message.put(TypeProto.MAP_TYPE, pair);
        }
        int field = container instanceof Container.Sequence ? TypeProto.SEQUENCE_TYPE : TypeProto.OPTIONAL_TYPE;
        return message.put(field, new Message().put(TypeProto.ELEM_TYPE, inner));
    }

    private static Message tensor(ValueInfo value) {
        Message type = new Message().put(TypeProto.TENSOR_ELEM_TYPE, code(value.name(), value.type()));
        return value.shape().isRanked() ? type.put(TypeProto.TENSOR_SHAPE, shape(value.shape())) : type;
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

    /** The number of an element type. */
    static long code(String name, DataType type) {
        if (type.onnxCode() == 0) {
            throw new IllegalGraphException("value " + name + " is of " + type + ", which ONNX has not");
        }
        return type.onnxCode();
    }
}
